"""The routes known so far, each once, with what it costs."""

from __future__ import annotations

import numpy as np

from interazioni.actions.mediation.planning.compiled import compiled
from interazioni.actions.mediation.planning.routes import LONGEST, Days, Ints, Routes


@compiled
def _route_costs(worker, day, length, items, item_site, item_cost, between, from_home, per_tenth):  # fmt: skip
    """The whole cost of each route in cents: pairs and kilometres from home and back."""
    costs = np.zeros(len(day), np.int64)
    for r in range(len(day)):
        w, here, way, cost = worker[day[r]], -1, 0, 0
        for k in range(length[r]):
            i = items[r, k]
            cost += item_cost[i]
            there = item_site[i]
            if there >= 0:
                way += from_home[w, there] if here < 0 else between[here, there]
                here = there
        if here >= 0:
            way += from_home[w, here]
        costs[r] = cost + per_tenth * way
    return costs


def route_costs(days: Days, routes: Routes) -> Ints:
    result: Ints = _route_costs(
        days.worker, routes.day, routes.length, routes.items, days.item_site, days.item_cost, days.between, days.from_home, days.settings[3]
    )  # fmt: skip
    return result


class Columns:
    """The routes known so far: of those of one day that serve the same calls, the cheapest.

    `calls[offsets[r]:offsets[r + 1]]` are the calls of route `r`; everything grows at the end.
    """

    def __init__(self, days: Days) -> None:
        self.days = days
        self.day: Ints = np.zeros(0, np.int64)
        self.cost: Ints = np.zeros(0, np.int64)
        self.minutes: Ints = np.zeros(0, np.int64)
        self.offsets: Ints = np.zeros(1, np.int64)
        self.calls: Ints = np.zeros(0, np.int64)
        self.items: Ints = np.zeros((0, LONGEST), np.int64)
        self.starts: Ints = np.zeros((0, LONGEST), np.int64)
        self.known: dict[tuple[int, bytes], int] = {}

    def __len__(self) -> int:
        return len(self.day)

    def add(self, routes: Routes) -> Ints:
        """Keeps what is new, or cheaper than what was known for the same calls; gives the numbers of those kept."""
        if len(routes) == 0:
            return np.zeros(0, np.int64)
        costs = route_costs(self.days, routes)
        inside = np.arange(LONGEST)[None, :] < routes.length[:, None]
        calls = np.where(inside, self.days.item_call[np.where(inside, routes.items, 0)], np.iinfo(np.int64).max)
        ordered = np.sort(calls, axis=1)
        keep: list[int] = []
        number = len(self.day)
        for r in np.argsort(costs, kind="stable").tolist():
            key = (int(routes.day[r]), ordered[r, : routes.length[r]].tobytes())
            there = self.known.get(key)
            if there is None or (there < len(self.day) and self.cost[there] > costs[r]):
                self.known[key] = number
                number += 1
                keep.append(r)
        if not keep:
            return np.zeros(0, np.int64)
        chosen = np.array(keep)
        lengths = routes.length[chosen]
        flat = ordered[chosen][np.arange(LONGEST)[None, :] < lengths[:, None]]
        minutes = np.where(inside, self.days.item_minutes[np.where(inside, routes.items, 0)], 0).sum(axis=1)
        first = len(self.day)
        self.day = np.concatenate([self.day, routes.day[chosen]])
        self.cost = np.concatenate([self.cost, costs[chosen]])
        self.minutes = np.concatenate([self.minutes, minutes[chosen]])
        self.offsets = np.concatenate([self.offsets, self.offsets[-1] + np.cumsum(lengths)])
        self.calls = np.concatenate([self.calls, flat])
        self.items = np.concatenate([self.items, routes.items[chosen]])
        self.starts = np.concatenate([self.starts, routes.starts[chosen]])
        return np.arange(first, len(self.day))

    def numbers(self, routes: Routes) -> Ints:
        """The numbers of these routes, which are made known if they are not."""
        self.add(routes)
        found = []
        for r in range(len(routes)):
            calls = np.sort(self.days.item_call[routes.items[r, : routes.length[r]]])
            found.append(self.known[int(routes.day[r]), calls.tobytes()])
        return np.array(found, dtype=np.int64)

    def calls_of(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(place in `numbers`, call) for each call of these routes."""
        lengths = self.offsets[numbers + 1] - self.offsets[numbers]
        place = np.repeat(np.arange(len(numbers)), lengths)
        within = np.arange(len(place)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return place, self.calls[self.offsets[numbers][place] + within]
