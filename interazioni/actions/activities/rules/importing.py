"""A grid of attendance that a body kept elsewhere: its sessions, enrolments and marks, through the register's own rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid5

from interazioni.actions.activities.models import (
    Attendance,
    AttendanceStatus,
    Edition,
    Enrolment,
    Session,
    SessionState,
)
from interazioni.actions.activities.rules.registers import Mark, record_register
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.clock import ROME

USUAL = time(15)  # where neither grid nor edition says at what time


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the grid: a day and how long the session lasted; `held` if anybody has a mark."""

    day: date
    minutes: int
    held: bool


@dataclass(frozen=True, slots=True)
class PersonMarks:
    """One line: a person of the body and the marks by day."""

    person_id: UUID
    marks: Mapping[date, tuple[AttendanceStatus, int]]


@dataclass(frozen=True, slots=True)
class LineTaken:
    """How many marks of a line are new, and how many contradict what is recorded: those were left as they are."""

    new: int
    differing: int


@rule(Permission.ATTENDANCE_RECORD)
def take_grid(
    *, edition: Edition, columns: Sequence[Column], people: Sequence[PersonMarks], by: Actor
) -> list[LineTaken]:
    """Plans the grid's sessions that are not there, enrols who is not, and takes each held session's register.

    Nothing that is recorded is overwritten: the same grid again changes nothing, a different mark is counted and left.
    """
    sessions = _sessions(edition, columns)
    enrolments = _enrolments(edition, people, columns)
    there = {
        (row.session_id, row.enrolment_id): (row.status, row.minutes)
        for row in Attendance.objects.filter(session__edition=edition)
    }
    new: Counter[UUID] = Counter()
    differing: Counter[UUID] = Counter()
    for column in columns:
        session = sessions[column.day]
        if not column.held or session.starts_at > clock.now():
            continue
        minutes = session.held_minutes or column.minutes
        marks = []
        for line in people:
            if column.day not in line.marks:
                continue
            status, lasted = line.marks[column.day]
            status, lasted = _fitting(status, lasted, minutes)
            before = there.get((session.pk, enrolments[line.person_id]))
            if before is None:
                new[line.person_id] += 1
                marks.append(
                    Mark(
                        enrolments[line.person_id],
                        status,
                        lasted or None,
                        None,
                        uuid5(session.pk, f"{line.person_id}/{status}/{lasted}"),
                    )
                )
            elif before != (status, lasted):
                differing[line.person_id] += 1
        if marks or session.state == SessionState.PLANNED:
            record_register(session=session, held_minutes=minutes, marks=marks, by=by)
    record(
        by, "activities.take_grid", object_kind="edition", object_id=edition.pk,
        detail={"lines": len(people), "sessions": sum(column.held for column in columns)},
    )  # fmt: skip
    return [LineTaken(new[line.person_id], differing[line.person_id]) for line in people]


def _fitting(status: AttendanceStatus, lasted: int, minutes: int) -> tuple[AttendanceStatus, int]:
    """The mark in a session of `minutes`: part of the time is `late`, the whole of it `present`."""
    if status in (AttendanceStatus.ABSENT, AttendanceStatus.JUSTIFIED):
        return status, 0
    if 0 < lasted < minutes:
        return AttendanceStatus.LATE, lasted
    return AttendanceStatus.PRESENT, minutes


def _sessions(edition: Edition, columns: Sequence[Column]) -> dict[date, Session]:
    existing = list(edition.sessions.exclude(state=SessionState.CANCELLED).order_by("starts_at"))
    found = {clock.in_rome(session.starts_at).date(): session for session in existing}
    usual = Counter(clock.in_rome(session.starts_at).time() for session in existing).most_common(1)
    at = usual[0][0] if usual else USUAL
    fresh = [
        Session(
            body_id=edition.body_id,
            edition=edition,
            planned_minutes=column.minutes,
            starts_at=datetime.combine(column.day, at, tzinfo=ROME).astimezone(UTC),
        )
        for column in columns
        if column.day not in found
    ]
    Session.objects.bulk_create(fresh)
    days = [column.day for column in columns]
    Edition.objects.filter(pk=edition.pk, starts_date__gt=min(days)).update(starts_date=min(days))
    Edition.objects.filter(pk=edition.pk, ends_date__lt=max(days)).update(ends_date=max(days))
    return found | {clock.in_rome(session.starts_at).date(): session for session in fresh}


def _enrolments(edition: Edition, people: Sequence[PersonMarks], columns: Sequence[Column]) -> dict[UUID, UUID]:
    there = {person: pk for pk, person in edition.enrolments.exclude(person=None).values_list("pk", "person_id")}
    since = min(column.day for column in columns)
    fresh = [
        Enrolment(body_id=edition.body_id, edition=edition, person_id=line.person_id, since_date=since)
        for line in people
        if line.person_id not in there
    ]
    Enrolment.objects.bulk_create(fresh)
    return {person: pk for person, pk in there.items() if person} | {
        row.person_id: row.pk for row in fresh if row.person_id
    }
