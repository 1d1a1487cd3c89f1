"""Where a figure should stand today, and how that is said. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.ui.formats import local_percent

# Up to this far behind, a figure is still said to be on pace; twice as far again and it is late.
TOLERANCE = 0.05
LATE = 0.20


def expected_share(pace: Sequence[tuple[str, float]], starts: date, ends: date, day: date) -> float:
    """The part of a target (0 to 1) that should be reached by the end of `day`.

    `pace` is cumulative at ends of months (`[["2018-12", 0.1], …]`), straight between them; empty: straight from the
    plan's first day to its last.
    """
    points = [(starts - timedelta(days=1), 0.0), *sorted((last_day(month), float(share)) for month, share in pace)]
    if len(points) == 1 or points[-1][0] < ends:
        points.append((ends, 1.0))
    before = points[0]
    if day <= before[0]:
        return 0.0
    for point in points[1:]:
        if day <= point[0]:
            length = (point[0] - before[0]).days
            return before[1] + (point[1] - before[1]) * ((day - before[0]).days / length if length else 1.0)
        before = point
    return 1.0


def last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a value stands to its pace: `words` for the reader, `tone` for the icon; `late` is what a tile lists."""

    words: Promise | str
    tone: str
    late: bool = False


def standing(value: Decimal, target: Decimal | None, expected: float) -> Standing | None:
    """None where there is no target, or nothing is expected yet."""
    if target is None:
        return None
    if value >= target:
        return Standing(_("target reached"), "success")
    due = float(target) * expected
    if due <= 0:
        return None
    gap = float(value) / due - 1
    if gap < -TOLERANCE:
        words = _("%(gap)s behind the expected pace") % {"gap": local_percent(-gap)}
        return Standing(words, "danger" if gap < -LATE else "warning", late=True)
    if gap > TOLERANCE:
        return Standing(_("%(gap)s ahead of the expected pace") % {"gap": local_percent(gap)}, "success")
    return Standing(_("at the expected pace"), "success")
