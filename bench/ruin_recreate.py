"""The planner's rival: ruin and recreate in plain Python, on the same problems and judged by the same check. It has no bound.

Some calls that are alike (near in time, of one language or of one mediator) are taken out of the plan, then they and what was left
are put back where each costs least; dearer plans are kept for a while, the less the longer it runs (simulated annealing).
"""

import math
import random
import time
from typing import Any

from interazioni.actions.mediation.planning import check, greedy
from interazioni.actions.mediation.planning.problem import DAY, Problem, Visit

HEAT = 2500.0  # cents: what a worse plan may cost more in the beginning


class Plan(greedy.Board):
    """A board that remembers the best place of each call in each day until that day changes."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.version: dict[tuple[int, int], int] = {}
        self.known: dict[tuple[int, int, int], tuple[int, tuple[int, Visit] | None]] = {}
        self.ways: dict[int, list[tuple[int, int, list[Any]]]] = {}
        for (call, worker), slots in problem.slots.items():
            days: dict[int, list[Any]] = {}
            for slot in slots:
                days.setdefault(slot.earliest // DAY, []).append(slot)
            self.ways.setdefault(call, []).extend((worker, day, found) for day, found in days.items())
        self.extra: dict[tuple[int, int, int], int] = {}

    def put(self, call: int, visit: Visit) -> None:
        super().put(call, visit)
        key = visit.worker, visit.start // DAY
        self.version[key] = self.version.get(key, 0) + 1

    def take(self, call: int) -> None:
        visit = self.visits[call]
        super().take(call)
        key = visit.worker, visit.start // DAY
        self.version[key] = self.version.get(key, 0) + 1

    def overload(self, worker: int, load: int, minutes: int) -> int:
        key = worker, load, minutes
        if key not in self.extra:
            self.extra[key] = self.problem.overload_cost(worker, load + minutes) - self.problem.overload_cost(
                worker, load
            )
        return self.extra[key]

    def cheapest(self, call: int, blink: float, rnd: random.Random) -> tuple[int, Visit] | None:
        """(added cost, visit); `blink`: the share of places that are overlooked."""
        found: tuple[int, Visit] | None = None
        minutes = self.problem.calls[call].minutes
        for worker, day, slots in self.ways.get(call, ()):
            if rnd.random() < blink:
                continue
            version = self.version.get((worker, day), 0)
            cached = self.known.get((call, worker, day))
            if cached is None or cached[0] != version:
                cached = version, self.in_day(call, worker, day, slots, minutes)
                self.known[call, worker, day] = cached
            if cached[1] is None or (found is not None and cached[1][0] >= found[0]) or not self.room(call, worker):
                continue
            cost = cached[1][0] + self.overload(worker, self.load[worker], minutes)
            if found is None or cost < found[0]:
                found = cost, cached[1][1]
        return found

    def in_day(self, call: int, worker: int, day: int, slots: list[Any], minutes: int) -> tuple[int, Visit] | None:
        held = self.days[worker, day]
        if sum(end - start for start, end, _call, _remote in held) + minutes > self.problem.day_cap:
            return None
        found: tuple[int, Visit] | None = None
        for slot in slots:
            for start in self._starts(held, slot, minutes):
                added = self._added(worker, held, start, call, slot.remote)
                if added is not None and (found is None or added + slot.cost < found[0]):
                    found = added + slot.cost, Visit(worker, start, slot.remote)
        return found


def ruin_and_recreate(problem: Problem, seconds: float, seed: int = 1) -> int:
    """What the best plan costs after `seconds`. It begins with the same first plan as ours."""
    began, rnd = time.perf_counter(), random.Random(seed)
    plan, begins = Plan(problem), {}
    for call, visit in greedy.first_plan(problem).items():
        plan.put(call, visit)
    fixed = {call for call, asked in enumerate(problem.calls) if asked.fixed}
    free = [call for call in plan.ways if call not in fixed]
    for call in free:
        begins[call] = [(day, slots[0].earliest) for _worker, day, slots in plan.ways[call]]
    speakers = {call: frozenset(worker for worker, _day, _slots in plan.ways[call]) for call in free}
    near: dict[int, list[int]] = {}  # by day and hour
    for call in free:
        for day, start in set(begins[call]):
            near.setdefault(start // 120 + day * 1000, []).append(call)
    cost = check.cost(problem, plan.visits)
    best, kept = cost, dict(plan.visits)

    def spent(days: set[tuple[int, int]], workers: set[int], calls: list[int]) -> int:
        total = sum(problem.calls[call].unserved for call in calls if call not in plan.visits)
        for worker, day in days:
            held = plan.days[worker, day]
            total += (plan._walk(worker, held) or 0) * problem.cents_per_tenth_km
            total += sum(
                min(
                    s.cost
                    for s in problem.slots[call, worker]
                    if s.remote == remote and s.earliest <= start <= s.latest
                )
                for start, _end, call, remote in held
            )
        return total + sum(problem.overload_cost(worker, plan.load[worker]) for worker in workers)

    while (gone := time.perf_counter() - began) < seconds:
        middle = rnd.choice(free)
        day, start = rnd.choice(begins[middle])
        alike = [
            call for call in near[start // 120 + day * 1000] + near.get(start // 120 + 1 + day * 1000, [])
            if call != middle and speakers[call] & speakers[middle]
        ]  # fmt: skip
        taken = {middle, *rnd.sample(alike, min(len(alike), rnd.randrange(3, 12)))}
        if middle in plan.visits and rnd.random() < 0.5:
            where = plan.visits[middle]
            taken |= {call for _s, _e, call, _r in plan.days[where.worker, where.start // DAY] if call not in fixed}
        before = {call: plan.visits[call] for call in taken if call in plan.visits}
        again = sorted(taken)
        rnd.shuffle(again)
        if rnd.random() < 0.7:
            again.sort(
                key=lambda call: -problem.calls[call].unserved / (1 + len(speakers[call])) * rnd.uniform(0.5, 1.5)
            )
        was = {(visit.worker, visit.start // DAY) for visit in before.values()}
        # Where they will come is not known yet: what is spent is told by what each move adds and takes.
        change = spent(was, {worker for worker, _day in was}, again)
        for call in before:
            plan.take(call)
        if any(plan._walk(worker, plan.days[worker, day]) is None for worker, day in was):
            # She was brought nearer by a call that is gone, with one at a distance before the next: no time for the way any more.
            for call, visit in before.items():
                plan.put(call, visit)
            continue
        change = spent(was, {worker for worker, _day in was}, again) - change
        for call in again:
            found = plan.cheapest(call, 0.05, rnd)
            if found is not None and found[0] < problem.calls[call].unserved:
                plan.put(call, found[1])
                change += found[0] - problem.calls[call].unserved
        heat = HEAT * max(0.0, 1.0 - gone / seconds) ** 2 + 1e-9
        if change <= 0 or rnd.random() < math.exp(-change / heat):
            cost += change
            if cost < best:
                best, kept = cost, dict(plan.visits)
        else:
            for call in again:
                if call in plan.visits:
                    plan.take(call)
            for call, visit in before.items():
                plan.put(call, visit)
    assert not check.violations(problem, kept), check.violations(problem, kept)[:3]
    assert check.cost(problem, kept) <= best, (check.cost(problem, kept), best)
    return check.cost(problem, kept)
