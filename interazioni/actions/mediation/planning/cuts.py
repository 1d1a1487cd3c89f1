"""What the linear program does not see of the payers' hours: a call is left whole or not at all.

If a payer asked for `short` minutes more than are paid, calls of at least so many minutes are left. The linear program leaves the
cheapest fractions; whole calls cost more, some cents in a thousand of a week. So inequalities are added that every whole choice
keeps and the fractions break: mixed integer rounding of the payer's row, divided by each of some lengths, also with the calls that are
mostly left counted from the other side. They lie on the calls that are left, not on routes: the pricing of routes stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from interazioni.actions.mediation.planning.routes import Floats

LENGTHS = [
    20,
    30,
    40,
    45,
    50,
    60,
    70,
    75,
    80,
    90,
    100,
    105,
    110,
    120,
    130,
    135,
    140,
    150,
    160,
    165,
    180,
    200,
    210,
    225,
    240,
    270,
    300,
    360,
]
VIOLATED = 0.02


def rounded(minutes: Floats, short: float, length: float, turned: Any) -> tuple[Floats, float] | None:
    """`sum(factors * left) >= least` for every whole choice with `sum(minutes * left) >= short`; None where rounding gains nothing.

    `turned`: calls counted as served instead of left (`served = 1 - left`).
    """
    sign = np.where(turned, -1.0, 1.0)
    short = (short - float(minutes[turned].sum())) / length
    share = short - np.floor(short)
    if share < 1e-6 or share > 1 - 1e-6:
        return None
    whole = np.floor(sign * minutes / length + 1e-9)
    part = np.maximum(sign * minutes / length - whole, 0.0)
    factor = whole + np.minimum(1.0, part / share)
    return factor * sign, float(np.ceil(short)) - float(factor[turned].sum())


def broken(minutes: Floats, short: float, left: Floats) -> Iterator[tuple[Floats, float]]:
    """The two inequalities that `left` (fractions of calls) breaks most."""
    found = []
    for turned in (np.zeros(len(left), bool), left > 0.5, left > 0.999):
        for length in [*LENGTHS, short] if not turned.any() else LENGTHS:
            one = rounded(minutes, short, length, turned)
            if one is None:
                continue
            factors, least = one
            depth = (least - float(factors @ left)) / max(1e-9, float(np.linalg.norm(factors)))
            if least - float(factors @ left) > VIOLATED * max(1.0, abs(least)) * 0.05 and depth > 1e-3:
                found.append((depth, factors, least))
    found.sort(key=lambda one: -one[0])
    taken: list[Floats] = []
    for _depth, factors, least in found:
        if len(taken) < 2 and all(not np.allclose(factors, other) for other in taken):
            taken.append(factors)
            yield factors, least
