"""Regular presences: a desk of community mediation every Tuesday, two hours a week in a school."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import Assignment, AssignmentState, Mediator, Mode, Presence, Side
from interazioni.actions.mediation.rules.assignments import end_assignment, one_place_at_a_time
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.vocabularies.distances import coordinates
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.programme.models import DeliveryKind

LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class PresenceData:
    """`minutes` from `starts`, on a weekday (0 is Monday) every so many weeks, from the first to the last day."""

    title: str
    weekday: int
    starts: time
    minutes: int
    since: date
    until: date
    municipality: str = ""
    place: str = ""
    site_id: UUID | None = None
    language: str = ""
    every_weeks: int = 1


@rule(Permission.MEDIATORS_KEEP)
def begin_presence(
    *, mediator: Mediator, kind: DeliveryKind, body: Body, data: PresenceData, ident: UUID | None = None, by: Actor
) -> Presence:  # fmt: skip
    """Plans the presence with an assignment for each of its days; the host's closures are left out. Each is confirmed."""
    if data.until < data.since or data.until - data.since > LONGEST:
        raise ValidationError({"until": _("From a day to a later one, a year at most.")})
    site = Site.objects.filter(pk=data.site_id, body=body).first() if data.site_id else None
    municipality = site.municipality if site else data.municipality
    centre = coordinates(municipality or "000000")
    if centre is None:
        raise ValidationError({"municipality": _("Say in which municipality.")})
    row = Presence(
        id=ident or new_id(), body=body, dispatch_id=by.body_id, mediator=mediator, kind=kind, title=data.title, language=data.language, site=site,
        place=data.place or (site.name if site else ""), municipality=municipality, latitude=centre[0], longitude=centre[1],
        weekday=data.weekday, starts=data.starts, minutes=data.minutes, every_weeks=data.every_weeks, since_date=data.since, until_date=data.until,
    )  # fmt: skip
    row.full_clean(validate_unique=False)
    row.save(force_insert=True)
    days = list(_days(row, body))
    if not days:
        raise ValidationError({"weekday": _("There is no such day between the first and the last.")})
    now = clock.now()
    with one_place_at_a_time():
        Assignment.objects.bulk_create(_assignment(row, mediator, starts_at, now) for starts_at in days)
    record(by, "mediation.begin_presence", object_kind="presence", object_id=row.pk, detail={"days": len(days)})
    return row


@rule(Permission.MEDIATORS_KEEP)
def end_presence(*, presence: Presence, last: date, by: Actor) -> int:
    """Ends it after `last`: what lies beyond is cancelled. Gives how many days were."""
    row = Presence.objects.select_for_update().get(pk=presence.pk)
    if last < row.since_date:
        last = row.since_date
    beyond = Assignment.objects.filter(
        presence=row, starts_at__gte=max(roster.at(last + timedelta(days=1), time()), clock.now()),
        state__in=[AssignmentState.ACCEPTED, AssignmentState.CONFIRMED],
    )  # fmt: skip
    count = 0
    for one in beyond:
        end_assignment(assignment=one, how="cancelled", side=Side.DISPATCH, words="", by=by)
        count += 1
    row.until_date = last
    row.save(update_fields=["until_date"])
    record(by, "mediation.end_presence", object_kind="presence", object_id=row.pk, detail={"days": count})
    return count


def _days(row: Presence, body: Body) -> Iterator[datetime]:
    closed = body.closed_spans()
    day = row.since_date + timedelta(days=(row.weekday - row.since_date.weekday()) % 7)
    while day <= row.until_date:
        if not any(first <= day <= last for first, last in closed):
            yield roster.at(day, row.starts)
        day += timedelta(weeks=row.every_weeks)


def _assignment(row: Presence, mediator: Mediator, starts_at: datetime, now: datetime) -> Assignment:
    return Assignment(
        body_id=row.body_id, dispatch_id=row.dispatch_id, employer_id=mediator.body_id, mediator=mediator, mediator_user_id=mediator.user_id,
        mediator_name=mediator.full_name, mediator_phone=mediator.phone, presence=row, kind_id=row.kind_id, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=row.minutes), mode=Mode.ONSITE, language=row.language, place=row.title if not row.place else f"{row.title}, {row.place}"[:250],
        municipality=row.municipality, latitude=row.latitude, longitude=row.longitude, state=AssignmentState.CONFIRMED, changed_at=now, created_at=now,
    )  # fmt: skip
