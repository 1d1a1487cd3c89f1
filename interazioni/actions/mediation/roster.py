"""A dispatch's mediators as they stand in a stretch of time: when they are available, what they have promised, how full their week is.

Read once, in a fixed number of statements, for the candidates of one call and for the plan of a week alike.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from interazioni.actions.mediation.fitting import Busy, Need, Point, Rules, Someone
from interazioni.actions.mediation.models import (
    ENDED,
    TRAVEL,
    WEIGHTS,
    Assignment,
    AssignmentState,
    Availability,
    AvailabilityException,
    Call,
    Continuity,
    Dispatch,
    Grant,
    GrantKind,
    Mediator,
    MediatorLanguage,
    Offer,
    OfferState,
)  # fmt: skip
from interazioni.foundation.core.clock import ROME


def minute(moment: datetime) -> int:
    """Whole minutes since 1970, UTC: what the pure part reckons in."""
    return int(moment.timestamp() // 60)


def moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, tz=UTC)


def day_of(minutes: int) -> date:
    """The day by the wall clock in Italy."""
    return moment(minutes).astimezone(ROME).date()


def same_day(here: int, there: int) -> bool:
    return day_of(here) == day_of(there)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def at(day: date, clock: time) -> datetime:
    """A wall-clock hour in Italy. In the hour that the spring leaves out, the hour after; in the one that comes twice, the first."""
    local = datetime.combine(day, clock, tzinfo=ROME)
    return local.astimezone(UTC).astimezone(ROME)


def point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


@dataclass(slots=True)
class Roster:
    """`used[mediator][monday]` are the minutes promised in a week; `contacts` are mediators' rows by id."""

    rules: Rules
    dispatch: Dispatch | None
    people: dict[UUID, Someone]
    used: dict[UUID, dict[date, int]]
    rows: dict[UUID, Mediator]
    budgets: "dict[tuple[str, UUID], int]" = field(default_factory=dict)  # minutes left, where hours were granted

    def left(self, kind: str, body_id: UUID | None) -> int | None:
        return None if body_id is None else self.budgets.get((kind, body_id))


def rules_of(dispatch: Dispatch | None) -> Rules:
    weights = {**WEIGHTS, **(dispatch.weights if dispatch else {})}
    travel = {**TRAVEL, **(dispatch.travel if dispatch else {})}
    return Rules(weights, travel, dispatch.day_cap_minutes if dispatch else 480)


def load(
    dispatch_id: UUID, first: date, last: date, *, without: Collection[UUID] = (), mediators: Collection[UUID] | None = None
) -> Roster:  # fmt: skip
    """The roster from the first to the last day. `without`: calls whose promises do not count (they are being planned anew)."""
    dispatch = Dispatch.objects.filter(body_id=dispatch_id).first()
    working = Mediator.objects.filter(dispatch_id=dispatch_id, since_date__lte=last).filter(
        Q(until_date=None) | Q(until_date__gte=first)
    )
    if mediators is not None:
        working = working.filter(pk__in=mediators)
    rows = {row.pk: row for row in working.order_by("full_name")}
    languages: dict[UUID, dict[str, int]] = defaultdict(dict)
    for mediator_id, tag, level in MediatorLanguage.objects.filter(mediator_id__in=rows).values_list(
        "mediator_id", "tag", "level"
    ):
        languages[mediator_id][tag] = level
    people = {
        row.pk: Someone(
            id=row.pk, name=row.full_name, languages=languages[row.pk], gender=row.gender, sectors=row.sectors,
            home=point(row.latitude, row.longitude), by_car=row.by_car, radius_km=row.radius_km, remote_modes=row.remote_modes,
            week_cap=row.week_cap_minutes, employer_id=row.body_id,
        )
        for row in rows.values()
    }  # fmt: skip
    _spans(people, rows, first, last)
    week_first, week_last = monday_of(first), monday_of(last) + timedelta(days=6)
    used: dict[UUID, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    promised = (
        Assignment.objects.filter(mediator_id__in=rows, starts_at__gte=at(week_first, time()), starts_at__lt=at(week_last + timedelta(days=1), time()))
        .exclude(state__in=ENDED)
        .exclude(call_id__in=list(without))
        .order_by("starts_at")
    )  # fmt: skip
    for one in promised:
        start, end = minute(one.starts_at), minute(one.ends_at)
        used[one.mediator_id][monday_of(day_of(start))] += end - start
        people[one.mediator_id].busy.append(Busy(start, end, one.mode, point(one.latitude, one.longitude), one.call_id))
    return Roster(rules_of(dispatch), dispatch, people, used, rows, budgets(dispatch_id, first, last, without))


def _spans(people: dict[UUID, Someone], rows: dict[UUID, Mediator], first: date, last: date) -> None:
    """Weekly pattern, plus what was added, minus what was taken off."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for row in Availability.objects.filter(mediator_id__in=rows):
        mediator = rows[row.mediator_id]
        for day in days:
            if (
                day.weekday() == row.weekday
                and mediator.since_date <= day
                and (mediator.until_date is None or day <= mediator.until_date)
                and (row.since_date is None or row.since_date <= day)
                and (row.until_date is None or day <= row.until_date)
            ):
                people[row.mediator_id].spans.append((minute(at(day, row.starts)), minute(at(day, row.ends))))
    off: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    exceptions = AvailabilityException.objects.filter(
        mediator_id__in=rows, ends_at__gt=at(first, time()), starts_at__lt=at(last + timedelta(days=1), time())
    )
    for exception in exceptions:
        span = (minute(exception.starts_at), minute(exception.ends_at))
        (people[exception.mediator_id].spans if exception.available else off[exception.mediator_id]).append(span)
    for mediator_id, someone in people.items():
        someone.spans = without_spans(joined(someone.spans), off[mediator_id])


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time in as few spans as possible, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without_spans(spans: Iterable[tuple[int, int]], off: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans less what is taken off."""
    left = list(spans)
    for begin, finish in off:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, begin)), (max(start, finish), end))
            if piece[0] < piece[1]
        ]
    return left


def budgets(dispatch_id: UUID, first: date, last: date, without: Collection[UUID] = ()) -> dict[tuple[str, UUID], int]:
    """Minutes left of what was granted for these days, by (kind, body): granted less reserved and used. Bodies without a grant have
    none to keep to."""
    grants = list(Grant.objects.filter(dispatch_id=dispatch_id, starts_date__lte=last, ends_date__gte=first))
    left: dict[tuple[str, UUID], int] = {}
    if not grants:
        return left
    start = min(grant.starts_date for grant in grants)
    end = max(grant.ends_date for grant in grants)
    spent = (
        Assignment.objects.filter(dispatch_id=dispatch_id, starts_at__gte=at(start, time()), starts_at__lt=at(end + timedelta(days=1), time()))
        .exclude(state__in=ENDED).exclude(call_id__in=list(without))
        .values_list("body_id", "employer_id", "starts_at", "ends_at")
    )  # fmt: skip
    taken: list[tuple[UUID, UUID, date, int]] = [
        (body_id, employer_id, starts_at.astimezone(ROME).date(), int((ends_at - starts_at).total_seconds() // 60))
        for body_id, employer_id, starts_at, ends_at in spent
    ]
    for grant in grants:
        of_caller = grant.kind == GrantKind.CALLER
        used = sum(
            minutes
            for body_id, employer_id, day, minutes in taken
            if (body_id if of_caller else employer_id) == grant.body_id and grant.starts_date <= day <= grant.ends_date
        )
        key = (grant.kind, grant.body_id)
        left[key] = left.get(key, 0) + max(0, grant.minutes - used)
    return left


def needs(calls: Sequence[Call]) -> dict[UUID, Need]:
    """What each call asks, in a fixed number of statements. The calls' `options` are prefetched by whoever loads them."""
    families = {call.family_code for call in calls if call.family_code}
    known: dict[str, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    if families:
        served = Assignment.objects.filter(
            call__family_code__in=families, state__in=[AssignmentState.DONE, AssignmentState.ATTESTED]
        ).values_list("call__family_code", "mediator_id")
        for family, mediator_id in served:
            known[family][mediator_id] += 1
    declined: dict[UUID, set[UUID]] = defaultdict(set)
    for call_id, mediator_id in Offer.objects.filter(call__in=calls, state=OfferState.DECLINED).values_list(
        "call_id", "mediator_id"
    ):
        declined[call_id].add(mediator_id)
    gone = Assignment.objects.filter(
        call__in=calls, state__in=[AssignmentState.WITHDRAWN, AssignmentState.MEDIATOR_ABSENT]
    )
    for call_id, mediator_id in gone.values_list(
        "call_id", "mediator_id"
    ):  # who gave it back, or did not come, is not asked again
        if call_id:
            declined[call_id].add(mediator_id)
    return {
        call.pk: Need(
            id=call.pk, language=call.language, second_languages=call.second_languages, min_level=call.min_level, sector=call.sector,
            mode=call.mode, other_modes=call.other_modes, place=point(call.latitude, call.longitude), minutes=call.minutes,
            options=[(minute(option.earliest_at), minute(option.latest_at)) for option in call.options.all()],
            gender_required=call.gender_required, gender_preferred=call.gender_preferred,
            known=known[call.family_code] if call.family_code and call.continuity != Continuity.INDIFFERENT else {},
            known_only=call.continuity == Continuity.REQUIRED, blocked=frozenset(call.blocked), declined=frozenset(declined[call.pk]),
            urgency=call.urgency, payer_id=call.body_id, fixed_to=call.locked_mediator_id,
        )
        for call in calls
    }  # fmt: skip
