"""XLIFF: a thing or a whole language goes out; a file comes in, is looked at, and is taken."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.translation import exchange, queries, rules, words, xliff
from interazioni.foundation.translation.forms import FileForm
from interazioni.foundation.translation.models import Handed, Source
from interazioni.foundation.translation.queries import Asked
from interazioni.foundation.translation.views.desk import fetched

TYPE = "application/xliff+xml"
REFUSALS = {
    "entities": gettext_lazy("it declares a document type or entities, which could bring foreign files along"),
    "deep": gettext_lazy("its elements are nested too deeply"),
    "not_xliff": gettext_lazy("it is no XLIFF 2.0 or 1.2"),
    "two_languages": gettext_lazy("it holds more than one pair of languages"),
    "file_id": gettext_lazy("a file in it does not say which page it belongs to"),
    "no_file": gettext_lazy("there is nothing in it"),
    "no_language": gettext_lazy("it does not say into which language it is translated"),
    "nested": gettext_lazy("a unit stands within another"),
    "inline": gettext_lazy("a text holds a code that cannot be taken over"),
    "xml": gettext_lazy("it is broken as XML"),
}
OUTCOMES = {
    "new": gettext_lazy("New"),
    "replaces": gettext_lazy("Replaces what stands there"),
    "same": gettext_lazy("No change"),
    "stands": gettext_lazy("Stays as it is: somebody has written it since the file went out"),
    "gone": gettext_lazy("The source no longer has it"),
    "empty": gettext_lazy("Not translated in the file"),
}


def refusal(fault: xliff.Refused) -> str:
    what = f" ({fault.what[:80]})" if fault.what else ""
    return _("Line %(line)s: %(why)s%(what)s.") % {"line": fault.line, "why": REFUSALS[fault.code], "what": what}


def language_of(document: xliff.Document) -> str:
    """As the portal writes it: fr-FR is fr, zh-CN is zh-hans; empty for a language that is not translated into."""
    asked = "zh-hans" if document.language in ("zh", "zh-cn", "zh-hans-cn") else document.language
    return next((code for code in (asked, asked.partition("-")[0]) if code in settings.PORTAL_LANGUAGES), "")


@desk(Permission.TRANSLATIONS_WRITE)
def files(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            document = xliff.read(content)
            language = language_of(document)
            if not language:
                text = _("Line %(line)s: nothing is translated into “%(code)s” here.")
                raise ValidationError(text % {"line": 1, "code": document.language})
        except xliff.Refused as fault:
            form.add_error("file", refusal(fault))
        except ValidationError as fault:
            form.add_error("file", fault)
        else:
            row = rules.hand_file_in(language=language, name=file.name, content=content, by=actor)
            return redirect("translation:handed", row.pk)
    mine = queries.languages_of(actor) or words.targets()[1:]
    return render(request, "translation/files.html", {"form": form, "languages": mine})


@desk(Permission.TRANSLATIONS_WRITE)
def handed(request: HttpRequest, handed_id: UUID) -> HttpResponseBase:
    """What the file would change. A POST takes it."""
    row = Handed.objects.filter(pk=handed_id).first()
    if row is None:
        raise Http404
    document = xliff.read(bytes(row.content))
    things = exchange.preview(document, row.language)
    if request.method == "POST":
        edits = {thing.source_id: found for thing in things if (found := exchange.edits(thing))}
        try:
            done = rules.take_file(handed=row, edits=edits, by=request.actor)  # type: ignore[attr-defined]
        except ValidationError as fault:
            messages.error(request, " ".join(fault.messages))
        else:
            text = _("%(n)s segments taken. Look at them, then hand in each translation.")
            messages.success(request, text % {"n": done["taken"]})
            return redirect("translation:board")
    counts = dict.fromkeys(OUTCOMES, 0)
    for thing in things:
        for change in thing.changes:
            counts[change.outcome] += 1
    shown = [
        (
            thing,
            [(change, OUTCOMES[change.outcome]) for change in thing.changes if change.outcome not in ("same", "empty")],
        )
        for thing in things
    ]
    context = {
        "handed": row, "language": row.language, "things": [one for one in shown if one[1]][:200], "counts": [(OUTCOMES[name], n) for name, n in counts.items() if n],
        "taking": counts["new"] + counts["replaces"], "unknown": document.unknown, "outdated": sum(change.outdated for thing in things for change in thing.changes if change.taken),
    }  # fmt: skip
    return render(request, "translation/handed.html", context)


def _file(document: xliff.Document, name: str) -> HttpResponse:
    response = HttpResponse(xliff.write(document), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlf"'
    return response


@require_safe
@desk(Permission.TRANSLATIONS_WRITE)
def export_one(request: HttpRequest, source_id: UUID, language: str) -> HttpResponseBase:
    found = fetched(request, source_id, language)
    return _file(exchange.out([found.source], language), f"{found.source.kind}-{str(source_id)[-6:]}-{language}")


@require_safe
@desk(Permission.TRANSLATIONS_WRITE)
def export_language(request: HttpRequest, language: str) -> HttpResponseBase:
    """What is wanted in a language, most read first: only segments without words, or outdated ones. `?what=all`: everything."""
    if language not in settings.PORTAL_LANGUAGES:
        raise Http404
    everything = request.GET.get("what") == "all"
    rows = queries.board(Asked([language], "all" if everything else "wanted"), limit=exchange.MOST_FILES).rows
    # One file has one source language: that of most.
    first = max((row.source_language for row in rows), key=[row.source_language for row in rows].count, default="it")
    ids = [row.source_id for row in rows if row.source_language == first]
    by_id = Source.objects.in_bulk(ids)
    document = exchange.out([by_id[pk] for pk in ids if pk in by_id], language, all_segments=everything)
    return _file(document, f"interazioni-{language}")
