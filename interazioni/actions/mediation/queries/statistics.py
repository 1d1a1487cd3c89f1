"""What mediation on call came to in a stretch of time: how much was covered, how fast, why not, and which languages are short where.

A call belongs to the day on which it was wanted (its first moment) and to the province where it was wanted; where it was wanted at a
distance, to that of the body that called. The database counts; the number of statements does not depend on how much there is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    CharField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Left, NullIf, TruncMonth

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import (
    OPEN_CALL,
    Assignment,
    Call,
    CallOption,
    CallState,
    MediatorLanguage,
    Mode,
    Offer,
    OfferState,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock

COVERED = [
    CallState.ACCEPTED, CallState.CONFIRMED, CallState.UNDER_WAY, CallState.DONE, CallState.ATTESTED, CallState.USER_ABSENT,
]  # fmt: skip
FAILED = [CallState.UNCOVERED, CallState.MEDIATOR_ABSENT]


class Percentile(Aggregate):
    """PostgreSQL's `percentile_cont`; one within the group, as an extra argument of the template."""

    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=float(fraction), **extra)


class Among(Func):
    """A value is in an array."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Asked:
    """First and last day; the province as ISTAT's three digits, empty for all; the dispatch, None for all that the actor may see."""

    first: date
    last: date
    province: str = ""
    dispatch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """`failed`: nobody came, or nobody was found before the hour. `open`: still to be covered, its hour to come."""

    calls: int
    covered: int
    failed: int
    open: int
    called_off: int

    @property
    def share(self) -> Decimal | None:
        """Covered of those that had to be: neither called off nor still open."""
        due = self.covered + self.failed
        return Decimal(self.covered) / due if due else None


@dataclass(frozen=True, slots=True)
class Figures:
    """`by_*` are the same counts by month ("2020-02") and by province; times are None where nothing was filled."""

    total: Tally
    median: timedelta | None
    ninetieth: timedelta | None
    offers: Mapping[str, int]  # state → how many
    declined: Mapping[str, int]  # reason → how many
    ends: Sequence[tuple[str, str, bool, int]]  # (what, by which side, late, how many)
    modes: Mapping[str, int]
    instead: int  # at a distance though it was wanted on site
    causes: Mapping[str, int]
    by_month: Sequence[tuple[str, Tally]]
    by_province: Sequence[tuple[str, Tally]]

    @property
    def offers_per_fill(self) -> Decimal | None:
        filled = self.offers.get(OfferState.ACCEPTED, 0)
        return Decimal(sum(self.offers.values())) / filled if filled else None


@dataclass(frozen=True, slots=True)
class Need:
    """A language in a province: what was wanted of it, and who is there for it. Minutes; `week_minutes` are those of all who
    speak it and start from there, each counted for every language spoken."""

    language: str
    province: str
    count: Tally
    minutes: int
    minutes_failed: int
    mediators: int
    week_minutes: int
    elsewhere: int


def dispatches(actor: Actor) -> list[tuple[UUID, str]]:
    """Those whose figures the actor may read."""
    found = Call.objects.filter(_scope(actor)).values_list("dispatch_id", "dispatch__name").distinct()
    return sorted(found, key=lambda pair: pair[1])


def figures(actor: Actor, asked: Asked) -> Figures:
    calls = _calls(actor, asked)
    wait = ExpressionWrapper(F("filled_at") - F("sent_at"), output_field=DurationField())
    filled = Q(filled_at__isnull=False)
    total = calls.aggregate(
        **_counts(), median=Percentile(wait, 0.5, filter=filled), ninetieth=Percentile(wait, 0.9, filter=filled)
    )
    by_month = calls.annotate(month=TruncMonth("wanted_at", tzinfo=clock.ROME)).values("month").annotate(**_counts())
    by_province = calls.values("province").annotate(**_counts())
    offers = Offer.objects.filter(call__in=calls.values("pk")).values("state", "decline_reason").annotate(n=Count("pk"))
    given = Assignment.objects.filter(call__in=calls.values("pk"))
    promises = given.exclude(state__in=["cancelled", "withdrawn", "mediator_absent"])
    modes = promises.values("mode", "call__mode").annotate(n=Count("pk"))
    ends = [
        *calls.filter(state__in=[CallState.CANCELLED, CallState.USER_ABSENT, CallState.MEDIATOR_ABSENT])
        .values_list("state", "ended_by", "ended_late").annotate(n=Count("pk")),
        *given.filter(state="withdrawn").values_list("state", Value("mediator"), "ended_late").annotate(n=Count("pk")),
    ]  # fmt: skip
    causes = calls.filter(_failed()).annotate(cause=_cause()).values_list("cause").annotate(n=Count("pk"))
    by_state: dict[str, int] = defaultdict(int)
    declined: dict[str, int] = {}
    for row in offers:
        by_state[row["state"]] += row["n"]
        if row["state"] == OfferState.DECLINED:
            declined[row["decline_reason"]] = row["n"]
    by_mode: dict[str, int] = defaultdict(int)
    instead = 0
    for row in modes:
        by_mode[row["mode"]] += row["n"]
        instead += row["n"] if row["call__mode"] == Mode.ONSITE and row["mode"] != Mode.ONSITE else 0
    return Figures(
        total=_count(total),
        median=total["median"],
        ninetieth=total["ninetieth"],
        offers=dict(by_state),
        declined=_largest(declined.items()),
        ends=sorted(((what, side, late, n) for what, side, late, n in ends), key=lambda row: (row[0], row[1], row[2])),
        modes=_largest(by_mode.items()),
        instead=instead,
        causes=_largest(causes),
        by_month=sorted((f"{row['month']:%Y-%m}", _count(row)) for row in by_month),
        by_province=sorted(((row["province"], _count(row)) for row in by_province), key=lambda pair: -pair[1].calls),
    )


def needs(actor: Actor, asked: Asked) -> list[Need]:
    """Language by province, where most hours stayed uncovered first: whom to train and to hire."""
    demand = (
        _calls(actor, asked)
        .values("language", "province")
        .annotate(**_counts(), wanted=Sum("minutes"), missed=Sum("minutes", filter=_failed()))
    )
    there: dict[tuple[str, str], tuple[int, int]] = {}
    everywhere: dict[str, int] = defaultdict(int)
    speakers = (
        MediatorLanguage.objects.filter(_scope(actor, "mediator__"), mediator__since_date__lte=asked.last)
        .filter(Q(mediator__until_date=None) | Q(mediator__until_date__gte=asked.first))
        .annotate(province=Left("mediator__municipality", 3))
    )
    if asked.dispatch_id:
        speakers = speakers.filter(mediator__dispatch_id=asked.dispatch_id)
    for row in speakers.values("tag", "province").annotate(n=Count("pk"), week=Sum("mediator__week_cap_minutes")):
        there[row["tag"], row["province"]] = row["n"], row["week"]
        everywhere[row["tag"]] += row["n"]
    found = []
    for row in demand:
        n, week = there.get((row["language"], row["province"]), (0, 0))
        found.append(
            Need(
                row["language"], row["province"], _count(row), row["wanted"] or 0, row["missed"] or 0,
                n, week, everywhere[row["language"]] - n,
            )
        )  # fmt: skip
    return sorted(found, key=lambda need: (-need.minutes_failed, -need.minutes, need.language, need.province))


# --- what a call counts as ----------------------------------------------------------------------------------------------


def _scope(actor: Actor, prefix: str = "") -> Q:
    """A dispatcher's own dispatch; who sees the plan's figures, all."""
    if actor.can(Permission.FIGURES_VIEW_PLAN):
        return Q()
    return Q(**{f"{prefix}dispatch_id": actor.body_id})


def _calls(actor: Actor, asked: Asked) -> "QuerySet[Any]":
    begins: datetime = roster.at(asked.first, time())
    ends = roster.at(asked.last + timedelta(days=1), time())
    first_option = CallOption.objects.filter(call=OuterRef("pk")).order_by("earliest_at").values("earliest_at")[:1]
    where: Any = Coalesce(NullIf(F("municipality"), Value("")), F("body__municipality"))
    calls: QuerySet[Any] = (
        Call.objects.filter(_scope(actor), sent_at__isnull=False)
        .exclude(state=CallState.DRAFT)
        .annotate(wanted_at=Subquery(first_option), province=Left(where, 3))
        .filter(wanted_at__gte=begins, wanted_at__lt=ends)
    )
    if asked.province:
        calls = calls.filter(province=asked.province)
    if asked.dispatch_id:
        calls = calls.filter(dispatch_id=asked.dispatch_id)
    return calls


def _failed() -> Q:
    return Q(state__in=FAILED) | Q(state__in=OPEN_CALL, wanted_at__lt=clock.now())


def _counts() -> dict[str, Count]:
    return {
        "calls": Count("pk"),
        "covered": Count("pk", filter=Q(state__in=COVERED)),
        "failed": Count("pk", filter=_failed()),
        "open": Count("pk", filter=Q(state__in=OPEN_CALL, wanted_at__gte=clock.now())),
        "called_off": Count("pk", filter=Q(state=CallState.CANCELLED)),
    }


def _count(row: Mapping[str, Any]) -> Tally:
    return Tally(row["calls"], row["covered"], row["failed"], row["open"], row["called_off"])


def _largest(rows: Any) -> dict[str, int]:
    return dict(sorted(rows, key=lambda pair: -pair[1]))


def _cause() -> Case:
    """Why nobody came, told from what was done: the first that holds."""
    speaks = MediatorLanguage.objects.filter(mediator__dispatch=OuterRef("dispatch_id")).filter(
        Q(tag=OuterRef("language")) | Q(Among(F("tag"), OuterRef("second_languages")))
    )
    offers = Offer.objects.filter(call=OuterRef("pk"))
    gone = Assignment.objects.filter(call=OuterRef("pk"), state="withdrawn")
    return Case(
        When(state=CallState.MEDIATOR_ABSENT, then=Value("absent")),
        When(Exists(gone), then=Value("given_back")),
        When(~Exists(speaks), then=Value("nobody_speaks")),
        When(Exists(offers.filter(state=OfferState.DECLINED)), then=Value("declined")),
        When(Exists(offers.filter(state=OfferState.EXPIRED)), then=Value("unanswered")),
        default=Value("nobody_free"),
        output_field=CharField(),
    )
