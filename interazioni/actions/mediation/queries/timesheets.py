"""Hours worked: to confirm, in doubt, by month; hours granted and what is left of them; the plan's hours; regular presences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import (
    ENDED,
    LIVE,
    Assignment,
    AssignmentState,
    Grant,
    GrantKind,
    Hours,
    HoursState,
    Mediator,
    Presence,
)
from interazioni.actions.mediation.settings_of import kinds_of_plans
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.plan.partners.models import Body
from interazioni.plan.programme.models import DeliveryKind, Indicator, Share

MIDNIGHT = time()

# --- to confirm -----------------------------------------------------------------------------------------------------------


def _hours() -> QuerySet[Hours]:
    return Hours.objects.select_related(
        "assignment__call", "assignment__presence", "assignment__kind", "body", "dispatch", "employer"
    )


def to_confirm(actor: Actor) -> QuerySet[Hours]:
    """Reported at our body, the oldest first."""
    return (
        _hours()
        .filter(body_id=actor.body_id, state=HoursState.REPORTED)
        .order_by("happened_date", "assignment__starts_at", "pk")
    )


def in_doubt(actor: Actor) -> QuerySet[Hours]:
    """Disputed: at our body, or sent by us."""
    ours = Q(body_id=actor.body_id) | Q(dispatch_id=actor.body_id)
    return _hours().filter(ours, state=HoursState.DISPUTED).order_by("happened_date", "pk")


def confirmed_lately(actor: Actor, days: int = 30) -> QuerySet[Hours]:
    since = clock.today() - timedelta(days=days)
    found = _hours().filter(body_id=actor.body_id, state=HoursState.ATTESTED, happened_date__gte=since)
    return found.order_by("-happened_date", "-pk")


def assignment_of(actor: Actor, assignment_id: UUID) -> Assignment | None:
    """One that our body called for, sends or pays, or that is the actor's own."""
    ours = (
        Q(body_id=actor.body_id)
        | Q(dispatch_id=actor.body_id)
        | Q(employer_id=actor.body_id)
        | Q(mediator_user_id=actor.user_id)
    )
    return (
        Assignment.objects.select_related("call", "presence", "kind__activity__plan", "body", "dispatch", "employer")
        .filter(ours, pk=assignment_id)
        .first()
    )


def hours_of(assignment: Assignment) -> Hours | None:
    return _hours().filter(assignment=assignment).first()


# --- a month --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Totals:
    """In minutes. `worked` is what was delivered, `paid_only` what late cancellations pay, `confirmed` the part of both that stands."""

    lines: int = 0
    worked: int = 0
    paid_only: int = 0
    confirmed: int = 0
    waiting: int = 0
    disputed: int = 0
    travel_minutes: int = 0
    travel_km: Decimal = Decimal(0)
    contacts: int = 0

    @property
    def paid(self) -> int:
        return self.worked + self.paid_only

    def add(self, row: Hours) -> None:
        self.lines += 1
        if row.paid_only:
            self.paid_only += row.minutes
        else:
            self.worked += row.minutes
        match row.state:
            case HoursState.ATTESTED:
                self.confirmed += row.minutes
            case HoursState.DISPUTED:
                self.disputed += row.minutes
            case _:
                self.waiting += row.minutes
        self.travel_minutes += row.travel_minutes
        self.travel_km += row.travel_km
        self.contacts += row.contacts or 0


@dataclass(slots=True)
class Sheet:
    """A month of one mediator (`mediator_id`) with one employer. `missing` are assignments that are over, without hours."""

    mediator_id: UUID
    mediator: str
    employer: Body
    lines: list[Hours] = field(default_factory=list)
    missing: int = 0
    totals: Totals = field(default_factory=Totals)


@dataclass(slots=True)
class Month:
    """The timesheets of a month, by name."""

    first: date
    sheets: list[Sheet]
    totals: Totals

    @property
    def missing(self) -> int:
        return sum(sheet.missing for sheet in self.sheets)


def _answers_for(actor: Actor) -> Q:
    return Q(employer_id=actor.body_id) | Q(dispatch_id=actor.body_id)


def after(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def before(first: date) -> date:
    """The first day of the month before."""
    return (first.replace(day=1) - timedelta(days=1)).replace(day=1)


def month(
    actor: Actor, first: date, *, mediator_id: UUID | None = None, employer_id: UUID | None = None, own: bool = False
) -> Month:
    """The hours of a month that the actor's body answers for: it employs, or it sends. Two statements, however many there are.

    `own`: those of the actor, as a mediator.
    """
    whose = Q(mediator_user_id=actor.user_id) if own else _answers_for(actor)
    rows = _hours().filter(whose, happened_date__gte=first, happened_date__lt=after(first))
    over = Assignment.objects.filter(
        whose, state__in=[*LIVE, AssignmentState.DONE], hours=None, ends_at__lte=clock.now(),
        starts_at__gte=roster.at(first, MIDNIGHT), starts_at__lt=roster.at(after(first), MIDNIGHT),
    )  # fmt: skip
    if mediator_id:
        rows, over = rows.filter(assignment__mediator_id=mediator_id), over.filter(mediator_id=mediator_id)
    if employer_id:
        rows, over = rows.filter(employer_id=employer_id), over.filter(employer_id=employer_id)
    sheets: dict[tuple[UUID, UUID], Sheet] = {}
    total = Totals()
    for row in rows.order_by("assignment__starts_at", "pk"):
        key = (row.assignment.mediator_id, row.employer_id)
        sheet = sheets.setdefault(key, Sheet(key[0], row.assignment.mediator_name, row.employer))
        sheet.lines.append(row)
        sheet.totals.add(row)
        total.add(row)
    for one in over.select_related("employer"):
        key = (one.mediator_id, one.employer_id)
        sheets.setdefault(key, Sheet(key[0], one.mediator_name, one.employer)).missing += 1
    found = sorted(sheets.values(), key=lambda sheet: (sheet.mediator.casefold(), sheet.employer.name))
    return Month(first, found, total)


def months(actor: Actor, most: int = 36, *, own: bool = False) -> list[date]:
    """First days of the months with hours, the latest first."""
    whose = Q(mediator_user_id=actor.user_id) if own else _answers_for(actor)
    return list(Hours.objects.filter(whose).dates("happened_date", "month", order="DESC")[:most])


def mediator_seen(actor: Actor, mediator_id: UUID) -> Mediator | None:
    """Employed or sent by our body."""
    ours = Q(body_id=actor.body_id) | Q(dispatch_id=actor.body_id)
    return Mediator.objects.select_related("body", "dispatch").filter(ours, pk=mediator_id).first()


def employers(actor: Actor) -> QuerySet[Body]:
    """Whose mediators our body answers for: our own body, and those whose mediators we send."""
    found = Hours.objects.filter(_answers_for(actor)).order_by().values("employer_id").distinct()
    return Body.objects.filter(Q(pk__in=found) | Q(mediators__dispatch_id=actor.body_id)).distinct().order_by("name")


# --- hours granted --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Account:
    """What has become of a grant, in minutes. Reserved: promised and to come; used: worked, or paid for a late cancellation;
    released: promised once and not needed after all."""

    grant: Grant
    reserved: int = 0
    used: int = 0
    released: int = 0

    @property
    def left(self) -> int:
        return self.grant.minutes - self.reserved - self.used

    @property
    def share(self) -> float:
        return min(1.0, (self.reserved + self.used) / self.grant.minutes) if self.grant.minutes else 0.0


def accounts(actor: Actor) -> list[Account]:
    """Our body's grants, or those granted to it; two statements a dispatch, however many grants."""
    grants = list(
        Grant.objects.select_related("body", "dispatch")
        .filter(Q(dispatch_id=actor.body_id) | Q(body_id=actor.body_id))
        .order_by("-starts_date", "kind", "body__name")
    )
    if not grants:
        return []
    promised = Assignment.objects.filter(
        dispatch_id__in={grant.dispatch_id for grant in grants},
        starts_at__gte=roster.at(min(grant.starts_date for grant in grants), MIDNIGHT),
        starts_at__lt=roster.at(max(grant.ends_date for grant in grants) + timedelta(days=1), MIDNIGHT),
    ).values_list("dispatch_id", "body_id", "employer_id", "starts_at", "ends_at", "state", "hours__minutes")
    found = [Account(grant) for grant in grants]
    by_key: dict[tuple[UUID, str, UUID], list[Account]] = {}
    for account in found:
        by_key.setdefault((account.grant.dispatch_id, account.grant.kind, account.grant.body_id), []).append(account)
    for dispatch_id, body_id, employer_id, starts_at, ends_at, state, said in promised:
        day, planned = clock.in_rome(starts_at).date(), int((ends_at - starts_at).total_seconds() // 60)
        for key in (
            (dispatch_id, GrantKind.CALLER.value, body_id),
            (dispatch_id, GrantKind.EMPLOYER.value, employer_id),
        ):
            for account in by_key.get(key, ()):
                if account.grant.starts_date <= day <= account.grant.ends_date:
                    _enter(account, state, planned, said)
    return found


def _enter(account: Account, state: str, planned: int, said: int | None) -> None:
    if state in LIVE:
        account.reserved += planned
    elif said is not None:
        account.used += said
        account.released += max(0, planned - said)
    elif state in ENDED or state == AssignmentState.USER_ABSENT:
        account.released += planned
    else:
        account.used += planned


# --- the plan's hours -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgainstPlan:
    """Minutes of a kind of mediation, as far as our body answers for them: confirmed, waiting, promised; the plan's target in hours,
    and our body's share of it where one is said."""

    kind: DeliveryKind
    confirmed: int
    waiting: int
    promised: int
    target: Decimal | None
    share: Decimal | None

    @property
    def reached(self) -> float | None:
        aim = self.share or self.target
        return float(Decimal(self.confirmed) / 60 / aim) if aim else None


def against_plan(actor: Actor) -> list[AgainstPlan]:
    kinds = kinds_of_plans()
    sums: dict[tuple[UUID, str], int] = {
        (row["assignment__kind"], row["state"]): row["sum"]
        for row in Hours.objects.filter(_answers_for(actor), paid_only=False).order_by().values("assignment__kind", "state").annotate(sum=Sum("minutes"))
    }  # fmt: skip
    promised: dict[UUID, int] = {}
    for kind_id, starts_at, ends_at in Assignment.objects.filter(_answers_for(actor), state__in=LIVE).values_list(
        "kind_id", "starts_at", "ends_at"
    ):
        promised[kind_id] = promised.get(kind_id, 0) + int((ends_at - starts_at).total_seconds() // 60)
    found = []
    for kind in kinds:
        indicator = (
            Indicator.objects.filter(plan=kind.activity.plan, measures__contains=[kind.measure])
            .order_by("position")
            .first()
        )
        share = Share.objects.filter(indicator=indicator, body_id=actor.body_id).first() if indicator else None
        found.append(
            AgainstPlan(
                kind, sums.get((kind.pk, HoursState.ATTESTED), 0),
                sums.get((kind.pk, HoursState.REPORTED), 0) + sums.get((kind.pk, HoursState.DISPUTED), 0),
                promised.get(kind.pk, 0), indicator.target if indicator else None, share.target if share else None,
            )
        )  # fmt: skip
    return found


# --- regular presences ----------------------------------------------------------------------------------------------------


def presences(actor: Actor) -> QuerySet[Presence]:
    """Held at our body, or by mediators whom we send; with how many days are done, how many hours and people met.

    `who` is the name as it stands on the promises: the host has no register of mediators to read.
    """
    done = Q(assignments__state__in=[AssignmentState.DONE, AssignmentState.ATTESTED])
    return (
        Presence.objects.filter(Q(body_id=actor.body_id) | Q(dispatch_id=actor.body_id))
        .select_related("body", "kind", "dispatch", "site")
        .annotate(
            who=Subquery(Assignment.objects.filter(presence=OuterRef("pk")).order_by("-starts_at").values("mediator_name")[:1]),
            days=Count("assignments", filter=~Q(assignments__state__in=ENDED)), done=Count("assignments", filter=done),
            minutes_done=Sum("assignments__hours__minutes", filter=done), contacts=Sum("assignments__hours__contacts", filter=done),
        )
        .order_by("-until_date", "title", "pk")
    )  # fmt: skip


def presence_of(actor: Actor, presence_id: UUID) -> Presence | None:
    return presences(actor).filter(pk=presence_id).first()


def days(presence: Presence) -> Sequence[Assignment]:
    return list(Assignment.objects.filter(presence=presence).select_related("hours").order_by("starts_at"))


def closed_days(presence: Presence) -> list[date]:
    """Days on which it would be held, were the host not closed: they are said, so that nobody looks for them."""
    spans = presence.body.closed_spans()
    return [day for day in _all_days(presence) if any(first <= day <= last for first, last in spans)]


def _all_days(presence: Presence) -> Iterable[date]:
    day = presence.since_date + timedelta(days=(presence.weekday - presence.since_date.weekday()) % 7)
    while day <= presence.until_date:
        yield day
        day += timedelta(weeks=presence.every_weeks)
