"""When an event takes place: a rule (RFC 5545) laid over days. Pure.

Days, not moments: the hour stays over the change to summer time. Each period of the rule is looked at once and none beyond the last day, so that a rule under
which no day falls (30 February) ends too; dateutil's would look for it until the year 9999.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interazioni.foundation.core.clock import ROME

MOST_YEARS = 3
MOST = 1200  # occurrences: every day of three years
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Rule:
    """`weekdays`: (which one of the month or year, or 0 for each; 0 Monday to 6)."""

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


@lru_cache(maxsize=2000)
def parsed(rule: str) -> Rule:
    """Raises ValueError for what is no rule by days."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
    if not set(parts) <= set(PARTS) or parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(rule)
    return Rule(
        parts["FREQ"],
        _numbers(parts.get("INTERVAL", "1"), 1, 10_000, 1)[0],
        tuple(_weekday(one) for one in parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
        _numbers(parts["BYMONTHDAY"], -31, 31) if "BYMONTHDAY" in parts else (),
        _numbers(parts["BYMONTH"], 1, 12) if "BYMONTH" in parts else (),
        _numbers(parts["BYSETPOS"], -366, 366) if "BYSETPOS" in parts else (),
        DAYS.index(parts.get("WKST", "MO")),
    )


def _numbers(text: str, least: int, most: int, count: int = 400) -> tuple[int, ...]:
    found = tuple(int(one) for one in text.split(","))
    if len(found) > count or not all(least <= one <= most and one for one in found):
        raise ValueError(text)
    return found


def _weekday(text: str) -> tuple[int, int]:
    which = int(text[:-2] or 0)
    if not -53 <= which <= 53:
        raise ValueError(text)
    return which, DAYS.index(text[-2:])


def checked(rule: str) -> str:
    """The rule in one spelling. Raises ValidationError for anything by the hour or the minute, and for what carries an end of its own."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    said = ";".join(f"{name}={parts[name]}" for name in sorted(parts, key=lambda one: (*PARTS, one).index(one)))
    try:
        parsed(said)
    except ValueError as fault:
        raise ValidationError(
            _("“%(rule)s” is no way to repeat an event that can be used here.") % {"rule": rule[:80]}
        ) from fault
    return said


def days(rule: str, first: date, last: date, *, since: date | None = None) -> Iterator[date]:
    """The days of a rule that begins on `first`, up to and with `last`, in order; only those from `since` on. `first` itself only if the rule names it."""
    laid = _whole(parsed(rule), first)
    first, begun = max(first, since or first), first
    for period in _periods(laid, begun, first, last):
        chosen = [day for day in period if _falls(laid, day)]
        for day in _positioned(laid, chosen):
            if day > last:
                return
            if day >= first:
                yield day


def _whole(rule: Rule, first: date) -> Rule:
    """What the rule leaves out, the first day says."""
    if rule.weekdays or rule.month_days:
        return rule
    match rule.frequency:
        case "WEEKLY":
            return replace(rule, weekdays=((0, first.weekday()),))
        case "MONTHLY":
            return replace(rule, month_days=(first.day,))
        case "YEARLY":
            return replace(rule, month_days=(first.day,), months=rule.months or (first.month,))
    return rule


def _periods(rule: Rule, begun: date, first: date, last: date) -> Iterator[list[date]]:
    """Day by day, week by week …, every `interval`-th since `begun`, from the one that `first` falls in: each with all its days."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        span = 7 if rule.frequency == "WEEKLY" else 1
        start = begun - timedelta(days=(begun.weekday() - rule.week_start) % 7 if span == 7 else 0)
        step = span * rule.interval
        for at in range((first - start).days // step * step, (last - start).days + 1, step):
            yield [start + timedelta(days=at + n) for n in range(span)]
        return
    size = 1 if rule.frequency == "MONTHLY" else 12
    start_month, step = _months(begun) // size * size, size * rule.interval
    for month in range(start_month + (_months(first) - start_month) // step * step, _months(last) + 1, step):
        yield [
            date(at // 12, at % 12 + 1, day)
            for at in range(month, month + size)
            for day in range(1, monthrange(at // 12, at % 12 + 1)[1] + 1)
        ]


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _falls(rule: Rule, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and day.day not in rule.month_days and day.day - length - 1 not in rule.month_days:
        return False
    return not rule.weekdays or any(_is(rule, day, length, *one) for one in rule.weekdays)


def _is(rule: Rule, day: date, length: int, which: int, weekday: int) -> bool:
    """Whether it is the which-th such weekday: of the month, or of the year for a yearly rule that names no month."""
    if day.weekday() != weekday:
        return False
    if which == 0 or rule.frequency in ("DAILY", "WEEKLY"):
        return True
    if rule.frequency == "YEARLY" and not rule.months:
        at, size = (day - date(day.year, 1, 1)).days, (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
    else:
        at, size = day.day - 1, length
    return which == (at // 7 + 1 if which > 0 else -((size - 1 - at) // 7 + 1))


def _positioned(rule: Rule, chosen: list[date]) -> list[date]:
    if not rule.positions:
        return chosen
    places = {n - 1 if n > 0 else len(chosen) + n for n in rule.positions}
    return [day for n, day in enumerate(chosen) if n in places]


def occurrences(
    starts_at: datetime,
    ends_at: datetime,
    rule: str,
    until: date | None,
    except_days: Iterable[str],
    *,
    first: datetime,
    limit: int = 60,
) -> list[tuple[datetime, datetime]]:
    """(begins, ends) of what ends after `first`, at most `limit`. A weekly meeting stays at its hour over the change to summer time."""
    if not rule or until is None:
        return [(starts_at, ends_at)] if ends_at > first else []
    begins, ends = starts_at.astimezone(ROME), ends_at.astimezone(ROME)
    length = (
        ends - begins
    )  # by the clock on the wall: a night over the change to summer time is no hour shorter the week after
    left_out = set(except_days)
    found: list[tuple[datetime, datetime]] = []
    for day in days(rule, begins.date(), until):
        if len(found) >= min(limit, MOST):
            break
        local = datetime.combine(day, begins.time(), ROME)
        if day.isoformat() not in left_out and local + length > first:
            found.append((local, local + length))
    return found


def in_words(rule: str) -> str:
    """For people: "Every 2 weeks: Monday, Thursday". A rule that is none is given back as it is."""
    try:
        laid = parsed(rule)
    except ValueError:
        return rule
    n = laid.interval
    match laid.frequency:
        case "DAILY":
            said = ngettext("Every day", "Every %(n)s days", n) % {"n": n}
        case "WEEKLY":
            said = ngettext("Every week", "Every %(n)s weeks", n) % {"n": n}
        case "MONTHLY":
            said = ngettext("Every month", "Every %(n)s months", n) % {"n": n}
        case _:
            said = ngettext("Every year", "Every %(n)s years", n) % {"n": n}
    which = laid.positions if laid.positions and len(laid.weekdays) == 1 else ()
    details = [_numbered(which[0] if which else one, str(WEEKDAYS[weekday])) for one, weekday in laid.weekdays]
    details += [_("the last day") if day == -1 else str(day) for day in laid.month_days]
    details += [str(MONTHS[month]) for month in laid.months]
    return f"{said}: {', '.join(details)}" if details else said


def _numbered(which: int, weekday: str) -> str:
    if which == 0:
        return weekday
    if which == -1:
        return _("the last %(weekday)s") % {"weekday": weekday}
    return _("%(weekday)s number %(n)s") % {"weekday": weekday, "n": which}
