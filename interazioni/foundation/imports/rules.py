"""From an upload to rows taken: each step a rule, each batch a transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.files.rules import drop_file, keep_file
from interazioni.foundation.imports.models import Import, ImportRow, ImportState, Outcome
from interazioni.foundation.imports.registry import Line, Taken, kind_of

KEPT_DAYS = 30  # configured, not from a source: as long as somebody may still want to compare a file with its result
BATCH = 500


@rule(Permission.IMPORTS_RUN)
def hand_in(*, kind: str, name: str, content: bytes, total: int, options: Mapping[str, str], by: Actor) -> Import:
    """Keeps an uploaded file that could be read, for its preview. Nothing of it is taken yet."""
    require(by, kind_of(kind).permission)
    kept = keep_file(name=name, content=content, days=KEPT_DAYS, by=by)
    handed = Import.objects.create(
        body_id=by.body_id, kind=kind, file=kept, total=total, options=dict(options), started_by_id=by.user_id
    )
    record(by, "imports.hand_in", object_kind="import", object_id=handed.pk, detail={"kind": kind, "rows": total})
    return handed


@rule(Permission.IMPORTS_RUN)
def answer(
    *, handed: Import, mapping: Mapping[str, Mapping[str, str]], answers: Mapping[str, str], total: int, by: Actor
) -> Import:
    """What somebody says about a file before it is taken: what a column is, whom a name means."""
    locked = _locked(handed, ImportState.PREVIEW)
    locked.mapping = {**locked.mapping, **{table: dict(columns) for table, columns in mapping.items()}}
    locked.answers = {**locked.answers, **answers}
    locked.total = total
    locked.save(update_fields=["mapping", "answers", "total"])
    record(by, "imports.answer", object_kind="import", object_id=locked.pk, detail={"answers": len(answers)})
    return locked


@rule(Permission.IMPORTS_RUN)
def confirm(*, handed: Import, by: Actor) -> Import:
    """Its rows may be taken from now on."""
    locked = _locked(handed, ImportState.PREVIEW)
    locked.state, locked.started_at = ImportState.RUNNING, clock.now()
    locked.save(update_fields=["state", "started_at"])
    record(by, "imports.confirm", object_kind="import", object_id=locked.pk)
    return locked


@rule(Permission.IMPORTS_RUN)
def take_batch(*, handed: Import, lines: Sequence[Line], by: Actor) -> int:
    """Takes some rows by the kind's own rule, and writes down what became of each, in one transaction.

    The import's lock lets one worker at a time; a row that is written down already is not taken again. Gives how many were.
    """
    locked = _locked(handed, ImportState.RUNNING)
    done = set(locked.rows.values_list("sheet", "row"))
    waiting = [line for line in lines if (line.sheet, line.row) not in done]
    kind = kind_of(locked.kind)
    sound = [line for line in waiting if not line.errors]
    taken = locked.rows.filter(outcome=Outcome.TAKEN).values_list("object_id", flat=True)
    before = frozenset(person for person in taken if person is not None)
    results = dict(zip((line.key for line in sound), kind.apply(sound, locked.options, before, by), strict=True))
    ImportRow.objects.bulk_create(_written(locked, line, results.get(line.key)) for line in waiting)
    record(by, "imports.take_batch", object_kind="import", object_id=locked.pk, detail={"rows": len(waiting)})
    return len(waiting)


def _written(handed: Import, line: Line, taken: Taken | None) -> ImportRow:
    taken = taken or Taken(Outcome.REFUSED, sorted({error.code for error in line.errors}))
    return ImportRow(
        body_id=handed.body_id, of=handed, sheet=line.sheet[:100], row=line.row, outcome=taken.outcome, codes=list(taken.codes),
        warnings=list(dict.fromkeys(warning.code for warning in line.warnings)), object_id=taken.object_id,
    )  # fmt: skip


@rule(Permission.IMPORTS_RUN)
def finish(*, handed: Import, by: Actor) -> Import:
    """Every row has its outcome."""
    locked = _locked(handed, ImportState.RUNNING)
    locked.state, locked.finished_at = ImportState.DONE, clock.now()
    locked.save(update_fields=["state", "finished_at"])
    record(by, "imports.finish", object_kind="import", object_id=locked.pk, detail={"rows": locked.total})
    return locked


@rule(Permission.IMPORTS_RUN)
def cancel(*, handed: Import, by: Actor) -> Import:
    """Not taken after all: the file goes. What was taken before stays."""
    locked = Import.objects.select_for_update(of=("self",)).select_related("file").get(pk=handed.pk)
    if locked.state in (ImportState.DONE, ImportState.CANCELLED):
        raise ValidationError(_("This import has ended already."))
    locked.state, locked.finished_at = ImportState.CANCELLED, clock.now()
    locked.save(update_fields=["state", "finished_at"])
    drop_file(file=locked.file, by=by)
    record(by, "imports.cancel", object_kind="import", object_id=locked.pk)
    return locked


def _locked(handed: Import, state: ImportState) -> Import:
    locked = Import.objects.select_for_update(of=("self",)).select_related("file").get(pk=handed.pk)
    if locked.state != state:
        raise ValidationError(_("This import has moved on in the meantime: load the page again."), code="stale")
    return locked


def forget(person_id: UUID, by: Actor) -> Mapping[str, int]:
    """An eraser (`privacy.registry`): rows no longer point to the person, and files that may name them go before their time."""
    rows = ImportRow.objects.filter(object_id=person_id)
    imports = set(rows.values_list("of_id", flat=True))
    count = rows.update(object_id=None)
    for handed in Import.objects.filter(pk__in=imports, file__dropped_at=None).select_related("file"):
        drop_file(file=handed.file, by=by)
    return {"import rows": count}
