"""When an event takes place: a rule laid over days. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.core.clock import ROME

MOST_YEARS = 3
MOST = 1200  # occurrences: every day of three years
ALLOWED = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST", "BYSETPOS"})


def checked(rule: str) -> str:
    """The rule in one spelling. Raises ValidationError for anything by the hour or the minute, and for what carries an end of its own."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    fault = ValidationError(_("“%(rule)s” is no way to repeat an event that can be used here.") % {"rule": rule[:80]})
    if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not set(parts) <= ALLOWED:
        raise fault
    try:
        rrulestr(text, dtstart=datetime.combine(date(2001, 1, 1), time()))
    except (ValueError, TypeError) as wrong:
        raise fault from wrong
    return ";".join(f"{name}={value}" for name, value in parts.items())


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
    length = ends_at - starts_at
    begins = starts_at.astimezone(ROME).replace(tzinfo=None)
    if not rule or until is None:
        return [(starts_at, ends_at)] if ends_at > first else []
    left_out = set(except_days)
    found: list[tuple[datetime, datetime]] = []
    last = datetime.combine(until, datetime.max.time())
    from_there = max(begins, first.astimezone(ROME).replace(tzinfo=None) - length - timedelta(hours=2))
    for moment in rrulestr(rule, dtstart=begins, ignoretz=True).xafter(from_there, inc=True):
        if moment > last or len(found) >= min(limit, MOST):
            break
        local = moment.replace(tzinfo=ROME)
        if moment.date().isoformat() not in left_out and local + length > first:
            found.append((local, local + length))
    return found
