"""A week of mediation as the planner sees it: calls, mediators, where and when each pair may meet, and what everything costs.

Nothing here knows Django, people or words. The benchmark's weeks (`benchmark.py`) and the desk's own week (`desk.py`) are both
read into this shape, so what is measured on the benchmark is what a dispatcher gets.

Times are minutes from Monday 00:00, local wall clock; day `d` covers `[1440 d, 1440 (d + 1))`. Distances are tenths of a kilometre
by road. Costs are cents: no money changes hands, they only say what is worse than what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DAY = 1440
HOME = -1


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in which a mediator can serve a call: a start anywhere from `earliest` to `latest`, both included, within one day."""

    earliest: int
    latest: int
    remote: bool
    cost: int


@dataclass(frozen=True, slots=True)
class Call:
    """`unserved` is the cost of leaving it; `fixed` calls are promised already and must be in every plan."""

    key: str
    minutes: int
    site: int | None
    unserved: int
    payer: int | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """A mediator in the week: how fast on the road, how many minutes at most, on whose budget."""

    key: str
    kmh: int
    week_cap: int
    employer: int | None = None


@dataclass(slots=True)
class Problem:
    """Everything that a plan has to respect (caps, budgets, travel) and everything that it weighs (the costs).

    `slots[call, worker]` are indices into `calls` and `workers`. A pair that is not there cannot meet. `between[p][q]` and
    `from_home[worker][site]` are in tenths of a kilometre. A day's route starts and ends at home; a remote call does not move the
    mediator; the way from home to the first call takes kilometres but no working time. `overload` is a convex piecewise rate: up to each
    fraction of the week's cap, cents for each minute.
    """

    calls: Sequence[Call]
    workers: Sequence[Worker]
    slots: Mapping[tuple[int, int], Sequence[Slot]]
    between: Sequence[Sequence[int]]
    from_home: Sequence[Sequence[int]]
    cents_per_tenth_km: int
    overload: Sequence[tuple[float, int]]
    day_cap: int
    buffer_onsite: int
    buffer_remote: int
    payer_budget: Mapping[int, int] = field(default_factory=dict)
    employer_budget: Mapping[int, int] = field(default_factory=dict)

    def distance(self, worker: int, here: int, there: int) -> int:
        """Tenths of a kilometre between two sites; `HOME` is where the mediator lives."""
        if here == there:
            return 0
        if here == HOME:
            return self.from_home[worker][there]
        if there == HOME:
            return self.from_home[worker][here]
        return self.between[here][there]

    def travel_minutes(self, worker: int, tenths: int) -> int:
        """Whole minutes on the road, rounded up."""
        return -(-tenths * 6 // self.workers[worker].kmh)

    def overload_cost(self, worker: int, minutes: int) -> int:
        """What a week of so many minutes costs beyond the ordinary, convex, so that load spreads."""
        cap, total, below = self.workers[worker].week_cap, 0, 0
        for fraction, rate in self.overload:
            limit = round(fraction * cap)
            total += rate * max(0, min(minutes, limit) - below)
            below = limit
        return total


@dataclass(frozen=True, slots=True)
class Visit:
    """A call in a plan: by which worker, from which minute, and whether at a distance."""

    worker: int
    start: int
    remote: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`visits` by call index. `bound` is a proven lower bound of any plan's cost, or None when there was no time to prove one."""

    visits: Mapping[int, Visit]
    cost: int
    bound: int | None
    seconds: float

    @property
    def gap(self) -> float | None:
        """How far above the bound the plan's cost is at most, as a fraction."""
        return None if not self.bound else (self.cost - self.bound) / self.bound
