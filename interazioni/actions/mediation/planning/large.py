"""Weeks so large that their linear program does not end in time: prices by ascent, each day's program alone, whole routes by rounding.

The bound comes from the ascent over the whole week (`ascended`); it is some per cent lower than the linear program's, and holds all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from interazioni.actions.mediation.planning import greedy
from interazioni.actions.mediation.planning.columns import Columns
from interazioni.actions.mediation.planning.master import Master
from interazioni.actions.mediation.planning.prices import Over, generated, one_day
from interazioni.actions.mediation.planning.problem import DAY, Problem, Visit
from interazioni.actions.mediation.planning.routes import (
    LONGEST,
    Days,
    Floats,
    Routes,
    as_routes,
    best_routes,
    prepare,
)

HOUR, HOURS = 60.0, 240.0  # minutes in which a worker's load and a budget are counted, so that all prices move alike
ROUTES = 6000  # in a day's integer program
DULL = 8  # steps without a better bound, then smaller ones
Visits = dict[int, Visit]


def pairwise(pair: ThreadPoolExecutor, days: Days, value: Floats) -> tuple[Routes, Floats]:
    """The best route of each day, half of the days on each processor."""
    every = np.arange(days.count)
    halves = [pair.submit(best_routes, days, value, np.zeros(days.count), 1, every[at::2]) for at in (0, 1)]
    (one, best), (two, other) = (half.result() for half in halves)
    both = {
        name: np.concatenate([getattr(one, name), getattr(two, name)])
        for name in ("day", "length", "items", "starts", "worth")
    }
    return Routes(**both), np.minimum(best, other)


def marginal(problem: Problem, visits: Visits, rows: int) -> Floats:
    """Prices to begin with: what each call adds to the plan; a call that is left, what leaving it costs."""
    prices, board = np.zeros(rows), greedy.Board(problem)
    for call, visit in visits.items():
        board.put(call, visit)
    for call, asked in enumerate(problem.calls):
        at = visits.get(call)
        if at is None:
            prices[call] = asked.unserved
            continue
        held, load = board.days[at.worker, at.start // DAY], board.load[at.worker]
        way = (board._walk(at.worker, held) or 0) - (
            board._walk(at.worker, [one for one in held if one[2] != call]) or 0
        )
        added = min(
            slot.cost
            for slot in problem.slots[call, at.worker]
            if slot.remote == at.remote and slot.earliest <= at.start <= slot.latest
        )
        added += problem.overload_cost(at.worker, load) - problem.overload_cost(at.worker, load - asked.minutes)
        prices[call] = min(asked.unserved, added + way * problem.cents_per_tenth_km + 200)
    return prices


def ascended(master: Master, prices: Floats, cost: float, over: Over, tell: Callable[[float], None]) -> Floats:
    """Subgradient ascent with a memory of the last direction, towards a level that comes nearer when it is not reached.

    Gives the prices that prove the best bound; `tell` hears of each better bound.
    """
    days, calls = master.days, master.calls
    scale = np.ones(master.row_cut)
    scale[master.row_load : master.row_payer], scale[master.row_payer :] = HOUR, HOURS
    upper = np.zeros(master.row_cut)
    upper[:calls] = master.unserved
    budgets = np.concatenate([master.payer_budget, master.employer_budget])
    prices, kept, proven, level = prices.copy(), prices.copy(), -np.inf, -np.inf
    ahead: float | None = None
    direction, dull = np.zeros(master.row_cut), 0
    with ThreadPoolExecutor(2) as pair:
        while not over():
            found, best = pairwise(pair, days, master.values(prices))
            bound = master.bound(prices, best)
            ahead = 0.25 * max(cost - bound, 1.0) if ahead is None else ahead
            dull += 1
            if bound > proven:
                if bound > level + 0.25 * ahead:
                    level, dull, ahead = bound, 0, ahead * 1.05
                proven, kept = bound, prices.copy()
                tell(bound)
            if dull >= DULL:
                ahead, dull, level, prices = 0.7 * ahead, 0, proven, kept.copy()
                direction[:] = 0
                if ahead < 3e-4 * abs(proven):
                    break
            slope = _slope(master, found, prices, budgets) / scale
            slope[(prices[: master.row_cut] >= upper) & (slope > 0)] = 0
            turned = float(direction @ slope)
            share = -1.5 * turned / max(float(direction @ direction), 1e-9) if turned < 0 else 0.35
            direction = slope + share * direction
            step = (proven + ahead - bound) / max(float(direction @ direction), 1e-9)
            prices[: master.row_cut] = np.minimum(prices[: master.row_cut] + step * direction / scale, upper)
    return kept


def _slope(master: Master, found: Routes, prices: Floats, budgets: Floats) -> Floats:
    days, calls = master.days, master.calls
    items = found.items[np.arange(LONGEST)[None, :] < found.length[:, None]]
    minutes = days.item_minutes[items].astype(float)
    slope = np.zeros(master.row_cut)
    slope[:calls] = 1.0 - (prices[:calls] >= master.unserved)
    np.subtract.at(slope, days.item_call[items], 1.0)
    cheap = master.step_rate + prices[master.row_load + master.step_worker] < 0
    filled = np.bincount(master.step_worker, np.where(cheap, master.step_width, 0), master.workers)
    slope[master.row_load : master.row_payer] = filled - np.bincount(master.item_worker[items], minutes, master.workers)
    used = np.zeros(master.row_cut)
    for rows in (master.payer_row[days.item_call[items]], master.employer_row[master.item_worker[items]]):
        np.add.at(used, rows[rows >= 0], minutes[rows >= 0])
    slope[master.row_payer :] = budgets - used[master.row_payer :]
    return slope


def by_rounding(master: Master, prices: Floats, over: Over, seconds: float, better: Callable[[Visits], object]) -> None:
    """Each day's program alone, two at a time; then the week's plan from their routes, those taken whole first, the gaps filled."""
    problem = master.problem
    numbers = sorted({slot.earliest // DAY for found in problem.slots.values() for slot in found})
    rounds = max(1, -(-len(numbers) // 2))

    def solved(day: int) -> list[tuple[float, Visits]]:
        part = one_day(problem, day)
        days = prepare(part)
        alone = Master(part, days, Columns(days))
        own = np.zeros(alone.rows)
        own[: alone.calls] = prices[: alone.calls]
        own[alone.row_load : alone.row_cut] = prices[master.row_load : master.row_cut]
        own[alone.row_day : alone.row_load] = 0.0
        found, _best = best_routes(days, alone.values(own), np.full(days.count, 1500.0), 6)
        plan = greedy.first_plan(part, stop=over)
        alone.extend(alone.columns.add(as_routes(days, part, plan)))
        alone.extend(alone.columns.add(found))
        own, _bound = generated(alone, own, over, 0.55 * seconds / rounds, 1e-3, most=4, calm=0.5)
        return _levels(alone, own, 0.0 if over() else 0.45 * seconds / rounds)

    pieces: list[tuple[float, Visits]] = []
    with ThreadPoolExecutor(2) as pair:
        for found in pair.map(solved, numbers):
            pieces += found
    if pieces and not over():
        better(greedy.first_plan(problem, _taken(pieces)))


def _levels(alone: Master, prices: Floats, seconds: float) -> list[tuple[float, Visits]]:
    """(how much of it is taken, its visits) for each route that the day's program takes, whole ones from an integer program first."""
    if alone.level is None:
        return []
    level = alone.level[alone.first_route :].copy()
    numbers, columns, days = alone.in_model[: len(level)], alone.columns, alone.days
    reduced = np.where(level > 1e-6, -np.inf, alone.reduced(numbers, prices))
    cheap = np.sort(np.argsort(reduced, kind="stable")[:ROUTES])
    whole = alone.choose(numbers[cheap], np.zeros(0, np.int64), seconds, 1e-3) if seconds > 0 else None
    if whole is not None:
        level = np.where(np.isin(numbers, whole), 1.0 + level, 0.5 * level)
    found = []
    for at in np.flatnonzero(level > 0.02).tolist():
        number = int(numbers[at])
        length = int(columns.offsets[number + 1] - columns.offsets[number])
        worker = int(days.worker[columns.day[number]])
        visits = {
            int(days.item_call[item]): Visit(worker, int(start), bool(days.item_remote[item]))
            for item, start in zip(
                columns.items[number, :length].tolist(), columns.starts[number, :length].tolist(), strict=True
            )
        }
        found.append((float(level[at]), visits))
    return found


def _taken(pieces: list[tuple[float, Visits]]) -> Visits:
    """Routes that do not meet, the fullest share first; of a route that meets another, the calls that are still free."""
    taken: Visits = {}
    busy: set[tuple[int, int]] = set()
    for whole in (True, False):
        for _level, visits in sorted(pieces, key=lambda one: -one[0]):
            days = {(visit.worker, visit.start // DAY) for visit in visits.values()}
            free = {call: visit for call, visit in visits.items() if call not in taken}
            if days & busy or not free or (whole and len(free) < len(visits)):
                continue
            taken |= free
            busy |= days
    return taken
