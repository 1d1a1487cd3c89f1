"""When a service is open: rules laid over days, without holidays and closures. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.core.clock import ROME

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AHEAD_DAYS = 42  # how far the search knows "open now"
NEVER_DAYS = 182  # hours without an opening in half a year are a mistake, or over
LAST = date(9980, 1, 1)
FIRST = date(2001, 1, 1)  # a Monday: rules that name no beginning begin there
ALLOWED = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "UNTIL", "WKST", "BYSETPOS"})


@dataclass(frozen=True, slots=True)
class Hours:
    """A rule without COUNT: it begins no later than `valid_from`, or has always been."""

    rule: str
    opens_at: time
    closes_at: time
    valid_from: date | None = None
    valid_to: date | None = None


def checked(rule: str) -> str:
    """The rule in one spelling. Raises ValidationError for what is no weekly or monthly rule: nothing by the minute, nothing that never ends to unroll."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not set(parts) <= ALLOWED:
        raise ValidationError(_("“%(rule)s” is no rule of opening hours that can be used here.") % {"rule": rule[:80]})
    try:
        rrulestr(text, dtstart=datetime.combine(FIRST, time()))
        forever = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
        # Python's calendar ends soon after: a rule that has no day there has none at all, and would be looked for through 8,000 years.
        if next(iter(rrulestr(forever, dtstart=datetime.combine(LAST, time()))), None) is None:
            raise ValueError("never")
    except (ValueError, TypeError) as fault:
        raise ValidationError(
            _("“%(rule)s” is no rule of opening hours that can be used here.") % {"rule": rule[:80]}
        ) from fault
    return ";".join(f"{name}={value}" for name, value in parts.items())


def weekdays(rule: str) -> tuple[int, ...] | None:
    """Monday 0 … of a plain weekly rule; None for any other."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if set(parts) != {"FREQ", "BYDAY"} or parts["FREQ"] != "WEEKLY":
        return None
    days = parts["BYDAY"].split(",")
    return tuple(sorted(WEEKDAYS.index(day) for day in days)) if all(day in WEEKDAYS for day in days) else None


@lru_cache(maxsize=256)
def _festivities(year: int, province: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("IT", subdiv=province or None, years=year))


def closed(day: date, closures: Iterable[Sequence[str]]) -> bool:
    """`["08-01", "08-31"]` each year (also over New Year), `["2020-03-02", "2020-03-06"]` once; both ends included."""
    yearly, once = day.strftime("%m-%d"), day.isoformat()
    for first, last in closures:
        if len(first) == 5:
            if first <= yearly <= last or (first > last and (yearly >= first or yearly <= last)):
                return True
        elif first <= once <= last:
            return True
    return False


def days_of(hours: Hours, first: date, last: date) -> list[date]:
    begins = max(first, hours.valid_from or first)
    ends = min(last, hours.valid_to or last)
    if begins > ends:
        return []
    plain = weekdays(hours.rule)
    if plain is not None:  # nearly all: counted, not unrolled from the year 2001
        return [day for n in range((ends - begins).days + 1) if (day := begins + timedelta(days=n)).weekday() in plain]
    origin = FIRST if hours.valid_from is None else hours.valid_from
    rule = rrulestr(hours.rule, dtstart=datetime.combine(origin, time()), ignoretz=True)
    found = rule.between(datetime.combine(begins, time()), datetime.combine(ends, time.max), inc=True)
    return [moment.date() for moment in found]


def intervals(
    hours: Iterable[Hours],
    closures: Sequence[Sequence[str]],
    first: date,
    last: date,
    *,
    province: str = "",
    on_holidays: bool = False,
) -> list[tuple[datetime, datetime]]:
    """Moments (aware, Italian time) at which it opens and closes, in order, joined where they touch."""
    found = []
    for one in hours:
        for day in days_of(one, first, last):
            if closed(day, closures) or (not on_holidays and day in _festivities(day.year, province)):
                continue
            found.append(
                (datetime.combine(day, one.opens_at, tzinfo=ROME), datetime.combine(day, one.closes_at, tzinfo=ROME))
            )
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(found):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        else:
            joined.append((begins, ends))
    return joined


def opens_ahead(
    hours: Sequence[Hours],
    closures: Sequence[Sequence[str]],
    first: date,
    *,
    province: str = "",
    on_holidays: bool = False,
) -> bool:
    """Whether it opens once in half a year. Asked fortnight by fortnight: most open tomorrow."""
    return any(
        intervals(
            hours, closures, first + timedelta(days=n), first + timedelta(days=min(n + 13, NEVER_DAYS)), province=province, on_holidays=on_holidays,
        )
        for n in range(0, NEVER_DAYS + 1, 14)
    )  # fmt: skip


def next_opening(spans: Sequence[tuple[datetime, datetime]], moment: datetime) -> tuple[bool, datetime | None]:
    """(open now, when that changes)."""
    for begins, ends in spans:
        if begins <= moment < ends:
            return True, ends
        if begins > moment:
            return False, begins
    return False, None
