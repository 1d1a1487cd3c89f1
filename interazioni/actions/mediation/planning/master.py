"""The master problem: which routes to choose. Solved by HiGHS as a linear program for the bound, as an integer one for the plan.

    minimise    what the routes cost + what calls cost that are left + what overload costs
    subject to  each call is in one route or left; a mediator has one route a day at most; the minutes of her routes fill
                the steps of her overload from the cheapest up to her week's cap; payers and employers keep to their hours

Any prices `y` of the rows give a bound (Lagrange): `bound(y)`, once the cheapest route of each day at these prices is known.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from interazioni.actions.mediation.planning.columns import Columns
from interazioni.actions.mediation.planning.cuts import broken
from interazioni.actions.mediation.planning.problem import Problem
from interazioni.actions.mediation.planning.quiet import Solver
from interazioni.actions.mediation.planning.routes import Days, Floats, Ints

INFINITE = highspy.kHighsInf
MANY = 20_000


class Master:
    """Rows: calls, days, workers' minutes, payers, employers. Columns: calls left, overload steps, then routes."""

    def __init__(self, problem: Problem, days: Days, columns: Columns) -> None:
        self.problem, self.days, self.columns = problem, days, columns
        self.calls, self.workers = len(problem.calls), len(problem.workers)
        self.payers = {key: number for number, key in enumerate(sorted(problem.payer_budget))}
        self.employers = {key: number for number, key in enumerate(sorted(problem.employer_budget))}
        self.row_day = self.calls
        self.row_load = self.row_day + days.count
        self.row_payer = self.row_load + self.workers
        self.row_employer = self.row_payer + len(self.payers)
        self.row_cut = self.row_employer + len(self.employers)
        self.rows = self.row_cut  # and one for each cut
        self.cut_factors: Floats = np.zeros((0, self.calls))
        self.cut_least: Floats = np.zeros(0)
        self.unserved = np.array([call.unserved for call in problem.calls], dtype=float)
        payer_of = [self.payers.get(call.payer, -1) if call.payer is not None else -1 for call in problem.calls]
        employer_of = [
            self.employers.get(one.employer, -1) if one.employer is not None else -1 for one in problem.workers
        ]
        self.payer_row = np.array([self.row_payer + p if p >= 0 else -1 for p in payer_of])
        self.employer_row = np.array([self.row_employer + e if e >= 0 else -1 for e in employer_of])
        self.payer_budget = np.array([problem.payer_budget[key] for key in self.payers], dtype=float)
        self.employer_budget = np.array([problem.employer_budget[key] for key in self.employers], dtype=float)
        steps = []
        for number, worker in enumerate(problem.workers):
            below = 0
            for share, rate in problem.overload:
                limit = round(share * worker.week_cap)
                if limit > below:
                    steps.append((number, rate, limit - below))
                below = max(below, limit)
        self.step_worker = np.array([step[0] for step in steps], dtype=np.int64)
        self.step_rate = np.array([step[1] for step in steps], dtype=float)
        self.step_width = np.array([step[2] for step in steps], dtype=float)
        self.first_route = self.calls + len(steps)
        self.item_worker = np.repeat(days.worker, np.diff(days.first))
        self.in_model: Ints = np.zeros(0, np.int64)  # the routes in the linear program, in its order
        self.days_minutes = np.array([call.minutes for call in problem.calls], dtype=np.int64)
        self.solver = self._empty()
        self.solved = False
        self.level: Floats | None = None  # of each column, in the last solution

    # --- prices -----------------------------------------------------------------------------------------------------------

    def values(self, prices: Floats) -> Floats:
        """What each item is worth at these prices of the rows."""
        calls = self.days.item_call
        minutes = prices[self.row_load + self.item_worker]
        payer = np.where(self.payer_row[calls] >= 0, prices[self.payer_row[calls]], 0.0)
        employer_rows = self.employer_row[self.item_worker]
        employer = np.where(employer_rows >= 0, prices[employer_rows], 0.0)
        worth: Floats = prices[calls] - self.days.item_cost + self.days.item_minutes * (minutes + payer + employer)
        return worth

    def bound(self, prices: Floats, best: Floats) -> float:
        """Lagrange's bound: no plan costs less, whatever the prices (those of budgets must not be above 0, of cuts not below)."""
        call, cut = prices[: self.calls], prices[self.row_cut :]
        of_cuts = cut @ self.cut_factors[: len(cut)]
        total = call.sum() + np.minimum(0.0, self.unserved - call - of_cuts).sum() + cut @ self.cut_least[: len(cut)]
        total += (np.minimum(0.0, self.step_rate + prices[self.row_load + self.step_worker]) * self.step_width).sum()
        total += (np.minimum(0.0, prices[self.row_payer : self.row_employer]) * self.payer_budget).sum()
        total += (np.minimum(0.0, prices[self.row_employer : self.row_cut]) * self.employer_budget).sum()
        return float(total + np.minimum(0.0, best).sum())

    # --- the linear program -------------------------------------------------------------------------------------------------

    def _empty(self) -> Any:
        solver = Solver()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("presolve", "off")
        solver.passModel(self._program())
        return solver

    def _program(self) -> Any:
        lp = highspy.HighsLp()
        lower = np.full(self.rows, -INFINITE)
        upper = np.full(self.rows, 1.0)
        lower[: self.calls] = 1.0
        lower[self.row_load : self.row_payer] = 0.0
        upper[self.row_load : self.row_payer] = 0.0
        upper[self.row_payer : self.row_employer] = self.payer_budget
        upper[self.row_employer : self.row_cut] = self.employer_budget
        steps = len(self.step_worker)
        lp.num_row_, lp.num_col_ = self.rows, self.first_route
        lp.col_cost_ = np.concatenate([self.unserved, self.step_rate])
        lp.col_lower_ = np.zeros(self.first_route)
        lp.col_upper_ = np.concatenate([np.full(self.calls, 1.0), self.step_width])
        lp.row_lower_, lp.row_upper_ = lower, upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.arange(self.first_route + 1, dtype=np.int32)
        lp.a_matrix_.index_ = np.concatenate([np.arange(self.calls), self.row_load + self.step_worker]).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate([np.ones(self.calls), -np.ones(steps)])
        return lp

    def matrix(self, numbers: Ints) -> tuple[Ints, Ints, Floats]:
        """Starts, row indices and values of these routes, column by column."""
        place, call = self.columns.calls_of(numbers)
        day, minutes = self.columns.day[numbers], self.columns.minutes[numbers].astype(float)
        worker = self.days.worker[day]
        length = self.days_minutes[call].astype(float)
        every = np.arange(len(numbers))
        parts = [
            (place, call, np.ones(len(call))),
            (every, self.row_day + day, np.ones(len(day))),
            (every, self.row_load + worker, minutes),
        ]
        payer = self.payer_row[call]
        if (payer >= 0).any():
            key = place[payer >= 0] * self.rows + payer[payer >= 0]
            found, where = np.unique(key, return_inverse=True)
            parts.append((found // self.rows, found % self.rows, np.bincount(where, length[payer >= 0])))
        employer = self.employer_row[worker]
        parts.append((every[employer >= 0], employer[employer >= 0], minutes[employer >= 0]))
        column = np.concatenate([part[0] for part in parts])
        row = np.concatenate([part[1] for part in parts])
        value = np.concatenate([part[2] for part in parts])
        order = np.argsort(column, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(numbers)))])
        return starts.astype(np.int32), row[order].astype(np.int32), value[order]

    def extend(self, numbers: Ints) -> None:
        if len(numbers) == 0:
            return
        starts, index, value = self.matrix(numbers)
        cost = self.columns.cost[numbers].astype(float)
        count = len(numbers)
        self.solver.addCols(
            count, cost, np.zeros(count), np.full(count, INFINITE), len(index), starts[:-1], index, value
        )
        self.in_model = np.concatenate([self.in_model, numbers])

    def solve(self, seconds: float) -> tuple[float, Floats | None]:
        """(value, prices of the rows); no prices when the time was too short."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + seconds)
        # The first time from nothing: dual, or for very many routes by interior points, which simplex would not end. Later primal:
        # the routes that come keep the basis feasible; or dual again, after cuts.
        inside = self.level is None and len(self.in_model) > MANY
        self.solver.setOptionValue("solver", "ipm" if inside else "simplex")
        self.solver.setOptionValue("simplex_strategy", 4 if self.solved else 1)
        self.solver.run()
        self.solved = True
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return float("inf"), None
        solution = self.solver.getSolution()
        self.level = np.array(solution.col_value)
        prices = np.array(solution.row_dual)
        budgets = slice(self.row_payer, self.row_cut)
        prices[budgets] = np.minimum(prices[budgets], 0.0)
        prices[self.row_cut :] = np.maximum(prices[self.row_cut :], 0.0)
        return self.solver.getInfo().objective_function_value, prices

    def cut(self) -> int:
        """Adds inequalities of the payers' hours (`cuts`) that the linear program's solution breaks; gives how many."""
        able = np.zeros(self.calls, bool)
        able[self.days.item_call] = True
        before = self.rows
        if self.level is None:
            return 0
        for number, budget in enumerate(self.payer_budget):
            mine = np.flatnonzero(able & (self.payer_row == self.row_payer + number))
            minutes = self.days_minutes[mine].astype(float)
            short = float(minutes.sum() - budget)
            if short <= 0:
                continue
            for factors, least in broken(minutes, short, self.level[mine]):
                row = np.zeros(self.calls)
                row[mine] = factors
                self.cut_factors = np.vstack([self.cut_factors, row])
                self.cut_least = np.append(self.cut_least, least)
                some = np.flatnonzero(row).astype(np.int32)
                self.solver.addRow(least, INFINITE, len(some), some, row[some])
                self.rows += 1
        if self.rows > before:
            self.solved = False  # the basis is dual feasible still
        return self.rows - before

    def whole(self) -> Ints:
        """The routes that the linear program took whole when it was solved last."""
        if self.level is None:
            return np.zeros(0, np.int64)
        routes = self.level[self.first_route :]
        return self.in_model[: len(routes)][routes > 0.999]

    def reduced(self, numbers: Ints, prices: Floats) -> Floats:
        """The reduced cost of these routes at these prices: what they cost more than they are worth."""
        starts, index, value = self.matrix(numbers)
        worth = np.add.reduceat(value * prices[index], starts[:-1]) if len(numbers) else np.zeros(0)
        found: Floats = self.columns.cost[numbers] - worth
        return found

    # --- the integer program ------------------------------------------------------------------------------------------------

    def room(self, kept: Ints, used: Ints) -> tuple[Floats, Floats, Ints, Floats]:
        """What the routes `kept` leave: limits of the rows `used`, then the overload steps of their workers and how wide they still are."""
        upper = np.full(self.rows, 1.0)
        upper[self.row_payer : self.row_employer] = self.payer_budget
        upper[self.row_employer : self.row_cut] = self.employer_budget
        taken = np.zeros(self.rows)
        if len(kept):
            _starts, other_rows, other_values = self.matrix(kept)
            np.add.at(taken, other_rows, other_values)
        workers = used[(used >= self.row_load) & (used < self.row_payer)] - self.row_load
        steps = np.flatnonzero(np.isin(self.step_worker, workers))
        # What the kept days fill already is taken from the cheapest steps.
        width, filled = self.step_width[steps].copy(), taken[self.row_load + self.step_worker[steps]].copy()
        before = 0.0
        for at in range(len(steps)):
            if at == 0 or self.step_worker[steps[at]] != self.step_worker[steps[at - 1]]:
                before = filled[at]
            eaten = min(width[at], before)
            width[at] -= eaten
            before -= eaten
        lower, over = np.full(len(used), -INFINITE), upper[used] - taken[used]
        load = (used >= self.row_load) & (used < self.row_payer)
        lower[load] = over[load] = 0.0
        lower[used < self.calls] = over[used < self.calls] = 1.0
        return lower, over, steps, width

    def choose(
        self, numbers: Ints, kept: Ints, seconds: float, gap: float = 0.0, start: Ints | None = None
    ) -> Ints | None:
        """The best choice among the routes `numbers`, beside the routes `kept` that stay as they are. None: none found in time.

        Only rows that the choice touches are built, so that a part of a large week is a small program.
        """
        if len(numbers) == 0:
            return np.zeros(0, np.int64)
        starts, index, value = self.matrix(numbers)
        used = np.unique(index)
        place = np.full(self.rows, -1, np.int64)
        place[used] = np.arange(len(used))
        calls = used[used < self.calls]
        lower_rows, upper_rows, steps, width = self.room(kept, used)
        # A payer's hours are written over the calls that are left, not over the routes: the same, but there the solver sees a
        # knapsack of few whole numbers, and branches on calls before it branches on routes.
        over_calls = (used >= self.row_payer) & (used < self.row_employer)
        paid = np.flatnonzero(self.payer_row[calls] >= 0)
        weight = self.days_minutes[calls[paid]].astype(float)
        payer_at = place[self.payer_row[calls[paid]]]
        asked = np.bincount(payer_at, weight, len(used)) if len(paid) else np.zeros(len(used))
        lower_rows[over_calls] = (asked - upper_rows)[over_calls]
        upper_rows[over_calls] = INFINITE
        mine = (index < self.row_payer) | (index >= self.row_employer)
        column = np.repeat(np.arange(len(numbers)), np.diff(starts))[mine]
        count, first = len(numbers), len(calls) + len(steps)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = first + count, len(used)
        lp.col_cost_ = np.concatenate(
            [self.unserved[calls], self.step_rate[steps], self.columns.cost[numbers].astype(float)]
        )
        lp.col_lower_ = np.zeros(first + count)
        lp.col_upper_ = np.concatenate([np.ones(len(calls)), width, np.ones(count)])
        lp.row_lower_, lp.row_upper_ = lower_rows, upper_rows
        columns = np.concatenate([np.arange(len(calls)), paid, len(calls) + np.arange(len(steps)), first + column])
        rows = np.concatenate(
            [place[calls], payer_at, place[self.row_load + self.step_worker[steps]], place[index[mine]]]
        )
        values = np.concatenate([np.ones(len(calls)), weight, -np.ones(len(steps)), value[mine]])
        order = np.argsort(columns, kind="stable")
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=first + count))]).astype(
            np.int32
        )
        lp.a_matrix_.index_ = rows[order].astype(np.int32)
        lp.a_matrix_.value_ = values[order]
        kinds = [highspy.HighsVarType.kContinuous] * len(steps) + [highspy.HighsVarType.kInteger] * count
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(calls) + kinds
        solver = Solver()
        for name, option in (
            ("threads", 1), ("time_limit", max(0.05, seconds)), ("mip_rel_gap", gap), ("mip_abs_gap", 0.5),
        ):  # fmt: skip
            solver.setOptionValue(name, option)
        solver.passModel(lp)
        if start is not None and len(start):
            at = np.flatnonzero(np.isin(numbers, start)).astype(np.int32)
            solver.setSolution(len(at), at + np.int32(first), np.ones(len(at)))
        solver.run()
        if solver.getInfo().primal_solution_status != 2:  # 2: feasible
            return None
        level = np.array(solver.getSolution().col_value)[first:]
        return numbers[level > 0.5]

    def cost(self, chosen: Ints) -> float:
        """What a plan of these routes costs."""
        served = np.zeros(self.calls, bool)
        served[self.columns.calls_of(chosen)[1]] = True
        load = np.bincount(self.days.worker[self.columns.day[chosen]], self.columns.minutes[chosen], self.workers)
        total = float(self.columns.cost[chosen].sum() + self.unserved[~served].sum())
        left = load[self.step_worker]
        before = np.zeros(len(left))
        for at in range(1, len(left)):
            if self.step_worker[at] == self.step_worker[at - 1]:
                before[at] = before[at - 1] + self.step_width[at - 1]
        return total + float((np.clip(left - before, 0.0, self.step_width) * self.step_rate).sum())
