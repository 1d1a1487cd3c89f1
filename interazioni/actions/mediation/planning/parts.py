"""A part of the week chosen anew as well as can be, while the rest stands.

What stands takes calls, hours and budgets away; for what is left column generation is run again. Its prices fit this part, unlike the
whole week's, where half routes hide what a whole plan costs. So the part's own bound is close: most often it says at once
that nothing can be gained here. If not, every route whose reduced cost is below the difference between plan and bound is listed,
and an integer program over them finds the best there is, or proves that what stands is it.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import highspy
import numpy as np

from interazioni.actions.mediation.planning.cuts import broken
from interazioni.actions.mediation.planning.enumeration import routes_below
from interazioni.actions.mediation.planning.master import INFINITE, Master
from interazioni.actions.mediation.planning.quiet import Solver
from interazioni.actions.mediation.planning.routes import Floats, Ints, Routes, best_routes

NEVER = -1e12  # the value of a call that is not this part's
ROUTES = 12_000  # in the integer program, at most: the cheapest by reduced cost
OF_ONE_DAY = 500


class Part:
    """The days `free` with the calls that nobody else serves or wants (`busy`), beside the routes `kept`."""

    def __init__(self, master: Master, free: Any, kept: Ints, busy: Any, adding: Lock) -> None:
        self.master, self.columns, self.kept, self.busy, self.adding = master, master.columns, kept, busy, adding
        days = master.days
        self.days = np.flatnonzero(free)
        self.mine = np.repeat(free, np.diff(days.first)) & ~busy[days.item_call]
        calls = np.unique(days.item_call[self.mine])
        self.rows = np.concatenate(
            [
                calls,
                master.row_day + self.days,
                master.row_load + np.unique(days.worker[self.days]),
                np.arange(master.row_payer, master.row_cut),
            ]
        )
        self.place = np.full(master.rows, -1, np.int64)
        self.place[self.rows] = np.arange(len(self.rows))
        lower, upper, steps, width = master.room(kept, self.rows)
        self.calls, self.upper = calls, upper
        self.stands = master.cost(kept) - float(master.unserved[calls].sum())
        self.first = len(calls) + len(steps)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = len(self.rows), self.first
        lp.col_cost_ = np.concatenate([master.unserved[calls], master.step_rate[steps]])
        lp.col_lower_ = np.zeros(self.first)
        lp.col_upper_ = np.concatenate([np.ones(len(calls)), width])
        lp.row_lower_, lp.row_upper_ = lower, upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.arange(self.first + 1, dtype=np.int32)
        lp.a_matrix_.index_ = self.place[np.concatenate([calls, master.row_load + master.step_worker[steps]])].astype(
            np.int32
        )
        lp.a_matrix_.value_ = np.concatenate([np.ones(len(calls)), -np.ones(len(steps))])
        self.solver = Solver()
        for name, option in (("threads", 1), ("presolve", "off")):
            self.solver.setOptionValue(name, option)
        self.solver.passModel(lp)
        self.rounds = 6  # of cuts
        self.inside = np.zeros(0, np.int64)
        self.prices: Floats = np.zeros(master.rows)

    def best(self, present: Ints, before: Floats, value: float, left: Any) -> Ints | None:
        """The best routes for this part's days, or None when nothing better than `present` was found.

        `before`: prices to begin with; `value`: what the plan costs now; `left()`: seconds left.
        """
        bound = self._priced(present, before, value - 0.5, left)
        gap = value - 0.5 - bound
        if gap <= 0 or left() <= 0:
            return None
        worth = self.master.values(self.prices)
        worth[~self.mine] = NEVER
        limit = np.minimum(0.0, self.prices[self.master.row_day : self.master.row_load]) + gap
        found, _complete = routes_below(self.master.days, worth, limit, OF_ONE_DAY, self.days)
        listed = self._known(found)
        listed = np.union1d(np.union1d(listed, self.inside), present)
        reduced = self.master.reduced(listed, self.prices)
        order = np.argsort(reduced, kind="stable")[:ROUTES]
        listed = np.union1d(listed[order[reduced[order] <= gap]], present)
        return self.master.choose(listed, self.kept, left(), 0.0, present)

    def _known(self, routes: Routes) -> Ints:
        """Their numbers, those that were known before included."""
        with self.adding:
            return np.unique(self.columns.numbers(routes))

    def _priced(self, present: Ints, before: Floats, value: float, left: Any) -> float:
        """Column generation; ends early when the bound says that nothing can be gained. Gives the best bound."""
        master, bound = self.master, float("-inf")
        worth = master.values(before)
        worth[~self.mine] = NEVER
        found, _best = best_routes(master.days, worth, np.full(master.days.count, 2000.0), 6, self.days)
        self._extend(np.union1d(present, self._known(found)))
        while left() > 0:
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(0.05, left()))
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                break
            prices = np.zeros(master.rows)
            prices[self.rows] = np.array(self.solver.getSolution().row_dual)[: len(self.rows)]
            worth = master.values(prices)
            worth[~self.mine] = NEVER
            of_day = np.minimum(0.0, prices[master.row_day : master.row_load])
            found, best = best_routes(master.days, worth, of_day - 1e-6, 6, self.days)
            reached = self.stands + self.solver.getInfo().objective_function_value
            proven = reached + float(np.minimum(0.0, (best - of_day)[self.days]).sum())
            if proven > bound:
                bound, self.prices = proven, prices
            new = np.setdiff1d(self._known(found), self.inside)
            done = len(new) == 0 or reached - bound < 0.02 * (value - bound)
            if bound >= value or (done and not self._cut()):
                break
            if len(new):
                self._extend(new)
        return bound

    def _cut(self) -> bool:
        """Adds what whole calls keep of the hours that payers have left here (`cuts`); false where nothing is broken."""
        if self.rounds <= 0:
            return False
        self.rounds -= 1
        master, added = self.master, False
        left = np.array(self.solver.getSolution().col_value[: len(self.calls)])
        for row in range(master.row_payer, master.row_employer):
            mine = np.flatnonzero(master.payer_row[self.calls] == row)
            if not len(mine):
                continue
            minutes = master.days_minutes[self.calls[mine]].astype(float)
            short = float(minutes.sum() - self.upper[self.place[row]])
            if short <= 0:
                continue
            for factors, least in broken(minutes, short, left[mine]):
                some = np.flatnonzero(factors)
                self.solver.addRow(least, INFINITE, len(some), mine[some].astype(np.int32), factors[some])
                added = True
        return added

    def _extend(self, numbers: Ints) -> None:
        starts, index, values = self.master.matrix(numbers)
        count = len(numbers)
        self.solver.addCols(
            count, self.columns.cost[numbers].astype(float), np.zeros(count), np.full(count, INFINITE), len(index), starts[:-1],
            self.place[index].astype(np.int32), values,
        )  # fmt: skip
        self.inside = np.concatenate([self.inside, numbers])
