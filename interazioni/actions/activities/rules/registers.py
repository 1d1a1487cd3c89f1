"""Taking a register: everyone's marks, the ledger and the audit event in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from interazioni.actions.activities.models import Attendance, AttendanceStatus, Enrolment, Session, SessionState
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.plan.ledger.rules import NewEntry, post, reverse_sources

HERE = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE})


@dataclass(frozen=True, slots=True)
class Mark:
    """One pupil's mark as somebody made it. `minutes` counts for `late`; `based_on` is the version that was on the screen
    (None: the pupil was not marked yet); `client_id` is made once by the client and sent again with every retry. `untouched`: the
    value is the one that was on the screen, nobody decided it now; it is taken where there is no mark, as presumed (version 0),
    and says nothing against a mark that somebody made."""

    enrolment_id: UUID
    status: AttendanceStatus
    minutes: int | None
    based_on: int | None
    client_id: UUID
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """A mark that was not saved: somebody else had marked the same pupil differently since. Both values, and whose."""

    mark: Mark
    status: AttendanceStatus
    minutes: int
    version: int
    recorded_at: datetime
    recorded_by_id: UUID


@dataclass(frozen=True, slots=True)
class RegisterTaken:
    """What a POST did: the session as it is now, how many marks changed, and the marks to choose about. `versions` are those
    that stand now, by enrolment: what the next POST of a page that stays open is based on."""

    session: Session
    saved: int
    conflicts: tuple[Conflict, ...] = ()
    versions: Mapping[UUID, int] = field(default_factory=dict)


class NotEnrolled(ValidationError):
    """A mark for somebody who is not in this edition (any more)."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody in this register is not enrolled any more: load the page again."), code="not_enrolled"
        )


@rule(Permission.ATTENDANCE_RECORD)
def record_register(
    *,
    session: Session,
    held_minutes: int,
    marks: Sequence[Mark],
    topic: str | None = None,
    held_based_on: int | None = None,
    by: Actor,
) -> RegisterTaken:
    """The session was held, these were there. Marks of different pupils merge; a mark that contradicts another's newer one is
    not saved and comes back as a conflict. The same mark again (same client id, or same value) changes nothing.

    `held_based_on` is the length that was on the screen: who left it alone does not undo somebody else's correction of it.
    A fixed number of statements. Raises ValidationError for a session that has not begun, was cancelled, or for minutes
    that cannot be; NotEnrolled; Session.DoesNotExist for another body's. Of `session` only the id is used.
    """
    # The lock first and alone: what is read after it is what the one before us left.
    sessions = Session.objects.select_for_update(of=("self",)).select_related("edition__activity")
    locked = sessions.get(pk=session.pk, body_id=by.body_id)
    was_held, was_minutes = locked.state == SessionState.HELD, locked.held_minutes
    if was_held and was_minutes and held_based_on == held_minutes:
        held_minutes = was_minutes
    _can_be_held(locked, held_minutes)
    enrolments, there = _enrolled_and_marked(locked)
    created: list[Attendance] = []
    changed: dict[UUID, Attendance] = {}
    conflicts: list[Conflict] = []
    now = clock.now()
    for mark in {mark.enrolment_id: mark for mark in marks}.values():
        if mark.enrolment_id not in enrolments:
            raise NotEnrolled
        minutes = _minutes(mark, held_minutes)
        row = there.get(mark.enrolment_id)
        if row is None:
            created.append(
                Attendance(
                    body_id=locked.body_id, session=locked, enrolment_id=mark.enrolment_id, status=mark.status, minutes=minutes,
                    client_id=mark.client_id, version=0 if mark.untouched else 1, recorded_at=now, recorded_by_id=by.user_id,
                )
            )  # fmt: skip
        elif mark.untouched or row.client_id == mark.client_id or _same(row, mark, minutes):
            continue
        elif row.version != (mark.based_on or 0):  # what was only presumed gives way to whoever decides
            conflicts.append(
                Conflict(
                    mark, AttendanceStatus(row.status), row.minutes, row.version, row.recorded_at, row.recorded_by_id
                )
            )
        else:
            row.status, row.minutes, row.client_id, row.version = mark.status, minutes, mark.client_id, row.version + 1
            row.recorded_at, row.recorded_by_id = now, by.user_id
            changed[row.pk] = row
    lasted_otherwise = was_held and was_minutes != held_minutes
    if lasted_otherwise:
        # Who was there the whole time was there as long as it lasted; nobody was there longer.
        for row in there.values():
            fits = held_minutes if row.status == AttendanceStatus.PRESENT else min(row.minutes, held_minutes)
            if row.minutes != fits:
                row.minutes = fits
                changed[row.pk] = row
    Attendance.objects.bulk_create(created)
    Attendance.objects.bulk_update(
        changed.values(), ["status", "minutes", "client_id", "version", "recorded_at", "recorded_by_id"]
    )
    locked.state, locked.held_minutes = SessionState.HELD, held_minutes
    locked.recorded_at, locked.recorded_by_id = now, by.user_id
    if topic is not None:
        locked.topic = topic
    locked.save(update_fields=["state", "held_minutes", "recorded_at", "recorded_by_id", "topic"])
    stale = [*changed, *([locked.pk] if lasted_otherwise else [])]
    if stale:
        reverse_sources(stale, by=by)
    entries = [*_attended(locked, [*created, *changed.values()], enrolments)]
    if not was_held or lasted_otherwise:
        entries += _held(locked)
    post(entries, by=by)
    record(
        by, "activities.record_register", object_kind="session", object_id=locked.pk,
        changed=["register"] if created or changed else [],
        detail={
            "new": len(created),
            "changed": [str(row.enrolment_id) for row in changed.values()],
            "conflicts": len(conflicts),
        },
    )  # fmt: skip
    versions = {row.enrolment_id: row.version for row in [*there.values(), *created]}
    return RegisterTaken(locked, len(created) + len(changed), tuple(conflicts), versions)


@rule(Permission.ATTENDANCE_RECORD)
def unhold_session(*, session: Session, by: Actor) -> Session:
    """The register was taken by mistake: marks go, the ledger takes back what they posted, the session is planned again."""
    locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk, body_id=by.body_id)
    if locked.state != SessionState.HELD:
        raise ValidationError(_("This session has no register to take back."))
    marks = list(locked.attendances.values_list("pk", flat=True))
    reverse_sources([*marks, locked.pk], by=by)
    locked.attendances.all().delete()
    locked.state, locked.held_minutes = SessionState.PLANNED, None
    locked.recorded_at = locked.recorded_by_id = None
    locked.save(update_fields=["state", "held_minutes", "recorded_at", "recorded_by_id"])
    record(by, "activities.unhold_session", object_kind="session", object_id=locked.pk, detail={"marks": len(marks)})
    return locked


def _enrolled_and_marked(session: Session) -> tuple[dict[UUID, Enrolment], dict[UUID, Attendance]]:
    """Everybody ever enrolled in the edition, and this session's marks, both by enrolment: one query."""
    enrolments: dict[UUID, Enrolment] = {}
    marks: dict[UUID, Attendance] = {}
    mark = ("id", "status", "minutes", "version", "client_id", "recorded_at", "recorded_by_id", "created_at")
    for pk, person_id, association_id, *values in (
        Enrolment.objects.filter(edition_id=session.edition_id)
        .annotate(mark=FilteredRelation("attendances", condition=Q(attendances__session=session.pk)))
        .values_list("pk", "person_id", "association_id", *(f"mark__{name}" for name in mark))
    ):
        enrolments[pk] = Enrolment(pk=pk, person_id=person_id, association_id=association_id)
        if values[0] is not None:
            row = Attendance(
                body_id=session.body_id, session=session, enrolment_id=pk, **dict(zip(mark, values, strict=True))
            )
            row._state.adding = False
            marks[pk] = row
    return enrolments, marks


def _same(row: Attendance, mark: Mark, minutes: int) -> bool:
    """Minutes matter only for who was there part of the time: those of the others follow from the session's."""
    return row.status == mark.status and (mark.status != AttendanceStatus.LATE or row.minutes == minutes)


def hours(minutes: int) -> Decimal:
    """Minutes as hours, to four decimals: the quantity the ledger holds."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.0001"))


def _can_be_held(session: Session, held_minutes: int) -> None:
    if session.state == SessionState.CANCELLED:
        raise ValidationError(_("This session was cancelled."))
    if session.starts_at > clock.now():
        raise ValidationError(_("This session has not begun yet: its register opens when it does."))
    if not 0 < held_minutes <= 24 * 60:
        raise ValidationError({"held_minutes": _("Say how long the session lasted.")})


def _minutes(mark: Mark, held_minutes: int) -> int:
    if mark.status == AttendanceStatus.PRESENT:
        return held_minutes
    if mark.status != AttendanceStatus.LATE:
        return 0
    if mark.minutes is None or not 0 < mark.minutes <= held_minutes:
        raise ValidationError(_("Who was there part of the time needs minutes, no more than the session lasted."))
    return mark.minutes


def _attended(session: Session, rows: Iterable[Attendance], enrolments: dict[UUID, Enrolment]) -> Iterable[NewEntry]:
    activity, day = session.edition.activity, clock.in_rome(session.starts_at).date()
    for row in rows:
        if row.status in HERE:
            enrolment = enrolments[row.enrolment_id]
            yield NewEntry(
                activity=activity, measure=activity.attendance_measure, quantity=hours(row.minutes), unit="hours", happened_date=day,
                source_kind="attendance", source_id=row.pk, person_id=enrolment.person_id,
                association_id=enrolment.association_id, municipality=session.edition.municipality,
            )  # fmt: skip


def _held(session: Session) -> list[NewEntry]:
    activity, edition = session.edition.activity, session.edition
    day = clock.in_rome(session.starts_at).date()
    measured = (
        (activity.session_measure, Decimal(1), "sessions"),
        (activity.session_hours_measure, hours(session.held_minutes or 0), "hours"),
    )
    return [
        NewEntry(
            activity=activity,
            measure=measure,
            quantity=quantity,
            unit=unit,
            happened_date=day,
            source_kind="session",
            source_id=session.pk,
            municipality=edition.municipality,
        )
        for measure, quantity, unit in measured
    ]
