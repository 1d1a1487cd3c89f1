"""A run of a machine, by the worker: memory first, then the engine; thing by thing, each committed for itself. Safe to begin again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.translation import machine, memory
from interazioni.foundation.translation.glossary import Term, terms
from interazioni.foundation.translation.models import Engine, Errand, Origin, Piece, Run, RunState, Source, Version
from interazioni.foundation.translation.rules.machine import Draft, await_answers, finish_run, note_fault, take_drafts
from interazioni.foundation.translation.standing import wanted_revision

SALT = "translation.errand"
LIFE_SECONDS = 7 * 24 * 3600


class Later(RuntimeError):
    """The engine is not to be had now: the queue tries again."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What has no words yet: (segment, text, revision that it is made of), from one language."""

    source: Source
    language: str
    waiting: Sequence[tuple[UUID, str, int]]
    terms: Sequence[Term]


def run(run_id: UUID, by: Actor) -> None:
    while True:
        with acting(by):
            row = Run.objects.get(pk=run_id)
            if row.state != RunState.RUNNING:
                return
            if row.done >= len(row.sources):
                finish_run(run=row, by=by)
                return
            words = _words(UUID(row.sources[row.done]), row.language)
        try:
            if row.engine == Engine.ETRANSLATION:
                _submit(row, words, by)
            else:
                _draft(row, words, by)
        except machine.Fault as fault:
            with acting(by):
                note_fault(run=row, fault=str(fault), stop=not fault.again, by=by)
            if fault.again:
                raise Later(row.engine) from fault
            return


def _words(source_id: UUID, language: str) -> _Words | None:
    """None: it is no longer public, or nothing is left to do. A person's words are never asked about again."""
    source = Source.objects.filter(pk=source_id, public=True).exclude(language=language).first()
    if source is None:
        return None
    version = Version.objects.filter(source=source, language=language).first()
    pivot = version.pivot if version is not None else ""
    pieces = {
        (one.version.language, one.segment_id): one
        for one in Piece.objects.filter(version__source=source).select_related("version")
    }
    waiting = []
    for segment in source.segments.all():
        own, made_of = pieces.get((language, segment.pk)), wanted_revision(segment, pivot, pieces)
        stale = own is not None and own.origin in (Origin.MACHINE, Origin.MEMORY) and own.of_revision != made_of
        if made_of is not None and (own is None or stale):
            waiting.append((segment.pk, pieces[pivot, segment.pk].text if pivot else segment.text, made_of))
    first = pivot or source.language
    return _Words(source, first, waiting, terms(first, language)) if waiting else None


def _remembered(words: _Words, language: str) -> tuple[list[Draft], list[tuple[UUID, str, int]]]:
    """What was translated before, word for word; and what was not."""
    with_offers = memory.offers(words.language, language, [text for _id, text, _of in words.waiting])
    known, left = [], []
    for ident, text, made_of in words.waiting:
        same = [offer for offer in with_offers.get(text, ()) if offer.likeness == 1]
        if same:
            known.append(Draft(ident, same[0].translation, made_of, Origin.MEMORY))
        else:
            left.append((ident, text, made_of))
    return known, left


def _draft(row: Run, words: _Words | None, by: Actor) -> None:
    drafts: list[Draft] = []
    if words is not None:
        with acting(by):
            drafts, left = _remembered(words, row.language)
        if left:  # no transaction waits while the engine thinks
            said = machine.translate(
                row.engine, [text for _id, text, _of in left], words.language, row.language, words.terms
            )
            drafts += [
                Draft(ident, text or "", made_of, Origin.MACHINE)
                for (ident, _was, made_of), text in zip(left, said, strict=True)
            ]
    with acting(by):
        take_drafts(run=row, at=row.done, drafts=drafts, by=by)


def _submit(row: Run, words: _Words | None, by: Actor) -> None:
    """The addresses to answer at are there before anything is asked: an answer may come at once."""
    if words is None:
        with acting(by):
            take_drafts(run=row, at=row.done, drafts=[], by=by)
        return
    with acting(by):
        known, left = _remembered(words, row.language)
        sent = {ident: machine.protect(text, words.language, words.terms, tagged=False) for ident, text, _of in left}
        asked = {ident: (sent[ident].kept, of) for ident, _text, of in left if len(sent[ident].text) <= machine.SNIPPET}
        errands = await_answers(run=row, asked=asked, by=by)
    failed = [Draft(ident, "", of, Origin.MACHINE) for ident, _text, of in left if ident not in asked]
    for errand in errands:
        machine.submit(
            sent[errand.segment_id].text, words.language, row.language, reference=str(errand.pk), answer_to=address(errand)
        )  # fmt: skip
    with acting(by):
        take_drafts(run=row, at=row.done, drafts=[*known, *failed], by=by)


def address(errand: Errand) -> str:
    """Where an engine answers one text: signed, for this text alone, for a week."""
    token = signing.dumps(errand.pk.hex, salt=SALT)
    return str(settings.BASE_URL).rstrip("/") + reverse("translation_public:answer", args=[token])


def errand_of(token: str) -> UUID | None:
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=LIFE_SECONDS))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
