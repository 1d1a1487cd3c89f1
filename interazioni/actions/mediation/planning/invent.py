"""Invented weeks, small or large, for tests and benches where the benchmark's own are not at hand. Seeded: the same each time.

The same shape as the benchmark's problems; all figures are assumptions.
"""

from __future__ import annotations

import random

from interazioni.actions.mediation.planning.problem import DAY, Call, Problem, Slot, Worker
from interazioni.foundation.vocabularies.distances import road_tenths

OVERLOAD = ((0.25, 0), (0.5, 4), (0.75, 10), (1.0, 20))
LANGUAGES = 38


def week(
    calls: int, workers: int, sites: int, seed: int, *, movable: float = 0.4, days: int = 5, promised: int = 0
) -> Problem:
    """`movable`: the share of calls that may begin in a span or on several days; `promised`: how many are fixed to a worker."""
    rnd = random.Random(f"{seed}/{calls}/{workers}/{sites}")  # noqa: S311
    points = [(44.9 + rnd.gauss(0.15, 0.3), 7.7 + rnd.gauss(0.2, 0.4)) for _ in range(sites)]
    homes = [(44.9 + rnd.gauss(0.15, 0.3), 7.7 + rnd.gauss(0.2, 0.4)) for _ in range(workers)]
    spoken = [{rnd.randrange(LANGUAGES), rnd.randrange(LANGUAGES), one % LANGUAGES} for one in range(workers)]
    from_home = [[road_tenths(home, point, 1.3) for point in points] for home in homes]
    asked: list[Call] = []
    slots: dict[tuple[int, int], list[Slot]] = {}
    spans = [
        [(DAY * day + begins, DAY * day + begins + length) for day in range(days) if rnd.random() < 0.85]
        for begins, length in ((rnd.choice((480, 510, 540, 780)), rnd.choice((300, 360, 600))) for _ in range(workers))
    ]
    for number in range(calls):
        minutes, language, site = rnd.choice((30, 45, 60, 60, 90, 120)), rnd.randrange(LANGUAGES), rnd.randrange(sites)
        moment = DAY * rnd.randrange(days) + 480 + 15 * rnd.randrange(36)
        options = [(moment, moment)]
        if rnd.random() < movable:
            options = [(moment, moment + rnd.choice((60, 120)))] if rnd.random() < 0.6 else options + [
                (other, other) for other in [DAY * rnd.randrange(days) + 480 + 15 * rnd.randrange(36)]
            ]  # fmt: skip
        fixed = number < promised
        asked.append(
            Call(str(number), minutes, site, 20_000 * (10 if fixed else rnd.choice((1, 1, 1, 2, 4))), number % 7, fixed)
        )
        for who in range(workers):
            if language not in spoken[who] or from_home[who][site] > 900 or (fixed and who != number % workers):
                continue
            ways = [(False, rnd.choice((0, 800, 2500)))] + ([(True, 5_000)] if number % 3 == 0 else [])
            found = [
                Slot(max(opens, begins), min(closes, ends - minutes), remote, price)
                for opens, closes in options
                for begins, ends in spans[who]
                if max(opens, begins) <= min(closes, ends - minutes)
                for remote, price in ways
            ]
            if found:
                slots[number, who] = found
    for number in range(promised):  # what is promised can be kept: alone on its day
        if not any(call == number for call, _who in slots):
            asked[number] = Call(
                str(number), asked[number].minutes, asked[number].site, 20_000, asked[number].payer, fixed=False
            )
    return Problem(
        calls=asked, workers=[Worker(str(one), rnd.choice((30, 50)), rnd.choice((720, 1200, 1800)), one % 5) for one in range(workers)], slots=slots,
        between=[[road_tenths(here, there, 1.3) for there in points] for here in points], from_home=from_home, cents_per_tenth_km=4,
        overload=OVERLOAD, day_cap=480, buffer_onsite=10, buffer_remote=5,
        payer_budget=dict.fromkeys(range(7), 60 * calls // 5), employer_budget=dict.fromkeys(range(5), 60 * calls // 4),
    )  # fmt: skip
