"""The board, and a thing beside its translation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit.queries import history
from interazioni.foundation.translation import machine, queries, rules, words
from interazioni.foundation.translation.forms import BoardForm, LanguagesForm, edits
from interazioni.foundation.translation.models import Source, State
from interazioni.foundation.translation.queries import Line, Sheet
from interazioni.foundation.translation.rules import Edit

PER_PAGE = 25


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


@require_safe
@desk(Permission.TRANSLATIONS_WRITE)
def board(request: HttpRequest) -> HttpResponseBase:
    actor = _actor(request)
    mine = queries.languages_of(actor)
    form = BoardForm(request.GET, mine=mine)
    page = max(1, int(number)) if (number := request.GET.get("page", "1")[:5]).isdecimal() else 1
    asked = form.asked(actor.user_id)
    found = queries.board(asked, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    kept = {name: request.GET[name] for name in ("language", "stands", "kind", "theme") if request.GET.get(name)}
    context = {
        "form": form, "found": found, "mine": mine, "progress": queries.progress(mine or words.targets()[1:]), "page": page,
        "pages": -(-found.total // PER_PAGE), "kept": urlencode(kept), "can_validate": actor.can(Permission.TRANSLATIONS_VALIDATE),
        "keeps_glossary": actor.can(Permission.GLOSSARY_KEEP), "engines": machine.engines(),
    }  # fmt: skip
    return render(request, "translation/board.html", context)


@desk(Permission.TRANSLATIONS_WRITE)
def languages(request: HttpRequest) -> HttpResponseBase:
    actor = _actor(request)
    form = LanguagesForm(request.POST or None, initial={"languages": queries.languages_of(actor)})
    if request.method == "POST" and form.is_valid():
        rules.set_languages(languages=form.cleaned_data["languages"], by=actor)
        return redirect("translation:board")
    return render(request, "translation/languages.html", {"form": form})


# --- the translation's page ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with what stands in its field: what is kept, or what was typed and could not be. `other`: what somebody else wrote meanwhile."""

    line: Line
    text: str
    excuse: str
    other: str = ""
    offered: bool = False
    saved: bool = False
    number: int = 0

    @property
    def name(self) -> str:
        return f"t.{self.line.ident}.{self.line.made_of}.{self.line.over}"


@dataclass(slots=True)
class Outcome:
    """Of a POST: what could not be taken stays in the fields."""

    typed: dict[UUID, Edit] = field(default_factory=dict)
    stood: Mapping[UUID, str] = field(default_factory=dict)
    gone: dict[UUID, str] = field(default_factory=dict)  # texts for paragraphs that are no longer there
    offered: UUID | None = None
    refusals: list[str] = field(default_factory=list)
    saved: bool = False

    @property
    def clean(self) -> bool:
        return not (self.stood or self.gone or self.refusals or self.offered)


def fetched(request: HttpRequest, source_id: UUID, language: str, only: UUID | None = None) -> Sheet:
    found = (
        queries.sheet(source_id, language, _actor(request), only=only)
        if language in settings.PORTAL_LANGUAGES
        else None
    )
    if found is None:
        raise Http404
    return found


def _shown(found: Sheet, outcome: Outcome) -> list[Shown]:
    rows = []
    for number, line in enumerate(found.lines, 1):
        edit = outcome.typed.get(line.ident)
        rows.append(
            Shown(
                line, edit.text if edit else line.text, (edit.excuse if edit and edit.excuse is not None else line.excuse),
                outcome.stood.get(line.ident, ""), outcome.offered == line.ident, outcome.saved, number,
            )
        )  # fmt: skip
    return rows


def _context(request: HttpRequest, found: Sheet, outcome: Outcome) -> dict[str, Any]:
    actor = _actor(request)
    may = actor.can(Permission.TRANSLATIONS_VALIDATE) and found.state == State.TRANSLATED and found.published
    return {
        "sheet": found, "language": found.language, "rows": _shown(found, outcome), "outcome": outcome,
        "validates": may and not found.mine and not found.waiting, "own": may and found.mine, "engines": machine.able(found.source.language, found.language),
    }  # fmt: skip


@desk(Permission.TRANSLATIONS_WRITE)
def page(request: HttpRequest, source_id: UUID, language: str) -> HttpResponseBase:
    """Segment by segment. A POST keeps all fields, and hands in if asked; what cannot be taken stays in its field, and the page says why."""
    found = fetched(request, source_id, language)
    outcome = Outcome()
    if request.method == "POST":
        outcome = _posted(request, found)
        if outcome.clean:
            return redirect(request.path)
        found = fetched(request, source_id, language)
    events = [
        one for one in history(found.source.kind, found.source.object_id) if one.detail.get("language") == language
    ]
    context = {**_context(request, found, outcome), "events": events[:30]}
    return render(request, "translation/page.html", context, status=409 if outcome.stood or outcome.gone else 200)


def _posted(request: HttpRequest, found: Sheet) -> Outcome:
    actor, asked = _actor(request), request.POST.get("act", "save")
    typed = edits(request.POST)
    if asked.startswith("use."):
        return _offer(found, typed, asked)
    outcome = Outcome(saved=True)
    try:
        done = rules.write_pieces(source=found.source, language=found.language, texts=typed, by=actor)
    except ValidationError as refusal:
        return Outcome(typed=typed, refusals=refusal.messages)
    outcome.stood = done.stood
    outcome.gone = {ident: typed[ident].text for ident in done.gone if typed[ident].text.strip()}
    outcome.typed = {ident: typed[ident] for ident in done.stood}
    # What is read now is not what its translator had on the screen.
    now = {line.ident: line.made_of for line in fetched(request, found.source.pk, found.language).lines}
    changed = sum(edit.made_of is not None and edit.made_of < now.get(ident, 0) for ident, edit in typed.items())
    if changed or outcome.gone:
        text = _(
            "The source was changed while you were translating. What you typed is kept; look again at what is marked."
        )
        messages.warning(request, text)
    if asked == "hand_in" and outcome.clean:
        try:
            rules.hand_in(source=found.source, language=found.language, by=actor)
            messages.success(request, _("Handed in: from now on it is read. Somebody else can validate it."))
        except ValidationError as refusal:
            outcome.refusals = refusal.messages
    elif outcome.clean:
        text = ngettext("%(n)s segment saved.", "%(n)s segments saved.", len(done.taken)) % {"n": len(done.taken)}
        messages.success(request, text)
    return outcome


def _offer(found: Sheet, typed: dict[UUID, Edit], asked: str) -> Outcome:
    """Puts an offer of the memory into its field. Nothing is saved yet."""
    ident, _dot, number = asked.removeprefix("use.").partition(".")
    line = next((one for one in found.lines if str(one.ident) == ident), None)
    if line is None or not number.isdecimal() or int(number) >= len(line.offers):
        return Outcome(typed=typed, refusals=[_("This offer is no longer there.")])
    typed[line.ident] = Edit(line.offers[int(number)].translation, line.made_of, line.over)
    return Outcome(typed=typed, offered=line.ident)


@require_POST
@desk(Permission.TRANSLATIONS_WRITE)
def piece(request: HttpRequest, source_id: UUID, language: str, segment_id: UUID) -> HttpResponseBase:
    """One segment, by itself: the same as the page's form with one field."""
    found = fetched(request, source_id, language)
    asked = request.POST.get("act", "save")
    typed = {ident: edit for ident, edit in edits(request.POST).items() if ident == segment_id}
    if not typed and segment_id not in {line.ident for line in found.lines}:
        raise Http404
    outcome = _offer(found, typed, asked) if asked.startswith("use.") else _kept(request, found, typed)
    found = fetched(request, source_id, language)
    context = _context(request, found, outcome)
    row = next((one for one in context["rows"] if one.line.ident == segment_id), None)
    status = 409 if outcome.stood or outcome.gone else 200
    return render(
        request, "translation/piece.html", {**context, "row": row, "lost": outcome.gone.get(segment_id)}, status=status
    )


def _kept(request: HttpRequest, found: Sheet, typed: dict[UUID, Edit]) -> Outcome:
    try:
        done = rules.write_pieces(source=found.source, language=found.language, texts=typed, by=_actor(request))
    except ValidationError as refusal:
        return Outcome(typed=typed, refusals=refusal.messages)
    gone = {ident: typed[ident].text for ident in done.gone}
    return Outcome({ident: typed[ident] for ident in done.stood}, done.stood, gone, saved=True)


@require_safe
@desk(Permission.TRANSLATIONS_WRITE)
def since(request: HttpRequest, source_id: UUID, language: str, revision: int) -> HttpResponseBase:
    """Whether the source says something else than the open page shows: asked every half minute, one query."""
    now = Source.objects.filter(pk=source_id, public=True).values_list("revision", flat=True).first()
    if now is None or language not in settings.PORTAL_LANGUAGES:
        raise Http404
    context = {"source_id": source_id, "language": language, "revision": revision, "changed": now != revision}
    return render(request, "translation/since.html", context)


@require_POST
@desk(Permission.TRANSLATIONS_WRITE)
def pivot(request: HttpRequest, source_id: UUID, language: str) -> HttpResponseBase:
    found = fetched(request, source_id, language)
    chosen = request.POST.get("pivot", "")
    try:
        if chosen and chosen not in found.pivots:
            raise ValidationError(
                _("From this language it cannot be translated: choose one that has a translation of its own.")
            )
        rules.set_pivot(source=found.source, language=language, pivot=chosen, by=_actor(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("translation:page", source_id, language)


@require_POST
@desk(Permission.TRANSLATIONS_VALIDATE)
def validate(request: HttpRequest, source_id: UUID, language: str) -> HttpResponseBase:
    found = fetched(request, source_id, language)
    try:
        rules.validate(source=found.source, language=language, by=_actor(request))
        messages.success(request, _("Validated. Thank you: readers see that a second mediator has read it."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("translation:page", source_id, language)
