"""A first plan in plain Python, at once: the calls that are hardest to place first, each at the cheapest place that is left."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Mapping

from interazioni.actions.mediation.planning.problem import DAY, HOME, Problem, Slot, Visit

Stop = Callable[[], bool]
Day = list[tuple[int, int, int, bool]]  # start, end, call, remote: in order


class Board:
    """A plan under construction: what each day holds and what is left of every cap."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days: dict[tuple[int, int], Day] = defaultdict(list)
        self.load: dict[int, int] = defaultdict(int)
        self.payers: dict[int, int] = defaultdict(int)
        self.employers: dict[int, int] = defaultdict(int)
        self.visits: dict[int, Visit] = {}

    def room(self, call: int, worker: int) -> bool:
        """Do the caps of the week leave room for this call?"""
        problem, asked = self.problem, self.problem.calls[call]
        if self.load[worker] + asked.minutes > problem.workers[worker].week_cap:
            return False
        budget = problem.payer_budget.get(asked.payer) if asked.payer is not None else None
        if budget is not None and asked.payer is not None and self.payers[asked.payer] + asked.minutes > budget:
            return False
        employer = problem.workers[worker].employer
        budget = problem.employer_budget.get(employer) if employer is not None else None
        return budget is None or employer is None or self.employers[employer] + asked.minutes <= budget

    def best(self, call: int, worker: int, slots: tuple[Slot, ...] | list[Slot]) -> tuple[int, Visit] | None:
        """(added cost, visit) of the cheapest place for the call in the worker's week."""
        problem, minutes = self.problem, self.problem.calls[call].minutes
        found: tuple[int, Visit] | None = None
        for slot in slots:
            day = self.days[worker, slot.earliest // DAY]
            if sum(end - start for start, end, _call, _remote in day) + minutes > problem.day_cap:
                continue
            for start in self._starts(day, slot, minutes):
                added = self._added(worker, day, start, call, slot.remote)
                if added is not None and (found is None or added + slot.cost < found[0]):
                    found = (added + slot.cost, Visit(worker, start, slot.remote))
        if found is None:
            return None
        extra = problem.overload_cost(worker, self.load[worker] + minutes) - problem.overload_cost(
            worker, self.load[worker]
        )
        return found[0] + extra, found[1]

    def _starts(self, day: Day, slot: Slot, minutes: int) -> set[int]:
        """As early as may be, as late as may be, and close to each neighbour."""
        tried = {slot.earliest, slot.latest}
        for start, end, _call, _remote in day:
            for buffer in (self.problem.buffer_remote, self.problem.buffer_onsite, 30, 60):
                tried |= {end + buffer, start - minutes - buffer}
        return {start for start in tried if slot.earliest <= start <= slot.latest}

    def _added(self, worker: int, day: Day, start: int, call: int, remote: bool) -> int | None:
        """Cents of kilometres that it adds to the day; None where there is no time for it."""
        before = self._walk(worker, day)
        after = self._walk(worker, sorted([*day, (start, start + self.problem.calls[call].minutes, call, remote)]))
        if after is None or before is None:
            return None
        return (after - before) * self.problem.cents_per_tenth_km

    def _walk(self, worker: int, day: Day) -> int | None:
        problem, here, ends, total = self.problem, HOME, None, 0
        for start, end, call, remote in day:
            needed = problem.buffer_remote
            if not remote:
                site = problem.calls[call].site or 0
                way = problem.distance(worker, here, site)
                needed = problem.buffer_onsite + problem.travel_minutes(worker, way)
                total += way
                here = site
            if ends is not None and ends + needed > start:
                return None
            ends = end
        return total + problem.distance(worker, here, HOME)

    def put(self, call: int, visit: Visit) -> None:
        asked = self.problem.calls[call]
        insort(
            self.days[visit.worker, visit.start // DAY], (visit.start, visit.start + asked.minutes, call, visit.remote)
        )
        self.load[visit.worker] += asked.minutes
        if asked.payer is not None:
            self.payers[asked.payer] += asked.minutes
        employer = self.problem.workers[visit.worker].employer
        if employer is not None:
            self.employers[employer] += asked.minutes
        self.visits[call] = visit

    def take(self, call: int) -> None:
        visit, asked = self.visits.pop(call), self.problem.calls[call]
        self.days[visit.worker, visit.start // DAY].remove(
            (visit.start, visit.start + asked.minutes, call, visit.remote)
        )
        self.load[visit.worker] -= asked.minutes
        if asked.payer is not None:
            self.payers[asked.payer] -= asked.minutes
        employer = self.problem.workers[visit.worker].employer
        if employer is not None:
            self.employers[employer] -= asked.minutes

    def place(self, call: int, able: Mapping[int, tuple[Slot, ...]]) -> bool:
        """Puts the call at its cheapest place, unless leaving it is cheaper."""
        best: tuple[int, Visit] | None = None
        for worker, slots in able.items():
            if self.room(call, worker):
                found = self.best(call, worker, slots)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
        asked = self.problem.calls[call]
        if best is None or (best[0] >= asked.unserved and not asked.fixed):
            return False
        self.put(call, best[1])
        return True


def able(problem: Problem) -> dict[int, dict[int, tuple[Slot, ...]]]:
    """By call: who can serve it, and how."""
    found: dict[int, dict[int, tuple[Slot, ...]]] = defaultdict(dict)
    for (call, worker), slots in problem.slots.items():
        found[call][worker] = tuple(slots)
    return found


def first_plan(
    problem: Problem, start: Mapping[int, Visit] | None = None, stop: Stop = lambda: False
) -> dict[int, Visit]:
    """A plan that holds: what is promised, what `start` has as far as it still fits, then the rest, the scarcest first."""
    board, who = Board(problem), able(problem)
    kept = dict(start or {})
    promised = [call for call, asked in enumerate(problem.calls) if asked.fixed]
    for call in sorted(promised, key=lambda one: len(who[one])):
        board.place(call, who[call])
    for call, visit in kept.items():
        if call in board.visits or call >= len(problem.calls):
            continue
        fits = [
            slot for slot in who[call].get(visit.worker, ())
            if slot.earliest <= visit.start <= slot.latest and slot.remote == visit.remote
        ]  # fmt: skip
        if not fits or not board.room(call, visit.worker):
            continue
        day = board.days[visit.worker, visit.start // DAY]
        minutes = problem.calls[call].minutes
        full = sum(end - begin for begin, end, _call, _remote in day) + minutes > problem.day_cap
        if not full and board._added(visit.worker, day, visit.start, call, visit.remote) is not None:
            board.put(call, visit)
    left = [call for call in range(len(problem.calls)) if call not in board.visits and who[call]]
    for call in sorted(left, key=lambda one: (-problem.calls[one].unserved, len(who[one]), one)):
        if stop():
            break
        board.place(call, who[call])
    return board.visits
