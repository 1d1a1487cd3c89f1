"""All the routes that can be in a good plan, not only the best ones.

In a plan whose cost is a gap above the bound, the reduced costs of its routes sum to no more than that gap. So the routes below a
threshold of reduced cost are worth knowing, all of them: pricing keeps the best of equals, and the integer program needs the others
too. Labels are extended without comparing them; one is dropped when even the best it could still earn, by serving what
is left as if nobody had to travel, keeps it above the threshold.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from interazioni.actions.mediation.planning.compiled import compiled
from interazioni.actions.mediation.planning.routes import LONGEST, Days, Floats, Ints, Routes

LABELS = 40_000


@compiled
def all_routes(
    wanted, worker, first, item_call, item_early, item_late, item_minutes, item_site,
    between, from_home, kmh, settings, value, threshold, most, out_day, out_length, out_items, out_starts, out_worth, complete,
):  # fmt: skip
    """Fills `out_*` with the routes of each wanted day whose worth is below `threshold[day]`, the `most` best; `complete[day]` says
    whether none was lost."""
    buffer_onsite, buffer_remote, day_cap, per_tenth = settings[0], settings[1], settings[2], settings[3]
    end = np.empty(LABELS, np.int64)
    site = np.empty(LABELS, np.int64)
    load = np.empty(LABELS, np.int64)
    cost = np.empty(LABELS, np.float64)
    item = np.empty(LABELS, np.int64)
    start = np.empty(LABELS, np.int64)
    parent = np.empty(LABELS, np.int64)
    worth = np.empty(LABELS, np.float64)
    rest = np.zeros(2 * 1440 + 2, np.float64)
    kept = np.empty(LABELS, np.int64)
    made = 0
    for d in wanted:
        a, b = first[d], first[d + 1]
        w = worker[d]
        complete[d] = True
        limit = threshold[d]
        if limit <= 0 and b == a:
            continue
        origin = (item_early[a] // 1440) * 1440
        # What could still be earned from a minute on, without travel: weighted intervals, from the day's end backwards.
        horizon = 0
        for i in range(a, b):
            horizon = max(horizon, item_late[i] + item_minutes[i] - origin)
        rest[horizon + 1] = 0.0
        for t in range(horizon, -1, -1):
            rest[t] = rest[t + 1]
            for i in range(a, b):
                if item_late[i] - origin >= t and item_early[i] - origin <= t:
                    after = min(t + item_minutes[i] + buffer_remote, horizon + 1)
                    got = -value[i] + rest[after]
                    if got < rest[t]:
                        rest[t] = got
        total = 0
        count = 0
        label = -1
        lost = False
        while True:
            # The labels in the order in which they were made, each extended in every way; -1 is home.
            if label >= 0:
                here, free, minutes_so_far, so_far = site[label], end[label], load[label], cost[label]
            else:
                here, free, minutes_so_far, so_far = -1, -1, 0, 0.0
            for i in range(a, b):
                if label >= 0 and item_late[i] < free + buffer_remote:
                    continue
                minutes = minutes_so_far + item_minutes[i]
                if minutes > day_cap:
                    continue
                there = item_site[i]
                price = so_far - value[i]
                begin = item_early[i]
                if there >= 0:
                    way = between[here, there] if here >= 0 else from_home[w, there]
                    price += per_tenth * way
                    if label >= 0:
                        begin = max(begin, free + buffer_onsite - (-way * 6 // kmh[w]))
                else:
                    there = here
                    if label >= 0:
                        begin = max(begin, free + buffer_remote)
                if begin > item_late[i]:
                    continue
                finish = begin + item_minutes[i]
                if price + rest[min(finish + buffer_remote - origin, horizon + 1)] >= limit:
                    continue
                walk = label
                again = False
                while walk >= 0:
                    if item_call[item[walk]] == item_call[i]:
                        again = True
                        break
                    walk = parent[walk]
                if again:
                    continue
                if total >= LABELS:
                    lost = True
                    break
                end[total], site[total], load[total], cost[total] = finish, there, minutes, price
                item[total], start[total], parent[total] = i, begin, label
                final = price + (per_tenth * from_home[w, there] if there >= 0 else 0)
                worth[total] = final
                if final < limit:
                    kept[count] = total
                    count += 1
                total += 1
            if lost:
                break
            label += 1
            if label >= total:
                break
        if lost:
            complete[d] = False
        if count > most:
            complete[d] = False
            order = np.argsort(worth[kept[:count]])
            best = np.empty(most, np.int64)
            for k in range(most):
                best[k] = kept[order[k]]
            for k in range(most):
                kept[k] = best[k]
            count = most
        for k in range(count):
            if made >= len(out_day):
                complete[d] = False
                break
            one = kept[k]
            length = 0
            walk = one
            while walk >= 0:
                length += 1
                walk = parent[walk]
            if length > LONGEST:
                continue
            walk = one
            place = length
            while walk >= 0:
                place -= 1
                out_items[made, place] = item[walk]
                out_starts[made, place] = start[walk]
                walk = parent[walk]
            out_day[made], out_length[made], out_worth[made] = d, length, worth[one]
            made += 1
    return made


def routes_below(
    days: Days, value: Floats, threshold: Floats, most: int, wanted: Ints | None = None, room: int = 80_000
) -> tuple[Routes, Any]:
    """Every route below its day's threshold, `most` of a day at most, and for each day whether they are all."""
    which = np.arange(days.count) if wanted is None else wanted
    out_day, out_length = np.empty(room, np.int64), np.empty(room, np.int64)
    items, starts = np.empty((room, LONGEST), np.int64), np.empty((room, LONGEST), np.int64)
    worth, complete = np.empty(room), np.zeros(days.count, np.bool_)
    made: Any = all_routes(
        which, days.worker, days.first, days.item_call, days.item_early, days.item_late, days.item_minutes, days.item_site,
        days.between, days.from_home, days.kmh, days.settings, value, threshold, most, out_day, out_length, items, starts, worth, complete,
    )  # fmt: skip
    return Routes(out_day[:made], out_length[:made], items[:made], starts[:made], worth[:made]), complete
