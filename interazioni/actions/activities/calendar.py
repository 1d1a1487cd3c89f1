"""When an edition meets: a weekly pattern laid over the year, without holidays and the body's closures. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.clock import ROME

MOST = 400  # sessions of one pattern: more than two school years of daily meetings


@dataclass(frozen=True, slots=True)
class Pattern:
    """Meetings on weekdays (Monday 0) at a local time, every `interval` weeks, until a day or for a number of meetings.

    With `weekdays` empty, `days` are the days themselves.
    """

    starts: date
    at: time
    minutes: int
    weekdays: tuple[int, ...] = ()
    interval: int = 1
    until: date | None = None
    count: int | None = None
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A day of the pattern on which nothing is planned, and why."""

    day: date
    why: Promise | str


@dataclass(frozen=True, slots=True)
class Laid:
    """Moments in UTC at which the sessions start, and what was left out."""

    starts: tuple[datetime, ...]
    left_out: tuple[LeftOut, ...]


@lru_cache(maxsize=64)
def _festivities(year: int, province: str, language: str) -> dict[date, str]:
    """National holidays, and the patron's where the province's capital is known to the library."""
    return dict(holidays.country_holidays("IT", subdiv=province or None, years=year, language=language).items())


def closure_on(day: date, closures: Iterable[Sequence[str]]) -> bool:
    """Whether a day falls into one of `[["2019-12-23", "2020-01-06"], …]`, both ends included."""
    text = day.isoformat()
    return any(first <= text <= last for first, last in closures)


def lay(pattern: Pattern, closures: Iterable[Sequence[str]] = (), province: str = "") -> Laid:
    """Lays the pattern over the calendar. What is left out does not count towards `count`.

    A meeting keeps its local time across the change of hour. Needs `until` or `count` where weekdays recur.
    """
    closures = list(closures)
    language = "it_IT" if (get_language() or "it").startswith("it") else "en_US"
    starts: list[datetime] = []
    left_out: list[LeftOut] = []
    for day in _days(pattern):
        if len(starts) >= min(pattern.count or MOST, MOST):
            break
        festivity = _festivities(day.year, province, language).get(day)
        if festivity is not None:
            left_out.append(LeftOut(day, festivity))
        elif closure_on(day, closures):
            left_out.append(LeftOut(day, _("the body is closed")))
        else:
            starts.append(datetime.combine(day, pattern.at, tzinfo=ROME).astimezone(UTC))
    return Laid(tuple(starts), tuple(left_out))


def _days(pattern: Pattern) -> Iterable[date]:
    if not pattern.weekdays:
        yield from sorted(set(pattern.days))
        return
    if pattern.until is None and pattern.count is None:
        raise ValueError("a recurring pattern ends on a day or after a number of meetings")
    monday = pattern.starts - timedelta(days=pattern.starts.weekday())
    # Five years are far beyond any plan: a pattern that meets only closed days must end as well.
    for week in range(0, 260, max(pattern.interval, 1)):
        for weekday in sorted(set(pattern.weekdays)):
            day = monday + timedelta(weeks=week, days=weekday)
            if pattern.until is not None and day > pattern.until:
                return
            if day >= pattern.starts:
                yield day
