"""What is missing, counted by body: nobody is named here. For who assists the bodies, and for who coordinates one."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from interazioni.actions.activities.models import Attendance, Session, SessionState
from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.plan.ledger.queries import figure_bodies
from interazioni.plan.partners.models import Body
from interazioni.plan.programme.models import Participants, Period


@dataclass(frozen=True, slots=True)
class BodyQuality:
    """One body's gaps. Counts of people on record; of registers not taken; of sessions held with nobody marked."""

    body: Body
    people: int
    without_birth: int
    without_citizenship: int
    without_notice: int
    missing_registers: int
    unmarked_sessions: int

    @property
    def gaps(self) -> int:
        return (
            self.without_birth
            + self.without_citizenship
            + self.without_notice
            + self.missing_registers
            + self.unmarked_sessions
        )


def missing_registers(actor: Actor, *, since: date | None = None, until: date | None = None) -> QuerySet[Session]:
    """Sessions whose time has passed and whose register nobody took, of the bodies whose figures the actor may read."""
    sessions = Session.objects.filter(state=SessionState.PLANNED, starts_at__lt=clock.now())
    if not actor.plan_wide:
        sessions = sessions.filter(body_id__in=figure_bodies(actor))
    if since is not None:
        sessions = sessions.filter(starts_at__gte=datetime.combine(since, time(), clock.ROME))
    if until is not None:
        sessions = sessions.filter(starts_at__lte=datetime.combine(until, time.max, clock.ROME))
    return sessions


def missing_in(actor: Actor, period: Period) -> list[tuple[Body, int]]:
    """The bodies with registers missing in a period, most first."""
    counts = dict(
        missing_registers(actor, since=period.starts_date, until=period.ends_date)
        .filter(edition__activity__plan_id=period.plan_id)
        .values_list("body_id").annotate(count=Count("*")).order_by()
    )  # fmt: skip
    return sorted(
        ((body, counts[body.pk]) for body in Body.objects.filter(pk__in=counts)),
        key=lambda pair: (-pair[1], pair[0].name),
    )


def _people() -> dict[UUID, tuple[int, int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body_id, people, without_birth, without_citizenship, without_notice FROM monitoring_people_quality()"
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def by_body(actor: Actor) -> list[BodyQuality]:
    """Every body the actor answers for that has work or people on record, most gaps first. Four queries."""
    require(actor, Permission.DATA_QUALITY_VIEW)
    people = _people()
    missing = dict(missing_registers(actor).values_list("body_id").annotate(count=Count("*")).order_by())
    unmarked_sessions = (
        Session.objects.filter(state=SessionState.HELD)
        .filter(~Q(edition__activity__participants=Participants.NONE))
        .filter(~Exists(Attendance.objects.filter(session=OuterRef("pk"))))
    )
    if not actor.plan_wide:
        unmarked_sessions = unmarked_sessions.filter(body_id__in=figure_bodies(actor))
    unmarked = dict(unmarked_sessions.values_list("body_id").annotate(count=Count("*")).order_by())
    bodies = Body.objects.filter(pk__in={*people, *missing, *unmarked})
    rows = [
        BodyQuality(body, *people.get(body.pk, (0, 0, 0, 0)), missing.get(body.pk, 0), unmarked.get(body.pk, 0))
        for body in bodies
    ]
    return sorted(rows, key=lambda row: (-row.gaps, row.body.name))
