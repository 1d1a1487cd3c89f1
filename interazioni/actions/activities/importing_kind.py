"""Attendance grids as a kind of import: a line's marks go through the register's own rule, session by session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from interazioni.actions.activities.importing import KIND, Enrolled, LineDraft, match_lines, read_grids
from interazioni.actions.activities.models import AttendanceStatus, Edition
from interazioni.actions.activities.rules.importing import Column, PersonMarks, take_grid
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.imports.grid import Grid
from interazioni.foundation.imports.models import Outcome as Became
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.foundation.imports.registry import Asked, ImportKind, Line, TableView, Taken, Text, Understood
from interazioni.foundation.imports.values import Context, Finding
from interazioni.foundation.ui.formats import local_date, local_number
from interazioni.plan.people.models import Person, PersonState
from interazioni.plan.programme.models import Participants


@dataclass(frozen=True, slots=True)
class Payload:
    """A line's person and its marks, with the columns they stand in."""

    person_id: UUID | None
    columns: tuple[Column, ...]
    marks: Mapping[date, tuple[AttendanceStatus, int]]


def understand(asked: Asked) -> Understood:
    ident = as_uuid(asked.options.get("edition", ""))
    edition = Edition.objects.filter(pk=ident, body_id=asked.by.body_id).first() if ident else None
    if edition is None:
        raise ImportRefused("no_edition", _("Say of which edition this is the attendance."))
    usual = edition.sessions.values_list("planned_minutes", flat=True).first()
    grids = read_grids(
        asked.source, today=clock.today(), period=(edition.starts_date, edition.ends_date),
        default_hours=Decimal(usual) / 60 if usual else None,
    )  # fmt: skip
    people = _people(edition)
    context = Context(today=clock.today())
    views, lines = [], []
    for number, grid in enumerate(grids):
        notes: list[Text] = [str(warning) for warning in grid.warnings]
        views.append(
            TableView(
                f"{grid.sheet}/{number}", grid.sheet, grid.titles, grid.columns, grid.mapping, grid.ignored, notes
            )
        )
        columns = tuple(Column(s.date, _minutes(s.hours, usual), s.held) for s in grid.sessions)
        chosen = {key: ident for key, ident in asked.answers.items() if key.startswith(f"{grid.sheet}/")}
        lines += [_line(grid, draft, columns, people, chosen) for draft in match_lines(grid, people, context)]
    return Understood(views, lines)


def _minutes(hours: Decimal | None, usual: int | None) -> int:
    return int(hours * 60) if hours else usual or 60


def _people(edition: Edition) -> list[Enrolled]:
    """Whom a line may mean: who is enrolled, and everybody else of the body's people; who is enrolled comes first."""
    enrolled = set(edition.enrolments.exclude(person=None).values_list("person_id", flat=True))
    people = Person.objects.filter(body_id=edition.body_id, state=PersonState.ACTIVE).only(
        "id", "surname", "name", "birth_date", "tax_code"
    )
    known = [Enrolled(str(p.pk), p.surname, p.name, p.birth_date, p.tax_code or "") for p in people]
    return sorted(known, key=lambda one: (UUID(one.key) not in enrolled, one.surname, one.name))


def _line(
    grid: Grid, draft: LineDraft, columns: tuple[Column, ...], people: Sequence[Enrolled], chosen: Mapping[str, str]
) -> Line:
    named = {one.key: one for one in people}
    key = f"{grid.sheet}/{draft.row.number}"
    person_id = as_uuid(draft.key) if draft.key else None
    errors: list[Finding] = list(draft.errors)
    if chosen.get(key) in draft.keys:
        person_id = as_uuid(chosen[key])
        errors = [error for error in errors if error.code != "ambiguous"]
    # A mark that cannot be read refuses the line: taking the rest would look complete and not be.
    errors += draft.row.refused.values()
    marks = {}
    for place, mark in draft.row.marks.items():
        column = columns[place]
        status = AttendanceStatus(mark.status)
        minutes = int(mark.hours * 60) if mark.hours is not None else column.minutes
        marks[column.day] = (status, minutes)
    facts = [(_("hours"), local_number(draft.row.hours)), (_("sessions marked"), str(len(marks)))]
    who = named.get(str(person_id))
    if who is not None:
        facts.append((_("taken for"), _words(who)))
    return Line(
        grid.sheet, draft.row.number, draft.text, facts, Payload(person_id, columns, marks), errors, draft.warnings,
        [(ident, _words(named[ident])) for ident in draft.keys] if len(draft.keys) > 1 else (),
        [draft.text, *(mark.raw for mark in draft.row.marks.values())],
    )  # fmt: skip


def _words(one: Enrolled) -> str:
    born = f", {local_date(one.birth_date)}" if one.birth_date else ""
    return f"{one.surname} {one.name}{born}"


def apply(lines: Sequence[Line], options: Mapping[str, str], before: frozenset[UUID], by: Actor) -> list[Taken]:
    """One call of the rule for all the lines of a batch that stand under the same columns."""
    edition = Edition.objects.select_related("activity").get(pk=options["edition"], body_id=by.body_id)
    results: dict[str, Taken] = {}
    groups: dict[tuple[Column, ...], list[Line]] = {}
    for line in lines:
        groups.setdefault(line.payload.columns, []).append(line)
    for columns, together in groups.items():
        people = [PersonMarks(line.payload.person_id, line.payload.marks) for line in together]
        for line, taken in zip(
            together, take_grid(edition=edition, columns=columns, people=people, by=by), strict=True
        ):
            outcome = Became.TAKEN if taken.new else Became.UNCHANGED
            codes = ["differs"] if taken.differing else []
            results[line.key] = Taken(outcome, codes, line.payload.person_id)
    return [results[line.key] for line in lines]


def editions_of(by: Actor) -> list[tuple[str, str]]:
    """The editions a grid may belong to, the latest first."""
    found = Edition.objects.filter(body_id=by.body_id, activity__participants=Participants.PERSONS).order_by(
        "-starts_date", "title"
    )
    return [(str(edition.pk), f"{edition.title} ({edition.code})") for edition in found]


ATTENDANCE = ImportKind(
    code="attendance", label=_("An attendance grid"), permission=Permission.ATTENDANCE_RECORD, fields=KIND.fields,
    understand=understand, apply=apply, option="edition", option_label=_("Edition"), option_choices=editions_of,
    columns_can_be_chosen=False,
)  # fmt: skip
