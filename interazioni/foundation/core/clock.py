"""The moment and the day, for everything the field records.

The demo region lives in February 2020: its clock is the machine's, shifted. Security tokens (sessions, reset links)
use the machine's own time and never this module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

ROME = ZoneInfo("Europe/Rome")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_moment", default=None)


def now() -> datetime:
    """The moment, in UTC."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def machine_now() -> datetime:
    """The machine's own moment: for what expires (invitations), which does not live in the demo's 2020."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Italy, where the plan is done."""
    return now().astimezone(ROME).date()


def in_rome(moment: datetime) -> datetime:
    return moment.astimezone(ROME)


def end_of(day: date) -> datetime:
    """The last moment of a day in Italy."""
    return datetime.combine(day, time.max, ROME)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment` (aware): how the demo's two years and the tests' stories are told."""
    if moment.tzinfo is None:
        raise ValueError("the clock wants an aware moment")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
