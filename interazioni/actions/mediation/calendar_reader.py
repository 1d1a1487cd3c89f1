"""Reads a calendar that somebody handed in, as a process of its own: a rule that never ends ends with it, and nothing else does.

`python calendar_reader.py FROM UNTIL OUR_HOST SECONDS` (ISO moments; seconds of the processor) takes the file on standard input and says, as JSON on standard output,
`{"busy": [[key, from, until], …]}` or `{"fault": …}` with one of the faults below. Of ours it imports what undoes folds and guesses letters, and nothing of Django, so that it starts quickly.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from interazioni.foundation.core.ical.text import decoded

ROME = ZoneInfo("Europe/Rome")
MEMORY = 1_000_000_000
MOST_EVENTS, MOST_TIMES = 5_000, 2_000
EARLIEST = 1970

UNREADABLE, ENDLESS = "unreadable", "endless"
TOO_OFTEN, TOO_OLD, MANY_EVENTS, MANY_TIMES = "too_often", "too_old", "many_events", "many_times"
Busy = tuple[str, datetime, datetime]


class Fault(Exception):
    """One of the words above."""


def busy_times(content: bytes, start: datetime, end: datetime, our_host: str) -> list[Busy]:
    """(key, from, until) in UTC, by `from`. The key tells one event of the file from another and says nothing about it."""
    calendars = Calendar.from_ical(decoded(content), multiple=True)  # titles are not kept: a wrong accent harms nobody
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise Fault(UNREADABLE)
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) > MOST_EVENTS:
        raise Fault(MANY_EVENTS)
    for event in events:
        _endable(event)
    found: set[Busy] = set()
    for event in _of_the_months(calendars, start, end):
        if _free(event, our_host):
            continue
        starts_at = _moment(event.decoded("dtstart"))
        ends_at = _moment(event.decoded("dtend")) if "dtend" in event else starts_at
        if ends_at > max(starts_at, start):
            found.add((sha256(str(event.get("uid", "")).encode()).hexdigest()[:32], starts_at, ends_at))
        if len(found) > MOST_TIMES:
            raise Fault(MANY_TIMES)
    return sorted(found, key=lambda one: one[1:])


def _endable(event: Any) -> None:
    """A rule that repeats by the second, or since the year 1, is no appointment; one that takes steps of nothing never goes on."""
    rules = event.get("rrule") or []
    for rule in rules if isinstance(rules, list) else [rules]:
        often = str((rule.get("freq") or [""])[0]).upper() not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
        if often or any(rule.get(part) for part in ("byhour", "byminute", "bysecond")):
            raise Fault(TOO_OFTEN)
        if any(int(step) < 1 for step in rule.get("interval") or []):
            raise Fault(UNREADABLE)
        if event.decoded("dtstart").year < EARLIEST:
            raise Fault(TOO_OLD)


def _of_the_months(calendars: list[Any], start: datetime, end: datetime) -> Iterator[Any]:
    for calendar in calendars:
        yield from recurring_ical_events.of(calendar).between(start, end)


def _free(event: Any, our_host: str) -> bool:
    return (
        str(event.get("transp", "")).upper() == "TRANSPARENT"
        or str(event.get("status", "")).upper() == "CANCELLED"
        or str(event.get("x-microsoft-cdo-busystatus", "")).upper() == "FREE"
        or str(event.get("uid", "")).endswith(f"@{our_host}")  # our own feed, handed back to us
    )


def _moment(value: date | datetime) -> datetime:
    """A day is midnight in Italy, and so is an hour without a zone."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=ROME)).astimezone(UTC)


def main(start: str, end: str, our_host: str, seconds: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        found = busy_times(
            sys.stdin.buffer.read(), datetime.fromisoformat(start), datetime.fromisoformat(end), our_host
        )
        said: dict[str, Any] = {"busy": [(key, one.isoformat(), other.isoformat()) for key, one, other in found]}
    except Fault as fault:
        said = {"fault": str(fault)}
    except MemoryError:
        said = {"fault": ENDLESS}
    except Exception:  # noqa: BLE001  # a foreign file can break a parser in any way; to its owner all of them are one
        said = {"fault": UNREADABLE}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
