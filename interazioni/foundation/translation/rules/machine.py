"""A machine drafts. What it writes is a draft until somebody has read it: no rule here publishes anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.translation import machine
from interazioni.foundation.translation.models import Errand, Origin, Run, RunState, Segment, Source
from interazioni.foundation.translation.rules.work import Edit, write_pieces

MOST_SOURCES = 300  # of one run


@dataclass(frozen=True, slots=True)
class Draft:
    """A segment's words by a machine or from the memory; empty: it came back spoilt."""

    segment_id: UUID
    text: str
    made_of: int
    origin: Origin


@rule(Permission.TRANSLATIONS_WRITE)
def begin_run(*, engine: str, language: str, sources: Sequence[UUID], by: Actor) -> Run:
    """Orders drafts for what has no words yet. Only public words are ever sent."""
    if engine not in machine.engines():
        raise ValidationError(_("This engine is not set up here."))
    public = {
        str(pk)
        for pk in Source.objects.filter(pk__in=sources, public=True)
        .exclude(language=language)
        .values_list("pk", flat=True)
    }
    wanted = [str(pk) for pk in sources if str(pk) in public][:MOST_SOURCES]
    if not wanted:
        raise ValidationError(_("There is nothing to draft."))
    row = Run.objects.create(engine=engine, language=language, sources=wanted, by_id=by.user_id, body_id=by.body_id)
    record(
        by,
        "translation.begin_run",
        object_kind="run",
        object_id=row.pk,
        detail={"engine": engine, "language": language, "sources": len(wanted)},
    )
    return row


@rule(Permission.TRANSLATIONS_WRITE)
def take_drafts(*, run: Run, at: int, drafts: Sequence[Draft], by: Actor) -> Run:
    """The drafts of the thing at this place of the run; a second worker that brings them again changes nothing."""
    row = Run.objects.select_for_update().get(pk=run.pk)
    record(
        by, "translation.take_drafts", object_kind="run", object_id=row.pk, detail={"at": at, "segments": len(drafts)}
    )
    if row.done != at or row.state != RunState.RUNNING:
        return row
    source = Source.objects.filter(pk=row.sources[at]).first()
    for origin in (Origin.MEMORY, Origin.MACHINE):
        texts = {one.segment_id: Edit(one.text, one.made_of) for one in drafts if one.origin == origin and one.text}
        if texts and source is not None:
            write_pieces(source=source, language=row.language, texts=texts, origin=origin, by=by)
        if origin == Origin.MEMORY:
            row.remembered += len(texts)
        else:
            row.drafted += len(texts)
    row.failed += sum(not one.text for one in drafts)
    row.done, row.fault = at + 1, ""
    row.save()
    return row


@rule(Permission.TRANSLATIONS_WRITE)
def await_answers(*, run: Run, asked: Mapping[UUID, tuple[list[str], int]], by: Actor) -> list[Errand]:
    """segment → (what its marks stand for, what it is made of). Those that were answered already are left out."""
    standing = {one.segment_id: one for one in Errand.objects.filter(run=run, segment_id__in=asked)}
    new = [
        Errand(run=run, segment_id=ident, kept=kept, made_of=of)
        for ident, (kept, of) in asked.items()
        if ident not in standing
    ]
    Errand.objects.bulk_create(new)
    record(by, "translation.await_answers", object_kind="run", object_id=run.pk, detail={"segments": len(new)})
    return [*(one for one in standing.values() if one.answered_at is None), *new]


@rule(Permission.TRANSLATIONS_WRITE)
def answer_errand(*, errand: Errand, text: str, by: Actor) -> Errand:
    """What an engine answered, once. Empty: it could not."""
    row = Errand.objects.select_for_update().get(pk=errand.pk)
    record(by, "translation.answer_errand", object_kind="run", object_id=row.run_id)
    if row.answered_at is not None:
        return row
    run = Run.objects.select_for_update().get(pk=row.run_id)
    words = machine.restore(text, row.kept, tagged=False) if text else None
    segment = Segment.objects.select_related("source").get(pk=row.segment_id)
    if words and segment.source.public:
        edit = Edit(words, row.made_of)
        write_pieces(
            source=segment.source, language=run.language, texts={segment.pk: edit}, origin=Origin.MACHINE, by=by
        )
        run.drafted += 1
    else:
        run.failed += 1
    row.answered_at = clock.now()
    row.save()
    if run.state == RunState.WAITING and not run.errands.filter(answered_at=None).exists():
        run.state = RunState.DONE
    run.save()
    return row


@rule(Permission.TRANSLATIONS_WRITE)
def finish_run(*, run: Run, by: Actor) -> Run:
    row = Run.objects.select_for_update().get(pk=run.pk)
    if row.state == RunState.RUNNING:
        row.state = RunState.WAITING if row.errands.filter(answered_at=None).exists() else RunState.DONE
        row.save()
    record(by, "translation.finish_run", object_kind="run", object_id=row.pk)
    return row


@rule(Permission.TRANSLATIONS_WRITE)
def note_fault(*, run: Run, fault: str, stop: bool, by: Actor) -> Run:
    """Why it does not go on; `stop`: it will not by itself."""
    row = Run.objects.select_for_update().get(pk=run.pk)
    row.fault = fault[:300]
    if stop:
        row.state = RunState.STOPPED
    row.save()
    record(by, "translation.note_fault", object_kind="run", object_id=row.pk, detail={"stop": stop})
    return row


@rule(Permission.TRANSLATIONS_WRITE)
def set_running(*, run: Run, running: bool, by: Actor) -> Run:
    """Stops a run, or lets a stopped one go on where it was. What is drafted stays a draft."""
    row = Run.objects.select_for_update().get(pk=run.pk)
    if running and row.state in (RunState.STOPPED, RunState.RUNNING):
        row.state, row.fault = RunState.RUNNING, ""
    elif not running and row.state in (RunState.RUNNING, RunState.WAITING):
        row.state = RunState.STOPPED
    row.save()
    record(by, "translation.set_running", object_kind="run", object_id=row.pk, detail={"running": running})
    return row
