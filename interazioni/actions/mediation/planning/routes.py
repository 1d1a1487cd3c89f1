"""The cheapest day of a mediator, given what each call is worth: the pricing step of column generation.

A *route* is one mediator's day: calls in the order in which they are served, each as early as it can be. Given the value of each
call (its dual price), the best route is an elementary shortest path with time windows. It is found by labels in the order
of their end: a label knows where the mediator is, when she is free, how long she has worked, whom she has served and
what it costs so far. One label makes another needless when it is at the same place, no later, no dearer, has worked no
longer, and has served nobody who could still be served and whom the other has not. Most calls have a fixed hour, so that
what was served is soon out of reach and few labels survive.

Compiled by numba; everything is flat arrays. `prepare` makes them from a `Problem`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interazioni.actions.mediation.planning.compiled import compiled
from interazioni.actions.mediation.planning.problem import DAY, Problem, Visit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LABELS = 60_000  # of one day of one mediator, at most: beyond it the best route found so far is no bound
LONGEST = 24  # calls in a route, at most


@dataclass(slots=True)
class Days:
    """Every day of every mediator on which something can be served, flat. Items of day `d` are `first[d]:first[d + 1]`."""

    worker: Ints
    day: Ints
    first: Ints
    item_call: Ints
    item_bit: Ints  # the call's number within the day
    item_early: Ints
    item_late: Ints
    item_minutes: Ints
    item_site: Ints  # -1: at a distance
    item_cost: Ints
    between: Ints
    from_home: Ints
    kmh: Ints
    item_remote: NDArray[np.bool_]
    settings: Ints  # buffer on site, buffer remote, day cap, cents per tenth of a kilometre

    @property
    def count(self) -> int:
        return len(self.worker)


def prepare(problem: Problem) -> Days:
    grouped: dict[tuple[int, int], list[tuple[int, int, int, bool, int]]] = defaultdict(list)
    for (call, worker), slots in problem.slots.items():
        for slot in slots:
            grouped[worker, slot.earliest // DAY].append((call, slot.earliest, slot.latest, slot.remote, slot.cost))
    rows: list[tuple[int, ...]] = []
    remote_items: list[bool] = []
    first = [0]
    keys = sorted(grouped)
    for key in keys:
        bits: dict[int, int] = {}
        for call, early, late, remote, cost in sorted(grouped[key], key=lambda one: (one[1], one[2], one[0])):
            asked = problem.calls[call]
            site = -1 if remote or asked.site is None else asked.site
            remote_items.append(remote)
            rows.append((call, bits.setdefault(call, len(bits)), early, late, asked.minutes, site, cost))
        first.append(len(rows))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 7)
    columns = [np.ascontiguousarray(table[:, column]) for column in range(7)]
    return Days(  # type: ignore[call-arg]  # seven columns
        np.array([key[0] for key in keys], dtype=np.int64), np.array([key[1] for key in keys], dtype=np.int64), np.array(first, dtype=np.int64),
        *columns,  # type: ignore[arg-type]
        np.array(problem.between, dtype=np.int64).reshape(len(problem.between), -1),
        np.array(problem.from_home, dtype=np.int64).reshape(len(problem.workers), -1),
        np.array([worker.kmh for worker in problem.workers], dtype=np.int64), np.array(remote_items, dtype=bool),
        np.array([problem.buffer_onsite, problem.buffer_remote, problem.day_cap, problem.cents_per_tenth_km], dtype=np.int64),
    )  # fmt: skip


@compiled
def price_days(
    wanted, worker, first, item_call, item_bit, item_early, item_late, item_minutes, item_site, item_cost,
    between, from_home, kmh, settings, value, threshold, most, out_day, out_length, out_items, out_starts, out_worth, best,
):  # fmt: skip
    """For each wanted day the routes whose worth (cost less values) is below `threshold[day]`, `most` at most, the best first.

    `value[item]`: the call's dual price less the minutes' and the pair's cost. Fills the `out_*` arrays, gives how many; `best[day]` is
    the least worth of any route (0: stay at home), or -inf where the labels did not suffice.
    """
    buffer_onsite, buffer_remote, day_cap, per_tenth = settings[0], settings[1], settings[2], settings[3]
    end = np.empty(LABELS, np.int64)
    site = np.empty(LABELS, np.int64)
    load = np.empty(LABELS, np.int64)
    cost = np.empty(LABELS, np.float64)
    seen0 = np.empty(LABELS, np.uint64)
    seen1 = np.empty(LABELS, np.uint64)
    item = np.empty(LABELS, np.int64)
    start = np.empty(LABELS, np.int64)
    parent = np.empty(LABELS, np.int64)
    alive = np.empty(LABELS, np.bool_)
    following = np.empty(LABELS, np.int64)
    neighbour = np.empty(LABELS, np.int64)  # the next label at the same place
    reach0 = np.empty(2 * 1440 + 1, np.uint64)
    reach1 = np.empty(2 * 1440 + 1, np.uint64)
    heads = np.full(from_home.shape[1] + 1, -1, np.int64)  # by place; the last is home
    bucket = np.full(2 * 1440 + 1, -1, np.int64)
    chosen = np.empty(most, np.int64)
    one = np.uint64(1)
    made = 0
    for d in wanted:
        a, b = first[d], first[d + 1]
        w = worker[d]
        # What is worth nothing is served by nobody: taking it out of a route never makes the route dearer (rounding aside).
        n = 0
        use = np.empty(b - a, np.int64)
        for i in range(a, b):
            if value[i] > -per_tenth:
                use[n] = i
                n += 1
        best[d] = 0.0
        if n == 0:
            continue
        origin = (item_early[a] // 1440) * 1440
        # Bits for the calls that are left; beyond 128 a call may come twice: still a bound, and such a route is not kept.
        bits = np.full(b - a, -1, np.int64)
        renamed = np.full(b - a, -1, np.int64)
        used = 0
        latest = np.zeros(128, np.int64)
        for k in range(n):
            i = use[k]
            bit = item_bit[i]
            if renamed[bit] < 0:
                renamed[bit] = used
                used += 1
            bits[k] = renamed[bit]
            if bits[k] < 128 and item_late[i] > latest[bits[k]]:
                latest[bits[k]] = item_late[i]
        # Whom one could still serve, by the minute of being free: only that matters in comparing two labels.
        bucket[:] = -1
        heads[:] = -1
        mask0, mask1 = np.uint64(0), np.uint64(0)
        counts = np.zeros(2 * 1440 + 2, np.int64)
        for c in range(min(used, 128)):
            place = latest[c] - buffer_remote - origin
            if place >= 0:
                counts[place + 1] += 1
        for t in range(2 * 1440 + 1):
            counts[t + 1] += counts[t]
        ordered = np.empty(128, np.int64)
        fill = counts.copy()
        for c in range(min(used, 128)):
            place = latest[c] - buffer_remote - origin
            if place >= 0:
                ordered[fill[place]] = c
                fill[place] += 1
        for t in range(2 * 1440, -1, -1):
            for x in range(counts[t], counts[t + 1]):
                c = ordered[x]
                if c < 64:
                    mask0 |= one << np.uint64(c)
                else:
                    mask1 |= one << np.uint64(c - 64)
            reach0[t], reach1[t] = mask0, mask1
        total = 0
        lowest, highest = 2 * 1440, 0
        overflow = False
        # From home: no working time on the way.
        for k in range(n):
            i = use[k]
            end[total] = item_early[i] + item_minutes[i]
            site[total] = item_site[i]
            load[total] = item_minutes[i]
            cost[total] = -value[i]
            if item_site[i] >= 0:
                cost[total] += per_tenth * from_home[w, item_site[i]]
            seen0[total] = one << np.uint64(bits[k]) if bits[k] < 64 else np.uint64(0)
            seen1[total] = one << np.uint64(bits[k] - 64) if 64 <= bits[k] < 128 else np.uint64(0)
            item[total] = k
            start[total] = item_early[i]
            parent[total] = -1
            alive[total] = item_minutes[i] <= day_cap
            if alive[total]:
                at = end[total] - origin
                following[total] = bucket[at]
                bucket[at] = total
                neighbour[total] = heads[site[total]]  # -1, home, is the last
                heads[site[total]] = total
                lowest = min(lowest, at)
                highest = max(highest, at)
                total += 1
        at = lowest
        while at <= highest and not overflow:
            label = bucket[at]
            while label >= 0 and not overflow:
                here, free = site[label], end[label]
                # A label made later may be better than this one, and no later.
                other = heads[here] if alive[label] else -1
                while other >= 0:
                    if (
                        other != label and alive[other] and end[other] <= free and cost[other] <= cost[label] and load[other] <= load[label]
                        and seen0[other] & reach0[free - origin] & ~seen0[label] == 0 and seen1[other] & reach1[free - origin] & ~seen1[label] == 0
                        and (cost[other] < cost[label] or other < label)
                    ):  # fmt: skip
                        alive[label] = False
                        break
                    other = neighbour[other]
                if alive[label]:
                    for k in range(n):
                        i = use[k]
                        if item_late[i] < free + buffer_remote:
                            continue
                        bit = bits[k]
                        if bit < 64:
                            if seen0[label] >> np.uint64(bit) & one:
                                continue
                        elif bit < 128 and seen1[label] >> np.uint64(bit - 64) & one:
                            continue
                        minutes = load[label] + item_minutes[i]
                        if minutes > day_cap:
                            continue
                        there = item_site[i]
                        price = cost[label] - value[i]
                        if there >= 0:
                            way = between[here, there] if here >= 0 else from_home[w, there]
                            begin = free + buffer_onsite - (-way * 6 // kmh[w])
                            price += per_tenth * way
                        else:
                            begin = free + buffer_remote
                            there = here
                        if begin < item_early[i]:
                            begin = item_early[i]
                        if begin > item_late[i]:
                            continue
                        finish = begin + item_minutes[i]
                        s0, s1 = seen0[label], seen1[label]
                        if bit < 64:
                            s0 = s0 | one << np.uint64(bit)
                        elif bit < 128:
                            s1 = s1 | one << np.uint64(bit - 64)
                        r0, r1 = reach0[finish - origin], reach1[finish - origin]
                        s0 &= r0
                        s1 &= r1
                        dominated = False
                        other = heads[there]
                        while other >= 0:
                            if (
                                alive[other] and end[other] <= finish and cost[other] <= price + 1e-9 and load[other] <= minutes
                                and seen0[other] & r0 & ~s0 == 0 and seen1[other] & r1 & ~s1 == 0
                            ):  # fmt: skip
                                dominated = True
                                break
                            other = neighbour[other]
                        if dominated:
                            continue
                        if total >= LABELS:
                            overflow = True
                            break
                        end[total], site[total], load[total], cost[total] = finish, there, minutes, price
                        seen0[total], seen1[total], item[total], start[total], parent[total] = s0, s1, k, begin, label
                        alive[total] = True
                        place = finish - origin
                        following[total] = bucket[place]
                        bucket[place] = total
                        neighbour[total] = heads[there]
                        heads[there] = total
                        highest = max(highest, place)
                        total += 1
                label = following[label]
            at += 1
        # The best routes, each with its way home.
        count = 0
        for label in range(total):
            if not alive[label]:
                continue
            worth = cost[label]
            if site[label] >= 0:
                worth += per_tenth * from_home[w, site[label]]
            cost[label] = worth
            if worth < best[d]:
                best[d] = worth
            if worth < threshold[d]:
                if count < most:
                    chosen[count] = label
                    count += 1
                else:
                    worst = 0
                    for c in range(1, most):
                        if cost[chosen[c]] > cost[chosen[worst]]:
                            worst = c
                    if worth < cost[chosen[worst]]:
                        chosen[worst] = label
        if overflow:
            best[d] = -np.inf
        for c in range(count):
            if made >= len(out_day):
                break
            label = chosen[c]
            length = 0
            walk = label
            while walk >= 0:
                length += 1
                walk = parent[walk]
            if length > LONGEST:
                continue
            walk = label
            place = length
            while walk >= 0:
                place -= 1
                out_items[made, place] = use[item[walk]]
                out_starts[made, place] = start[walk]
                walk = parent[walk]
            twice = False
            for x in range(length):
                for y in range(x):
                    if item_call[out_items[made, x]] == item_call[out_items[made, y]]:
                        twice = True
            if twice:
                continue
            out_day[made], out_length[made], out_worth[made] = d, length, cost[label]
            made += 1
    return made


@dataclass(slots=True)
class Routes:
    """Routes found: `day[r]`, items and starts of the first `length[r]` columns, and the worth with which they were found."""

    day: Ints
    length: Ints
    items: Ints
    starts: Ints
    worth: Floats

    def __len__(self) -> int:
        return len(self.day)


def best_routes(
    days: Days, value: Floats, threshold: Floats, most: int, wanted: Ints | None = None, room: int = 60_000
) -> tuple[Routes, Floats]:  # fmt: skip
    """The routes below the threshold of their day, and the least worth of each day (see `price_days`)."""
    which = np.arange(days.count) if wanted is None else wanted
    room = min(room, max(1, len(which) * most))
    out_day, out_length = np.empty(room, np.int64), np.empty(room, np.int64)
    items, starts = np.empty((room, LONGEST), np.int64), np.empty((room, LONGEST), np.int64)
    worth, best = np.empty(room), np.zeros(days.count)
    made: Any = price_days(
        which, days.worker, days.first, days.item_call, days.item_bit, days.item_early, days.item_late, days.item_minutes, days.item_site,
        days.item_cost, days.between, days.from_home, days.kmh, days.settings, value, threshold, most, out_day, out_length, items, starts,
        worth, best,
    )  # fmt: skip
    return Routes(out_day[:made], out_length[:made], items[:made], starts[:made], worth[:made]), best


def as_routes(days: Days, problem: Problem, visits: Mapping[int, Visit]) -> Routes:
    """A plan's days as routes: each visit by the item that it lies in."""
    place = {
        (int(worker), int(day)): number for number, (worker, day) in enumerate(zip(days.worker, days.day, strict=True))
    }
    grouped: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for call, visit in visits.items():
        number = place[visit.worker, visit.start // DAY]
        fits = [
            item
            for item in range(int(days.first[number]), int(days.first[number + 1]))
            if days.item_call[item] == call and days.item_early[item] <= visit.start <= days.item_late[item]
            and bool(days.item_remote[item]) == visit.remote
        ]  # fmt: skip
        grouped[number].append((visit.start, min(fits, key=lambda item: int(days.item_cost[item]))))
    kept = sorted(grouped.items())
    items, starts = np.zeros((len(kept), LONGEST), np.int64), np.zeros((len(kept), LONGEST), np.int64)
    for r, (_day, served) in enumerate(kept):
        for k, (start, item) in enumerate(sorted(served)):
            items[r, k], starts[r, k] = item, start
    return Routes(
        np.array([day for day, _served in kept], dtype=np.int64), np.array([len(served) for _day, served in kept], dtype=np.int64), items, starts,
        np.zeros(len(kept)),
    )  # fmt: skip
