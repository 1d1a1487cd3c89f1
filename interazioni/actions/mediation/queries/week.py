"""Reading a week's plan: which one stands, what broke since, what it holds, how the load lies."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from interazioni.actions.mediation import planning_desk, roster
from interazioni.actions.mediation.models import (
    ENDED,
    OPEN_CALL,
    Assignment,
    AssignmentState,
    AvailabilityException,
    Call,
    CallOption,
    CallState,
    Gap,
    Mediator,
    Offer,
    OfferState,
    PlannedVisit,
    WeekPlan,
    WeekPlanState,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock

STANDS = (WeekPlanState.READY, WeekPlanState.TAKEN)


def visible_to(actor: Actor) -> QuerySet[WeekPlan]:
    found = WeekPlan.objects.filter(dispatch_id=actor.body_id)
    return found if actor.can(Permission.CALLS_DISPATCH) else found.none()


def standing(dispatch_id: UUID, monday: date) -> WeekPlan | None:
    """The plan that stands: the last one written whole."""
    return (
        WeekPlan.objects.filter(dispatch_id=dispatch_id, monday=monday, state__in=STANDS).order_by("-ready_at").first()
    )


def under_way(dispatch_id: UUID, monday: date) -> WeekPlan | None:
    return WeekPlan.objects.filter(dispatch_id=dispatch_id, monday=monday, state=WeekPlanState.PLANNING).first()


def last_failed(dispatch_id: UUID, monday: date) -> WeekPlan | None:
    """The planning that failed last, unless one was written since."""
    last = WeekPlan.objects.filter(dispatch_id=dispatch_id, monday=monday).order_by("-created_at", "-id").first()
    return last if last is not None and last.state == WeekPlanState.FAILED else None


def earlier(dispatch_id: UUID, monday: date) -> QuerySet[WeekPlan]:
    return WeekPlan.objects.filter(dispatch_id=dispatch_id, monday=monday, ready_at__isnull=False).order_by("-ready_at")


def broken_since(plan: WeekPlan) -> dict[str, int]:
    """What happened in the week since the plan was made that makes it worth planning again, by kind: only what happened."""
    begins, ends = planning_desk.bounds_of(plan.monday)
    since = plan.created_at
    in_week = CallOption.objects.filter(
        call=OuterRef("pk"), earliest_at__lt=ends, latest_at__gte=begins, latest_at__gt=clock.now()
    )
    mine = Call.objects.filter(Exists(in_week), dispatch_id=plan.dispatch_id)
    planned = PlannedVisit.objects.filter(plan=plan)
    promises = Assignment.objects.filter(
        dispatch_id=plan.dispatch_id, starts_at__gte=begins, starts_at__lt=ends, changed_at__gt=since
    )
    counted = {
        "calls": mine.filter(state__in=OPEN_CALL, sent_at__gt=since).count(),
        "given_back": promises.filter(state__in=[AssignmentState.WITHDRAWN, AssignmentState.MEDIATOR_ABSENT]).count(),
        "cancelled": planned.filter(call__state=CallState.CANCELLED, call__state_at__gt=since).count()
        + promises.filter(state=AssignmentState.CANCELLED).count(),
        "declined": Offer.objects.filter(
            dispatch_id=plan.dispatch_id, starts_at__gte=begins, starts_at__lt=ends, state__in=[OfferState.DECLINED, OfferState.EXPIRED],
            answered_at__gt=since,
        ).exclude(call__state__in=["accepted", "confirmed", "under_way", "done", "attested", "cancelled"]).count(),
        "off": AvailabilityException.objects.filter(
            mediator__dispatch_id=plan.dispatch_id, created_at__gt=since, starts_at__lt=ends, ends_at__gt=begins
        ).count(),
    }  # fmt: skip
    return {kind: number for kind, number in counted.items() if number}


@dataclass(slots=True)
class Line:
    """One line of a day: a planned visit, or a promise that stands already."""

    starts_at: datetime
    visit: PlannedVisit | None = None
    promise: Assignment | None = None


@dataclass(slots=True)
class Day:
    day: date
    lines: list[Line] = field(default_factory=list)
    visits: int = 0


def days(plan: WeekPlan | None, dispatch_id: UUID, monday: date) -> list[Day]:
    """The week day by day, promises and planned visits in the order of the hours. Visits of calls that were promised since are left out:
    the promise is there. Three statements."""
    begins, ends = planning_desk.bounds_of(monday)
    promises = (
        Assignment.objects.filter(dispatch_id=dispatch_id, starts_at__gte=begins, starts_at__lt=ends)
        .exclude(state__in=ENDED)
        .select_related("call", "presence", "body")
    )
    lines = [Line(one.starts_at, promise=one) for one in promises]
    if plan is not None:
        waiting = Offer.objects.filter(state=OfferState.WAITING).select_related("mediator")
        visits = (
            PlannedVisit.objects.filter(plan=plan, call__state__in=planning_desk.PLANNED)
            .select_related("mediator", "call__body", "call__locked_mediator")
            .prefetch_related(Prefetch("call__offers", queryset=waiting, to_attr="waiting"))
        )
        lines += [Line(one.starts_at, visit=one) for one in visits]
    found: dict[date, Day] = {}
    for line in sorted(lines, key=lambda one: one.starts_at):
        day = clock.in_rome(line.starts_at).date()
        found.setdefault(day, Day(day)).lines.append(line)
        found[day].visits += line.visit is not None
    return list(found.values())


def gaps(plan: WeekPlan) -> QuerySet[Gap]:
    """What the plan leaves and is still open, the most urgent first."""
    return (
        Gap.objects.filter(plan=plan, call__state__in=planning_desk.PLANNED)
        .select_related("call__body").prefetch_related("call__options").order_by("-call__urgency", "call__sent_at")
    )  # fmt: skip


@dataclass(slots=True)
class Load:
    """A mediator's week: minutes promised, minutes planned on top, and the most there may be."""

    mediator: Mediator
    promised: int
    planned: int

    @property
    def share(self) -> float:
        return (self.promised + self.planned) / self.mediator.week_cap_minutes


def loads(plan: WeekPlan | None, dispatch_id: UUID, monday: date) -> list[Load]:
    """Everybody who works in the week, the fullest first: fairness at a glance."""
    begins, ends = planning_desk.bounds_of(monday)
    promised: dict[UUID, int] = defaultdict(int)
    planned: dict[UUID, int] = defaultdict(int)
    kept = Assignment.objects.filter(dispatch_id=dispatch_id, starts_at__gte=begins, starts_at__lt=ends).exclude(
        state__in=ENDED
    )
    for mediator_id, starts_at, ends_at in kept.values_list("mediator_id", "starts_at", "ends_at"):
        promised[mediator_id] += roster.minute(ends_at) - roster.minute(starts_at)
    if plan is not None:
        for mediator_id, starts_at, ends_at in PlannedVisit.objects.filter(
            plan=plan, call__state__in=planning_desk.PLANNED
        ).values_list("mediator_id", "starts_at", "ends_at"):
            planned[mediator_id] += roster.minute(ends_at) - roster.minute(starts_at)
    last = roster.monday_of(monday)
    working = Mediator.objects.filter(dispatch_id=dispatch_id, since_date__lte=last).filter(
        Q(until_date=None) | Q(until_date__gte=monday)
    )
    found = [Load(one, promised[one.pk], planned[one.pk]) for one in working.order_by("full_name")]
    return sorted(found, key=lambda one: -one.share)


def coming_weeks(dispatch_id: UUID, mondays: Sequence[date]) -> dict[date, int]:
    """How many calls wait in each of these weeks."""
    return {monday: len(planning_desk.open_calls(dispatch_id, monday)) for monday in mondays}


__all__ = ["Day", "Line", "Load", "broken_since", "coming_weeks", "days", "earlier", "gaps", "last_failed", "loads", "standing",
           "under_way", "visible_to"]  # fmt: skip
