"""Schedules of HSDS → hours: rules that come back by week or month, on the wall in Italy. Pure.

What cannot be said so (a number of times, weeks of the year, seconds) is left out and said; it is never made into something near it.
"""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import hours_cell
from interazioni.actions.directory.importing.draft import Draft
from interazioni.actions.directory.models import ServiceAtLocation
from interazioni.actions.directory.opening import FIRST, WEEKDAYS, checked
from interazioni.actions.directory.rules import MOST_HOURS, Open
from interazioni.foundation.core import clock

_DAY_NAMES = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}
_TIME = re.compile(r"^T?(\d{1,2})(?::?(\d{2}))(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$")
_CLOSED = re.compile(
    r"\bclosed ((?:\d{4}-)?\d{2}-\d{2}/(?:\d{4}-)?\d{2}-\d{2}(?:, (?:\d{4}-)?\d{2}-\d{2}/(?:\d{4}-)?\d{2}-\d{2})*)"
)


class Times:
    """Reads the schedules of a service's places, with remarks on its draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def read(self, found: Sequence[Sequence[dict[str, Any]]], note: str) -> dict[str, Any]:
        """`found`: schedules of the service at this place, of the place, of the service: the first that has some counts."""
        schedules = next((list(one) for one in found if one), [])
        hours: list[Open] = []
        closures: list[list[str]] = []
        holidays = bool(schedules) and any("Europe/Rome" in str(one.get("notes", "")) for one in schedules)
        words = [note] if note else []
        for one in schedules[: MOST_HOURS * 2]:
            hours += [open_ for open_ in self._one(one, words) if open_ not in hours]
            notes = one.get("notes")
            if isinstance(notes, str) and "Europe/Rome" in notes:  # as we write them ourselves
                holidays = holidays and "closed on public holidays" not in notes
                closures += [pair for pair in _closures(notes) if pair not in closures]
        if len(hours) > MOST_HOURS:
            self.draft.warn(
                "hours_many", _("More than %(other)s lines of hours: the rest was left out."), other=str(MOST_HOURS)
            )
        said = " ".join(dict.fromkeys(words))
        return {
            "hours": sorted(hours[:MOST_HOURS], key=lambda one: (one.opens_at, one.rule)), "closures": closures, "holidays": holidays,
            "note": self.draft.cut("note", said, ServiceAtLocation),
        }  # fmt: skip

    def _one(self, node: dict[str, Any], words: list[str]) -> list[Open]:
        description = self.draft.clean(node["description"]) if isinstance(node.get("description"), str) else ""
        try:
            opens, closes = (self._time(node.get(name)) for name in ("opens_at", "closes_at"))
            rule = _rule(node, description)
            if rule and opens and closes:
                if closes == time(0):
                    closes = time(23, 59)
                if opens >= closes:
                    raise ValueError(f"{opens:%H:%M}-{closes:%H:%M}")
                return [Open(checked(rule), opens, closes, *self._span(node, rule))]
        except (ValueError, ValidationError) as fault:
            read = fault.messages[0] if isinstance(fault, ValidationError) else str(fault)
            self.draft.warn("hours_rule", _("Hours were left out, because they cannot be said here: %(read)s"), read)
            return []
        read_text = hours_cell.read(description)
        if description and read_text.rest:
            words.append(" ".join(read_text.rest.split()))
        elif not read_text.hours and (rule or opens or closes):
            self.draft.warn(
                "hours_incomplete",
                _("Hours were left out: they lack the days or the times (%(read)s)."),
                rule or f"{opens or '?'}–{closes or '?'}",
            )
        return read_text.hours

    def _time(self, said: Any) -> time | None:
        if said in (None, ""):
            return None
        match = _TIME.match(said.strip()) if isinstance(said, str) else None
        if match is None:
            raise ValueError(str(said)[:40])
        if match[3] and all(one.code != "hours_offset" for one in self.draft.warnings):
            self.draft.warn(
                "hours_offset",
                _("The hours name an offset (%(read)s); they were read as the clock on the wall shows them."),
                str(said),
            )
        hour = int(match[1])
        return time(23, 59) if hour == 24 else time(hour, int(match[2]))

    def _span(self, node: dict[str, Any], rule: str) -> tuple[date | None, date | None]:
        first, last = _day(node.get("valid_from")), _day(node.get("valid_to"))
        begins = _day(node.get("dtstart"))
        if first is None and begins and begins != FIRST and ("INTERVAL" in rule or begins > clock.today()):
            first = begins
        if first and last and first > last:
            raise ValueError(f"{first.isoformat()} – {last.isoformat()}")
        return first, last


def _day(said: Any) -> date | None:
    if said in (None, ""):
        return None
    if not isinstance(said, str):
        raise ValueError(str(said)[:40])
    try:
        return date.fromisoformat(said.strip()[:10])
    except ValueError as fault:
        raise ValueError(said[:40]) from fault


def _rule(node: dict[str, Any], description: str) -> str:
    """The rule, or "" when the schedule names no days."""
    if re.match(r"(?:RRULE:)?FREQ=", description) and not node.get(
        "freq"
    ):  # what the standard cannot say stands there in full
        return description.splitlines()[0]
    day = node.get("weekday")
    byday = node.get("byday") or (_DAY_NAMES.get(str(day).casefold(), "") if day else "")
    if isinstance(byday, list):
        byday = ",".join(map(str, byday))
    parts = {"FREQ": str(node.get("freq") or ("WEEKLY" if byday else "")).upper()}
    if not parts["FREQ"]:
        return ""
    for name in ("count", "byweekno", "byyearday"):
        if node.get(name):
            raise ValueError(f"{name}={str(node[name])[:40]}")
    interval = node.get("interval")
    if interval not in (None, "", 1, "1", 1.0):
        if not str(interval).removesuffix(".0").isdecimal() or not 1 < int(float(interval)) <= 52:
            raise ValueError(f"interval={str(interval)[:40]}")
        parts["INTERVAL"] = str(int(float(interval)))
    if byday:
        days = re.sub(r"\s", "", str(byday)).upper()
        if parts["FREQ"] == "WEEKLY" and not {*days.split(",")} <= {*WEEKDAYS}:
            raise ValueError(f"byday={days[:40]}")
        parts["BYDAY"] = ",".join(
            sorted(days.split(","), key=lambda day: WEEKDAYS.index(day) if day in WEEKDAYS else 9)
        )
    if node.get("bymonthday"):
        parts["BYMONTHDAY"] = re.sub(r"\s", "", str(node["bymonthday"]))
    if node.get("wkst") and "INTERVAL" in parts:
        parts["WKST"] = str(node["wkst"]).upper()
    if until := _day(node.get("until")):
        parts["UNTIL"] = f"{until:%Y%m%d}"
    if parts["FREQ"] == "WEEKLY" and "BYDAY" not in parts:
        return ""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _closures(notes: str) -> list[list[str]]:
    said = _CLOSED.search(notes)
    return [list(pair.split("/")) for pair in said[1].split(", ")] if said else []
