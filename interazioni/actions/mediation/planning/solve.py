"""The week planned: column generation for the bound, then ever larger parts of the week solved again for the plan.

1. A first plan in plain Python, at once (`greedy`).
2. Prices of the calls by a few steps of Lagrange's relaxation, then by the linear program over routes (`master`), with the cheapest routes
   added until none is missing (`routes`). Each step proves a bound; the best one is kept.
3. All routes that a good plan could hold (`enumeration`), the whole routes of the linear program kept, the rest chosen by a small integer
   program; then, until the time is over, parts of the week are freed and chosen again, two at a time.

Whatever happens, and whenever it is stopped, the best plan so far is given back, looked at once more from scratch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from interazioni.actions.mediation.planning import check, greedy
from interazioni.actions.mediation.planning.problem import Plan, Problem, Visit

if TYPE_CHECKING:
    from interazioni.actions.mediation.planning.master import Master
    from interazioni.actions.mediation.planning.routes import Days, Floats, Ints

Progress = Callable[[Plan], None]
Stop = Callable[[], bool]
CLOSE_ENOUGH = 1e-4  # of the bound: the linear program's tail is not worth its time
STEPS = 20  # of Lagrange's relaxation
CUTS = 8  # rounds of inequalities of the payers' hours
ROUGH = 6  # routes for each free day
LONGEST_PART = 3.0  # seconds
HUGE = 100_000  # pairs of call and mediator: beyond, the week's linear program does not end in time
SMALL = 20_000  # pairs of call and mediator: beyond, fewer routes a day and more steps of Lagrange


@dataclass(slots=True)
class Search:
    """The state of one planning: the best plan, the best bound, and when to stop."""

    problem: Problem
    began: float
    seconds: float
    progress: Progress | None
    stop: Stop | None
    visits: dict[int, Visit] = field(default_factory=dict)
    cost: int = 0
    bound: float = float("-inf")

    def left(self) -> float:
        return self.seconds - (time.perf_counter() - self.began)

    def over(self) -> bool:
        return self.left() <= 0 or (self.stop is not None and self.stop())

    def plan(self) -> Plan:
        bound = None if self.bound == float("-inf") else int(-(-self.bound // 1)) if self.bound > 0 else 0
        if bound is not None:
            bound = min(bound, self.cost)
        return Plan(dict(self.visits), self.cost, bound, time.perf_counter() - self.began)

    def better(self, visits: dict[int, Visit]) -> bool:
        """Keeps a plan if it is cheaper and holds."""
        cost = check.cost(self.problem, visits)
        if self.visits and cost >= self.cost:
            return False
        if check.violations(self.problem, visits):
            return False
        self.visits, self.cost = visits, cost
        self.tell()
        return True

    def tell(self) -> None:
        if self.progress is not None:
            self.progress(self.plan())


def plan_week(
    problem: Problem, *, seconds: float, start: Plan | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> Plan:  # fmt: skip
    """The best plan found in `seconds` of wall time, with a bound that no plan can beat.

    `start`: a plan to begin from (what no longer fits of it is left out). `progress` hears of each better plan and bound; `stop` is asked often.
    Promised (`fixed`) calls are in every plan, unless even the first plan cannot hold them all: then they are said in `check`.
    """
    search = Search(problem, time.perf_counter(), seconds, progress, stop)
    first = greedy.first_plan(problem, start.visits if start else None)
    search.visits, search.cost = first, check.cost(problem, first)
    if start:  # the week may have changed: perhaps beginning anew is better
        search.better(greedy.first_plan(problem))
    search.tell()
    if problem.slots and not search.over():
        _by_routes(search)
    return search.plan()


def _by_routes(search: Search) -> None:
    import numpy as np  # compiled code is loaded only now: the first plan is there already

    from interazioni.actions.mediation.planning.columns import Columns
    from interazioni.actions.mediation.planning.master import Master
    from interazioni.actions.mediation.planning.prices import by_days, generated, relaxed, start
    from interazioni.actions.mediation.planning.routes import prepare

    days = prepare(search.problem)
    master = Master(search.problem, days, Columns(days))
    if len(search.problem.slots) > HUGE:
        _by_rounding(search, master)
        return
    large = len(search.problem.slots) > SMALL
    if large:
        prices = by_days(master, search.over, search.left() * 0.35)
    else:
        prices, search.bound = relaxed(master, start(master), 0.9 * search.cost, STEPS, search.over)

    def tell(bound: float) -> None:
        search.bound = max(search.bound, bound)

    prices, _bound = generated(
        master, prices, search.over, search.left() - (0.35 if large else 0.2) * search.seconds, CLOSE_ENOUGH, tell,
        2 if large else 4, CUTS,
    )  # fmt: skip
    search.tell()
    if search.over():
        return
    Improvement(search, master, prices, np.random.default_rng(7), large).run()


def _by_rounding(search: Search, master: Master) -> None:
    import numpy as np

    from interazioni.actions.mediation.planning.large import ascended, by_rounding, marginal

    def tell(bound: float) -> None:
        search.bound = max(search.bound, bound)

    ends = search.left() - 0.18 * search.seconds
    prices = ascended(
        master, marginal(search.problem, search.visits, master.rows), search.cost, lambda: search.over() or search.left() < ends, tell
    )  # fmt: skip
    search.tell()
    by_rounding(master, prices, search.over, 0.62 * search.seconds, search.better)
    if search.over():
        return
    Improvement(search, master, prices, np.random.default_rng(7), True).polish()


class Improvement:
    """Integer plans from the routes that are worth having: first around the linear program, then part by part."""

    def __init__(self, search: Search, master: Master, prices: Floats, random: Any, large: bool) -> None:
        import numpy as np

        from interazioni.actions.mediation.planning.parts import Part

        self.large = large
        self.part, self.adding = Part, Lock()
        self.np, self.search, self.master, self.prices, self.random = np, search, master, prices, random
        self.days: Days = master.days
        self.columns = master.columns
        self.pool = np.zeros(0, np.int64)
        self.reduced: Floats = np.zeros(0)
        self.chosen: Ints = np.zeros(0, np.int64)
        self.value = float("inf")
        self.able = self._able()

    def _able(self) -> list[Ints]:
        """By call: the days on which somebody could serve it."""
        np, days = self.np, self.days
        day_of = np.repeat(np.arange(days.count), np.diff(days.first))
        order = np.argsort(days.item_call, kind="stable")
        cuts = np.searchsorted(days.item_call[order], np.arange(self.master.calls + 1))
        return [np.unique(day_of[order[cuts[c] : cuts[c + 1]]]) for c in range(self.master.calls)]

    def run(self) -> None:
        np, search = self.np, self.search
        whole = self.master.whole()
        self._know(0.0006, 60)
        self._begin()
        if search.over():
            return
        if len(whole):
            free = np.ones(self.days.count, bool)
            free[self.columns.day[whole]] = False
            if self.large:  # a first one soon, among the routes that cost nothing more than they must
                self._free(free, whole, min(search.left(), 0.15 * search.seconds), 1e-3, ROUGH * int(free.sum()))
            if not self.large or self.value - search.bound > 0.005 * self.value:
                self._free(free, whole, min(search.left(), max(1.0, search.seconds * 0.3)), 2e-4)
        self._parts()

    def polish(self) -> None:
        """Part by part from the plan that stands."""
        self._begin()
        if not self.search.over():
            self._parts()

    def _know(self, share: float, most: int) -> None:
        """The pool: routes whose reduced cost is a small share of the bound at most."""
        from interazioni.actions.mediation.planning.enumeration import routes_below

        np, master = self.np, self.master
        limit = share * max(abs(self.search.bound), 1.0)
        threshold = np.minimum(0.0, self.prices[master.row_day : master.row_load]) + limit
        found, _complete = routes_below(self.days, master.values(self.prices), threshold, most)
        self.columns.add(found)
        everything = np.arange(len(self.columns))
        self.reduced = master.reduced(everything, self.prices)
        self.pool = everything[self.reduced < limit]

    def _begin(self) -> None:
        """The plan so far as routes of ours, so that it can be improved. A day that we do not know as a route is made known."""
        from interazioni.actions.mediation.planning.routes import as_routes

        self.chosen = self.columns.numbers(as_routes(self.days, self.search.problem, self.search.visits))
        self.reduced = self.master.reduced(self.np.arange(len(self.columns)), self.prices)
        self.value = self.master.cost(self.chosen)

    def _free(self, free: Any, kept: Ints, seconds: float, gap: float, most: int = 0) -> None:
        """Chooses anew on the free days, among pool (its `most` cheapest by reduced cost, if said) and present plan."""
        np = self.np
        busy = np.zeros(self.master.calls, bool)
        busy[self.columns.calls_of(kept)[1]] = True
        able = self.pool[free[self.columns.day[self.pool]]]
        place, call = self.columns.calls_of(able)
        blocked = np.zeros(len(able), bool)
        blocked[place[busy[call]]] = True
        able = able[~blocked]
        if most:
            able = able[np.argsort(self.reduced[able], kind="stable")[:most]]
        mine = self.chosen[free[self.columns.day[self.chosen]]]
        place, call = self.columns.calls_of(mine)
        clash = np.zeros(len(mine), bool)
        clash[place[busy[call]]] = True
        able = np.union1d(able, mine[~clash])
        got = self.master.choose(able, kept, seconds, gap, None if clash.any() else mine)
        if got is not None:
            self._take(np.concatenate([kept, got]))

    def _take(self, new: Ints) -> bool:
        value = self.master.cost(new)
        if value < self.value - 0.5:
            before = self.chosen, self.value
            self.chosen, self.value = new, value
            if self.search.better(self._visits(new)):
                return True
            if value < self.search.cost - 0.5:  # does not hold after all
                self.chosen, self.value = before
        return False

    def _visits(self, numbers: Ints) -> dict[int, Visit]:
        visits = {}
        for number in numbers.tolist():
            worker = int(self.days.worker[self.columns.day[number]])
            length = int(self.columns.offsets[number + 1] - self.columns.offsets[number])
            for item, start in zip(
                self.columns.items[number, :length].tolist(), self.columns.starts[number, :length].tolist(), strict=True
            ):
                visits[int(self.days.item_call[item])] = Visit(worker, int(start), bool(self.days.item_remote[item]))
        return visits

    def _parts(self) -> None:
        """Two parts of the week at a time, on two processors, around what is worst: calls left, routes dearer than need be."""
        size = 120.0
        with ThreadPoolExecutor(2) as pair:
            while not self.search.over() and self.search.cost - self.search.bound > CLOSE_ENOUGH * self.search.cost:
                before, began = self.value, time.perf_counter()
                one = self._part(int(size), None)
                two = self._part(int(size), one)
                ends = began + min(max(0.2, self.search.left()), LONGEST_PART)
                jobs = [pair.submit(self._again, part, other, ends) for part, other in ((one, two), (two, one))]
                results = [job.result() for job in jobs]
                self._merge([one, two], results)
                took = time.perf_counter() - began
                # As large as can be solved to the end in the time.
                if took > 0.7 * LONGEST_PART:
                    size *= 0.85
                elif self.value > before - 0.5:
                    size *= 1.2
                size = min(max(size, 20.0), self.days.count)

    def _part(self, size: int, other: Any) -> Any:
        """Days that belong together: all that could serve a bad call, and again, until there are enough."""
        np = self.np
        served = np.zeros(self.master.calls, bool)
        place, call = self.columns.calls_of(self.chosen)
        served[call] = True
        bad = np.where(served, 0.0, np.maximum(self.master.unserved - self.prices[: self.master.calls], 0.0))
        dearer = self.master.reduced(self.chosen, self.prices)
        np.add.at(bad, call, np.maximum(dearer, 0.0)[place])
        bad += bad.mean() * 0.2 + 1.0
        free = np.zeros(self.days.count, bool)
        whole_weeks = self.random.random() < 0.5  # of those who could serve it; or only the days on which they could
        for seed in self.random.choice(
            self.master.calls, min(self.master.calls, 400), replace=False, p=bad / bad.sum()
        ):
            if whole_weeks:
                free |= np.isin(self.days.worker, self.days.worker[self.able[seed]])
            else:
                free[self.able[seed]] = True
            if other is not None:
                free &= ~other
            if free.sum() >= size:
                break
        return free

    def _again(self, part: Any, other: Any, ends: float) -> Ints | None:
        """One part chosen anew while the other one is, too: what the other holds or could want is left to it."""
        np = self.np
        mine = part[self.columns.day[self.chosen]]
        kept = self.chosen[~mine]
        served = np.zeros(self.master.calls, bool)
        served[self.columns.calls_of(self.chosen)[1]] = True
        busy = np.zeros(self.master.calls, bool)
        busy[self.columns.calls_of(kept)[1]] = True
        for call in np.flatnonzero(~served):
            days = self.able[call]
            busy[call] = other[days].sum() > part[days].sum()

        def left() -> float:
            return 0.0 if self.search.over() else ends - time.perf_counter()

        found = self.part(self.master, part, kept, busy, self.adding).best(
            self.chosen[mine], self.prices, self.value, left
        )
        return None if found is None else np.concatenate([kept, found])

    def _merge(self, parts: list[Any], results: list[Ints | None]) -> None:
        """Both together where they hold together, else the better one."""
        np = self.np
        pieces = [
            None if result is None else result[part[self.columns.day[result]]]
            for part, result in zip(parts, results, strict=True)
        ]
        either = parts[0] | parts[1]
        if all(piece is not None for piece in pieces):
            both = np.concatenate([self.chosen[~either[self.columns.day[self.chosen]]], *pieces])
            if self._holds(both):
                self._take(both)
                return
        for result in sorted((r for r in results if r is not None), key=self.master.cost):
            self._take(result)

    def _holds(self, numbers: Ints) -> bool:
        """Each call once, and no cap or budget passed."""
        np, master = self.np, self.master
        calls = self.columns.calls_of(numbers)[1]
        if len(np.unique(calls)) < len(calls):
            return False
        _starts, rows, values = master.matrix(numbers)
        used = np.bincount(rows, values, master.row_cut)
        width = np.bincount(master.step_worker, master.step_width, master.workers)
        return bool(
            (used[master.row_load : master.row_payer] <= width + 1e-6).all()
            and (used[master.row_payer : master.row_employer] <= master.payer_budget + 1e-6).all()
            and (used[master.row_employer : master.row_cut] <= master.employer_budget + 1e-6).all()
        )
