"""Days, moments, lengths and zones as calendars write them (RFC 5545, 3.3). Pure."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from interazioni.foundation.core.ical.components import Component, Property

ROME = ZoneInfo("Europe/Rome")
EARLIEST, LATEST = 1970, 2199  # a year outside is a program's way to say nothing
_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)
_LENGTH = re.compile(
    r"([+-])?P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE
)
# Of calendars that name a zone nobody knows and say its hours, the one that has these hours in winter and in summer.
_BY_HOURS = (
    "Europe/Rome", "Europe/London", "Europe/Athens", "Europe/Moscow", "UTC", "Africa/Lagos", "Africa/Cairo", "America/New_York", "America/Chicago",
    "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Asia/Karachi", "Asia/Dhaka", "Asia/Manila",
)  # fmt: skip


class Unreadable(ValueError):
    """No day, no moment, no length."""


@dataclass(slots=True)
class Zones:
    """The zones that a calendar speaks of. `unknown`: names behind which nothing was found; Italian time stood in."""

    calendar: Component
    floating: tzinfo = ROME  # hours without a zone are those of the wall
    unknown: set[str] = field(default_factory=set)
    _known: dict[str, tzinfo] = field(default_factory=dict)

    def named(self, name: str) -> tzinfo:
        if name not in self._known:
            found = _zone(name) or _described(self.calendar, name)
            if found is None:
                self.unknown.add(name)
            self._known[name] = found or self.floating
        return self._known[name]

    def of(self, one: Property) -> tzinfo:
        name = one.parameters.get("TZID", "")
        return self.named(name) if name else self.floating


def moment(value: str, zone: tzinfo) -> date | datetime:
    """A day, or an aware moment in the zone it was said in. Raises Unreadable."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        raise Unreadable(value)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if not EARLIEST <= day.year <= LATEST:
            raise Unreadable(value)
        if found[4] is None:
            return day
        hour, minute = int(found[4]), int(found[5])
        said = datetime.combine(day, time(0 if hour == 24 and minute == 0 else hour, minute))
    except ValueError as fault:
        raise Unreadable(value) from fault
    said += timedelta(days=hour == 24)
    return said.replace(tzinfo=_offset(found[7]) if found[7] else zone)


def length(value: str) -> timedelta:
    """Raises Unreadable, also for what lasts less than nothing."""
    found = _LENGTH.fullmatch(value.strip())
    if found is None or not any(found.groups()[1:]):
        raise Unreadable(value)
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    if found[1] == "-":
        raise Unreadable(value)
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _offset(text: str) -> tzinfo:
    if text in "Zz":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]) % 24, minutes=int(text[-2:]) % 60))


@lru_cache(maxsize=1000)
def _zone(name: str) -> tzinfo | None:
    """By its name in the tz database, also behind a program's prefix ("/mozilla.org/20050126_1/Europe/Rome"), or by Windows' own."""
    clean = name.strip().strip('"').strip("/")
    if clean.upper() in ("UTC", "GMT", "Z", "ETC/UTC"):
        return UTC
    parts = clean.split("/")
    for said in dict.fromkeys([clean, "/".join(parts[-2:]), "/".join(parts[-3:])]):
        if re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+){0,2}", said):
            try:
                return ZoneInfo(said)
            except (KeyError, ValueError, OSError):
                continue
    windows = _windows().get(clean)
    return ZoneInfo(windows) if windows else None


@cache
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON | {"W. Europe Standard Time": "Europe/Rome"}


def _described(calendar: Component, name: str) -> tzinfo | None:
    """What the calendar's own VTIMEZONE says: another name, or its hours in winter and in summer. Its rules are not followed."""
    told = next((one for one in calendar.parts if one.name == "VTIMEZONE" and one.text("TZID") == name), None)
    if told is None:
        return None
    by_name = _zone(told.text("X-LIC-LOCATION")) if told.text("X-LIC-LOCATION") else None
    if by_name is not None:
        return by_name
    winter = {one.text("TZOFFSETTO") for one in told.parts if one.name == "STANDARD"}
    summer = {one.text("TZOFFSETTO") for one in told.parts if one.name == "DAYLIGHT"} or winter
    if len(winter) != 1 or len(summer) != 1:
        return None
    try:
        hours = tuple(_offset(one.pop()[:5]).utcoffset(None) for one in (winter, summer))
    except (ValueError, IndexError):
        return None
    for candidate in _BY_HOURS:
        zone = ZoneInfo(candidate)
        if hours == tuple(datetime(2024, month, 15, tzinfo=zone).utcoffset() for month in (1, 7)):
            return zone
    return timezone(hours[0]) if hours[0] is not None and hours[0] == hours[1] else None
