"""Prices of the calls before the week's own linear program, or instead of it where that would take too long.

A large week falls nearly apart into its days: only calls that may be on several days, the hours of a week and the budgets tie them
together. So each day is priced alone by column generation, two days at a time, and a few steps of Lagrange's relaxation
over the whole week put the prices right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from interazioni.actions.mediation.planning import check, greedy
from interazioni.actions.mediation.planning.problem import DAY, Problem

if TYPE_CHECKING:
    from interazioni.actions.mediation.planning.master import Master
    from interazioni.actions.mediation.planning.routes import Floats, Ints

DAY_STEPS = 40
MISSED = 50  # routes: fewer are not worth another linear program
WORTH = 2500.0  # cents of reduced cost: routes dearer than that on their day do not matter for the week
Over = Callable[[], bool]


def one_day(problem: Problem, day: int) -> Problem:
    """The week as if only this day were: caps and budgets in proportion."""
    slots = {}
    days_of: dict[int, set[int]] = defaultdict(set)
    in_day: dict[int, float] = defaultdict(float)
    whole: dict[int, float] = defaultdict(float)
    for (call, worker), found in problem.slots.items():
        mine = [slot for slot in found if slot.earliest // DAY == day]
        days_of[worker] |= {slot.earliest // DAY for slot in found}
        if mine:
            slots[call, worker] = mine
    for asked in problem.calls:
        if asked.payer is not None:
            whole[asked.payer] += asked.minutes
    for call in {call for call, _worker in slots}:
        payer = problem.calls[call].payer
        if payer is not None:
            in_day[payer] += problem.calls[call].minutes
    workers = [
        replace(worker, week_cap=max(60, worker.week_cap // max(1, len(days_of[number]))))
        for number, worker in enumerate(problem.workers)
    ]
    served = {call for call, _worker in slots}
    calls = [asked if call in served else replace(asked, unserved=0) for call, asked in enumerate(problem.calls)]
    return replace(
        problem, calls=calls, workers=workers, slots=slots,
        payer_budget={payer: int(budget * in_day[payer] / max(1.0, whole[payer])) for payer, budget in problem.payer_budget.items()},
        employer_budget={employer: budget // 5 for employer, budget in problem.employer_budget.items()},
    )  # fmt: skip


def by_days(master: Master, over: Over, seconds: float) -> Floats:
    """Prices each day alone, two at a time, and brings the routes that were worth something there into the week's program.

    Gives prices for the week: of a call, those of the day where it is cheapest.
    """
    import numpy as np

    from interazioni.actions.mediation.planning.columns import Columns
    from interazioni.actions.mediation.planning.master import Master
    from interazioni.actions.mediation.planning.routes import prepare

    problem = master.problem
    numbers = sorted({slot.earliest // DAY for found in problem.slots.values() for slot in found})
    rounds = max(1, -(-len(numbers) // 2))

    def priced(day: int) -> tuple[Master, Floats]:
        part = one_day(problem, day)
        days = prepare(part)
        alone = Master(part, days, Columns(days))
        plan = greedy.first_plan(part, stop=over)
        prices, _bound = relaxed(alone, start(alone), 0.9 * check.cost(part, plan), DAY_STEPS, over)
        return alone, generated(alone, prices, over, seconds / rounds, 1e-3)[0]

    result = start(master)
    cheapest = np.full(master.calls, np.inf)
    with ThreadPoolExecutor(2) as pair:
        for alone, prices in pair.map(priced, numbers):
            _bring(master, alone, alone.in_model[alone.reduced(alone.in_model, prices) < WORTH])
            mine = np.array([asked.unserved > 0 for asked in alone.problem.calls])
            cheapest = np.where(mine, np.minimum(cheapest, prices[: master.calls]), cheapest)
    result[: master.calls] = np.where(np.isfinite(cheapest), cheapest, 0.0)
    return result


def _bring(master: Master, alone: Master, numbers: Ints) -> None:
    """Routes of a day's own program into the week's: the same items, under the numbers that they have there."""
    import numpy as np

    from interazioni.actions.mediation.planning.routes import Routes

    if len(numbers) == 0:
        return
    week, day = master.days, alone.days
    here = {
        (int(worker), int(number)): at for at, (worker, number) in enumerate(zip(week.worker, week.day, strict=True))
    }
    days = np.array([here[int(day.worker[at]), int(day.day[at])] for at in range(day.count)])
    # A mediator's day holds the same items in the same order in both: only where they begin differs.
    items = week.first[days[np.repeat(np.arange(day.count), np.diff(day.first))]] + (
        np.arange(len(day.item_call)) - np.repeat(day.first[:-1], np.diff(day.first))
    )
    columns = alone.columns
    lengths = columns.offsets[numbers + 1] - columns.offsets[numbers]
    inside = np.arange(columns.items.shape[1])[None, :] < lengths[:, None]
    master.extend(
        master.columns.add(
            Routes(
                days[columns.day[numbers]], lengths, items[np.where(inside, columns.items[numbers], 0)], columns.starts[numbers],
                np.zeros(len(numbers)),
            )
        )
    )  # fmt: skip


def start(master: Master) -> Floats:
    import numpy as np

    prices = np.zeros(master.rows)
    prices[: master.calls] = 0.25 * master.unserved
    return prices


def generated(
    master: Master, prices: Floats, over: Over, seconds: float, close: float = 1e-4, tell: Callable[[float], None] = lambda bound: None, most: int = 4, rounds: int = 0,
    calm: float = 0.0,
) -> tuple[Floats, float]:  # fmt: skip
    """Column generation: the linear program's prices, the routes missing at these prices, again, until none is missing or time is over.

    Gives the prices that prove the best bound, and that bound. `calm`: routes are sought at prices that are so much the best ones of before,
    as long as that finds any: the linear program's own prices jump from one corner to the other.
    """
    import time

    import numpy as np

    from interazioni.actions.mediation.planning.routes import best_routes

    days, began = master.days, time.perf_counter()
    if len(master.in_model) == 0:
        found, _best = best_routes(days, master.values(prices), np.zeros(days.count), most)
        master.extend(master.columns.add(found))
    kept, bound = prices, float("-inf")
    while not over():
        left = seconds - (time.perf_counter() - began)
        if left <= 0:
            break
        value, prices_now = master.solve(max(0.1, left))
        if prices_now is None:
            break
        threshold = np.minimum(0.0, prices_now[master.row_day : master.row_load]) - 1e-6
        if calm:
            mild = calm * kept + (1 - calm) * prices_now
            found, best = best_routes(days, master.values(mild), threshold, most)
            proven = master.bound(mild, best)
            if proven > bound:
                bound, kept = proven, mild
                tell(bound)
            new = master.columns.add(found)
            if len(new) > MISSED and (master.reduced(new, prices_now) < -1e-6).sum() > MISSED:
                master.extend(new)
                continue
        found, best = best_routes(days, master.values(prices_now), threshold, most)
        proven = master.bound(prices_now, best)
        if proven > bound:
            bound, kept = proven, prices_now
            tell(bound)
        new = master.columns.add(found)
        master.extend(new)
        if (value - bound < close * max(1.0, abs(bound)) or len(new) == 0) and (rounds <= 0 or master.cut() == 0):
            break
        rounds -= value - bound < close * max(1.0, abs(bound)) or len(new) == 0
    return kept, bound


def relaxed(
    master: Master, prices: Floats, target: float, steps: int, over: Over, pace: float = 1.0, collect: bool = True
) -> tuple[Floats, float]:  # fmt: skip
    """Lagrange's relaxation by subgradient steps towards `target` (a plan's cost): each costs one look at the cheapest routes.

    Gives the prices that prove the best bound, and that bound. With `collect` the routes seen join the master's program.
    """
    import numpy as np

    from interazioni.actions.mediation.planning.routes import LONGEST, best_routes

    days, calls = master.days, master.calls
    prices, kept, best_bound = prices.copy(), prices.copy(), float("-inf")
    direction, sideways, upward = np.zeros(calls), np.zeros(master.workers), np.zeros(master.row_cut - master.row_payer)
    dull = 0
    for step in range(steps):
        if over():
            break
        found, best = best_routes(days, master.values(prices), np.zeros(days.count), 2)
        bound = master.bound(prices, best)
        if bound > best_bound:
            best_bound, kept, dull = bound, prices.copy(), 0
        else:
            dull += 1
            pace *= 0.93
            if dull >= 8:  # back to where it was best
                prices, dull = kept.copy(), 0
        if collect:
            master.extend(master.columns.add(found))
        order = np.lexsort((found.worth, found.day))
        ahead = np.ones(len(order), bool)
        ahead[1:] = found.day[order][1:] != found.day[order][:-1]
        chosen = order[ahead]
        items = found.items[chosen][np.arange(LONGEST)[None, :] < found.length[chosen][:, None]]
        slope = 1.0 - (prices[:calls] > master.unserved)
        np.subtract.at(slope, days.item_call[items], 1)
        minutes = np.zeros(master.workers)
        np.add.at(minutes, days.worker[np.repeat(found.day[chosen], found.length[chosen])], days.item_minutes[items])
        filled = np.zeros(master.workers)
        cheap = master.step_rate + prices[master.row_load + master.step_worker] < 0
        np.add.at(filled, master.step_worker, np.where(cheap, master.step_width, 0))
        over_load = (filled - minutes) / 60.0
        # A direction that remembers the one before zigzags less.
        usage = np.zeros(master.row_cut)
        length = days.item_minutes[items].astype(float)
        payer, employer = master.payer_row[days.item_call[items]], master.employer_row[master.item_worker[items]]
        np.add.at(usage, payer[payer >= 0], length[payer >= 0])
        np.add.at(usage, employer[employer >= 0], length[employer >= 0])
        spare = (
            np.concatenate([master.payer_budget, master.employer_budget]) - usage[master.row_payer : master.row_cut]
        ) / 240.0
        share = 1.0 if step == 0 else 0.6
        direction = share * slope + (1 - share) * direction
        sideways = share * over_load + (1 - share) * sideways
        upward = share * spare + (1 - share) * upward
        size = (
            pace
            * max(target - bound, 1.0)
            / max(float((direction**2).sum() + (sideways**2).sum() + (upward**2).sum()), 1e-9)
        )
        prices[:calls] = np.minimum(prices[:calls] + size * direction, master.unserved)
        load = slice(master.row_load, master.row_payer)
        prices[load] = np.minimum(prices[load] + size * sideways / 60.0, 0.0)
        budgets = slice(master.row_payer, master.row_cut)
        prices[budgets] = np.minimum(prices[budgets] + size * upward / 240.0, 0.0)
    return kept, best_bound
