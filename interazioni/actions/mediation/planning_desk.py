"""The desk's own week as the planner's problem, and the planner's answer as visits that people can read.

The same costs and the same obstacles as the candidates of one call (`fitting`), for all open calls at once. Minutes are counted from
Monday 00:00 in Italy as they pass, so the Sunday when the clocks change has 23 or 25 hours and nothing overlaps.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from interazioni.actions.mediation import fitting, roster
from interazioni.actions.mediation.candidates import reasons
from interazioni.actions.mediation.fitting import ONSITE, Busy, Need, Opening, Pairing, Point, Reason, Rules, Someone
from interazioni.actions.mediation.models import OPEN_CALL, Call, CallState, GrantKind, Offer, OfferState
from interazioni.actions.mediation.planning import check
from interazioni.actions.mediation.planning import problem as shape
from interazioni.actions.mediation.planning.problem import DAY, Problem, Slot, Visit
from interazioni.actions.mediation.roster import Roster, minute, moment
from interazioni.foundation.core import clock

PLANNED = (*OPEN_CALL, CallState.UNCOVERED)  # what nobody took is tried again as long as its hour is to come
QUARTER = 15
PROMISED_WEIGHT = 10_000_000  # no plan leaves a promise


@dataclass(frozen=True, slots=True)
class Proposal:
    """A visit as the planner proposes it."""

    call_id: UUID
    mediator_id: UUID
    starts_at: datetime
    ends_at: datetime
    mode: str
    language: str
    reasons: Sequence[Reason]


@dataclass(slots=True)
class Week:
    """The problem, and what is needed to read its answer. `ids[n]` is the call behind the problem's call `n`: None for a promise."""

    monday: date
    begins: int  # minutes since 1970 of Monday 00:00
    loaded: Roster
    needs: dict[UUID, Need]
    calls: dict[UUID, Call]
    ids: list[UUID | None] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    ways: dict[tuple[int, int, bool], Pairing] = field(default_factory=dict)
    fixed: dict[int, Visit] = field(default_factory=dict)
    problem: Problem | None = None

    def stated(self) -> Problem:
        if self.problem is None:
            raise ValueError("the problem of this week has not been stated")
        return self.problem


def bounds_of(monday: date) -> tuple[datetime, datetime]:
    return roster.at(monday, time()), roster.at(monday + timedelta(days=7), time())


def open_calls(dispatch_id: UUID, monday: date) -> list[Call]:
    """The calls of a week that nobody has promised and whose hour is still to come."""
    begins, ends = bounds_of(monday)
    found = Call.objects.filter(
        dispatch_id=dispatch_id, state__in=PLANNED, options__earliest_at__lt=ends,
        options__latest_at__gte=begins, options__latest_at__gt=clock.now(),
    )  # fmt: skip
    return list(found.select_related("body").prefetch_related("options").order_by("sent_at", "id").distinct())


def read_week(dispatch_id: UUID, monday: date) -> Week:
    """Everything of a week, in a fixed number of statements, stated as a problem. Must run in the dispatch's context."""
    begins, ends = bounds_of(monday)
    calls = open_calls(dispatch_id, monday)
    now = minute(clock.now()) + 1
    soonest = -(-now // QUARTER) * QUARTER
    needs = {}
    for ident, need in roster.needs(calls).items():
        options = []
        for first, last in need.options:
            # A fixed hour stays as it is; of a span only what lies ahead and in this week.
            low = max(first, minute(begins), first if first >= now else soonest)
            high = min(last, minute(ends) - need.minutes)
            if low <= high:
                options.append((low, high))
        needs[ident] = replace(need, options=options)
    loaded = roster.load(dispatch_id, monday, monday + timedelta(days=6))
    week = Week(monday, minute(begins), loaded, needs, {call.pk: call for call in calls})
    waiting: dict[UUID, list[tuple[UUID, int, str]]] = defaultdict(list)
    for call_id, mediator_id, starts_at, mode in Offer.objects.filter(
        call__in=calls, state=OfferState.WAITING
    ).values_list("call_id", "mediator_id", "starts_at", "mode"):
        waiting[call_id].append((mediator_id, minute(starts_at), mode))
    _state(week, waiting)
    return week


class _Sites:
    """Places by number."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._numbers: dict[Point, int] = {}

    def of(self, place: Point | None) -> int | None:
        if place is None:
            return None
        if place not in self._numbers:
            self._numbers[place] = len(self.points)
            self.points.append(place)
        return self._numbers[place]


def _state(week: Week, waiting: Mapping[UUID, Sequence[tuple[UUID, int, str]]]) -> None:
    loaded, rules = week.loaded, week.loaded.rules
    week.people = list(loaded.people)
    sites = _Sites()
    calls: list[shape.Call] = []
    slots: dict[tuple[int, int], list[Slot]] = {}
    payers: dict[UUID, int] = {}
    employers: dict[UUID, int] = {}
    payer_budget: dict[int, int] = {}
    employer_budget: dict[int, int] = {}
    for (kind, body_id), left in loaded.budgets.items():
        if kind == GrantKind.CALLER:
            payers[body_id] = len(payers)
            payer_budget[payers[body_id]] = left
        else:
            employers[body_id] = len(employers)
            employer_budget[employers[body_id]] = left
    workers: list[shape.Worker] = []
    closed: list[set[int]] = []
    for number, ident in enumerate(week.people):
        someone = loaded.people[ident]
        employer = employers.get(someone.employer_id)
        days, kept, cap = _promises(someone, week.begins, rules)
        closed.append(days)
        speed = rules.travel["kmh_car" if someone.by_car else "kmh_pt"]
        workers.append(shape.Worker(str(ident), int(speed), cap, employer))
        for busy in kept:
            # A place that nobody wrote down moves nobody, as in the database.
            remote = busy.mode != ONSITE or busy.place is None
            index, start = len(calls), busy.start - week.begins
            calls.append(
                shape.Call(
                    f"promise {index}", busy.end - busy.start, None if remote else sites.of(busy.place), PROMISED_WEIGHT, fixed=True
                )
            )  # fmt: skip
            slots[index, number] = [Slot(start, start, remote, 0)]
            week.ids.append(None)
            week.fixed[index] = Visit(number, start, remote)
            if employer is not None:  # what is left for new calls is what was left before
                employer_budget[employer] += busy.end - busy.start
    for ident, need in week.needs.items():
        index = len(calls)
        onsite = ONSITE in (need.mode, *need.other_modes)
        payer = payers.get(need.payer_id) if need.payer_id else None
        unserved = int(rules.weights["unfilled"]) * need.urgency
        calls.append(shape.Call(str(ident), need.minutes, sites.of(need.place) if onsite else None, unserved, payer))
        week.ids.append(ident)
        asked = waiting.get(ident, ())
        for only_asked in (True, False) if asked else (False,):
            for number, who in enumerate(week.people):
                found = _slots(week, index, need, number, loaded.people[who], closed[number])
                if only_asked:  # who is being asked is not asked twice: the plan waits for the answer
                    found = [
                        Slot(start - week.begins, start - week.begins, slot.remote, slot.cost)
                        for mediator_id, start, mode in asked if mediator_id == who
                        for slot in found
                        if slot.remote == (mode != ONSITE) and slot.earliest <= start - week.begins <= slot.latest
                    ]  # fmt: skip
                if found:
                    slots[index, number] = found
            if any(key[0] == index for key in slots if only_asked):
                break
    week.problem = Problem(
        calls=calls, workers=workers, slots=slots,
        between=[[rules.road(here, there) for there in sites.points] for here in sites.points],
        from_home=[[rules.road(loaded.people[ident].home, place) for place in sites.points] for ident in week.people],
        cents_per_tenth_km=int(rules.weights["travel_per_km"]) // 10,
        overload=[(float(share), int(rate)) for share, rate in rules.weights["overload"]],
        day_cap=rules.day_cap, buffer_onsite=rules.buffer(ONSITE), buffer_remote=rules.buffer("phone"),
        payer_budget=payer_budget, employer_budget=employer_budget,
    )  # fmt: skip


def _promises(someone: Someone, begins: int, rules: Rules) -> tuple[set[int], list[Busy], int]:
    """(days that take nothing more, promises the planner sees, minutes of the week it may fill).

    A day that was promised beyond the day's minutes, or by phone against the rule of the road, stays as it is and takes nothing more; so
    does a week that is fuller than it should be. The planner would call them impossible.
    """
    by_day: dict[int, list[Busy]] = defaultdict(list)
    for busy in someone.busy:
        by_day[(busy.start - begins) // DAY].append(busy)
    closed: set[int] = set()
    kept: list[Busy] = []
    cap = someone.week_cap
    for day, promised in by_day.items():
        minutes = sum(one.end - one.start for one in promised)
        late = any((one.end - 1 - begins) // DAY != day for one in promised)
        if (
            late
            or not 0 <= day < 7
            or minutes > rules.day_cap
            or any(g > 0 for g in fitting.travel_gaps(someone, promised, rules))
        ):
            closed.add(day)
            cap -= minutes
        else:
            kept += promised
    if sum(one.end - one.start for one in kept) > cap:
        return set(range(8)), [], someone.week_cap
    return closed, kept, max(1, cap)


def _slots(week: Week, index: int, need: Need, number: int, someone: Someone, closed: set[int]) -> list[Slot]:
    cheapest: dict[bool, Pairing] = {}
    for way in fitting.pairings(need, someone, week.loaded.rules):
        remote = way.mode != ONSITE
        if remote not in cheapest or way.cost < cheapest[remote].cost:
            cheapest[remote] = way
    found = []
    for remote, way in cheapest.items():
        week.ways[index, number, remote] = way
        for first, last in need.options:
            for opens, closes in someone.spans:
                low, high = max(first, opens) - week.begins, min(last, closes - need.minutes) - week.begins
                day = low // DAY
                high = min(high, (day + 1) * DAY - need.minutes)
                if low <= high and 0 <= day < 7 and day not in closed:
                    found.append(Slot(low, high, remote, way.cost))
    return found


def on_quarters(week: Week, visits: Mapping[int, Visit]) -> dict[int, Visit]:
    """The same plan with starts on quarters of an hour where that costs nothing: people agree on 10:15, not on 10:07."""
    problem = week.stated()
    routes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for call, visit in visits.items():
        routes[visit.worker, visit.start // DAY].append(call)
    moved = dict(visits)
    for (worker, _day), route in routes.items():
        route.sort(key=lambda call: visits[call].start)
        ahead: list[int] = []  # minutes needed before each visit, which hang on the order alone
        here = shape.HOME
        for call in route:
            site = problem.calls[call].site
            if visits[call].remote or site is None:
                ahead.append(problem.buffer_remote)
                continue
            ahead.append(problem.buffer_onsite + problem.travel_minutes(worker, problem.distance(worker, here, site)))
            here = site
        latest: int | None = None
        for place in reversed(range(len(route))):
            call = route[place]
            visit, minutes = moved[call], problem.calls[call].minutes
            start = -(-visit.start // QUARTER) * QUARTER
            fits = any(
                slot.earliest <= visit.start and start <= slot.latest and slot.remote == visit.remote
                for slot in problem.slots[call, worker]
            )
            if fits and (latest is None or start + minutes <= latest):
                moved[call] = Visit(worker, start, visit.remote)
            latest = moved[call].start - ahead[place]
    return moved if not check.violations(problem, moved) else dict(visits)


def proposals(week: Week, visits: Mapping[int, Visit]) -> list[Proposal]:
    """The visits of open calls, earliest first, each with its reasons."""
    found = []
    for index, visit in visits.items():
        ident = week.ids[index]
        if ident is None:
            continue
        need, someone = week.needs[ident], week.loaded.people[week.people[visit.worker]]
        way = week.ways[index, visit.worker, visit.remote]
        start = week.begins + visit.start
        span = next(((a, b) for a, b in someone.spans if a <= start and start + need.minutes <= b), (start, start))
        why = reasons(need, someone, way, Opening(start, way.tenths, span), week.loaded)
        found.append(
            Proposal(
                ident, someone.id, moment(start), moment(start + need.minutes), way.mode, way.language, why
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.starts_at, str(one.call_id)))


def visits_of(week: Week, planned: Sequence[tuple[UUID, UUID, datetime, str]]) -> dict[int, Visit]:
    """Visits of an earlier plan (call, mediator, start, mode) that still hold together, with all promises: what a new plan starts from."""
    problem = week.stated()
    index = {ident: number for number, ident in enumerate(week.ids) if ident is not None}
    numbers = {ident: number for number, ident in enumerate(week.people)}
    kept = dict(week.fixed)
    for call_id, mediator_id, starts_at, mode in planned:
        if call_id not in index or mediator_id not in numbers:
            continue
        call, worker = index[call_id], numbers[mediator_id]
        visit = Visit(worker, minute(starts_at) - week.begins, mode != ONSITE)
        slots = problem.slots.get((call, worker), ())
        if any(slot.earliest <= visit.start <= slot.latest and slot.remote == visit.remote for slot in slots):
            kept[call] = visit
    return kept if not check.violations(problem, kept) else {}


def with_visits(
    loaded: Roster, planned: Sequence[tuple[UUID, UUID, datetime, datetime, str]], needs: Mapping[UUID, Need]
) -> Roster:
    """The roster as if the plan's visits (call, mediator, start, end, mode) were promised. The roster given stays as it is."""
    people = {ident: replace(someone, busy=list(someone.busy)) for ident, someone in loaded.people.items()}
    used: dict[UUID, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for ident, weeks in loaded.used.items():
        used[ident].update(weeks)
    left = dict(loaded.budgets)
    for call_id, mediator_id, starts_at, ends_at, mode in planned:
        if mediator_id not in people:
            continue
        need = needs.get(call_id)
        start, end = minute(starts_at), minute(ends_at)
        people[mediator_id].busy.append(
            Busy(start, end, mode, need.place if need and mode == ONSITE else None, call_id)
        )
        used[mediator_id][roster.monday_of(roster.day_of(start))] += end - start
        for key in (
            (GrantKind.CALLER, need.payer_id if need else None),
            (GrantKind.EMPLOYER, people[mediator_id].employer_id),
        ):
            if key in left:
                left[key] = max(0, left[key] - (end - start))
    for someone in people.values():
        someone.busy.sort(key=lambda one: one.start)
    return replace(loaded, people=people, used=used, budgets=left)
