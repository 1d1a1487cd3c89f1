"""Opening hours as people write them, a line for the same hours: "lun-ven 9-12.30, 14-17", "first Saturday…" stays a rule. Pure."""

import re
from collections.abc import Iterable
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.actions.directory.opening import WEEKDAYS, checked, weekdays
from interazioni.actions.directory.rules import Open
from interazioni.foundation.vocabularies.folding import fold

_NAMES = (
    ("lunedi", "monday"), ("martedi", "tuesday"), ("mercoledi", "wednesday"), ("giovedi", "thursday"), ("venerdi", "friday"),
    ("sabato", "saturday"), ("domenica", "sunday"),
)  # fmt: skip
SHORT = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_TIME = r"(\d{1,2})(?:[.:h](\d{2}))?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|alle|to|a)\s*{_TIME}")
_RULE = re.compile(r"^((?:RRULE:)?FREQ=[A-Z0-9=;,+-]+)\s+(.*)$", re.IGNORECASE)


def _weekday(word: str) -> int | None:
    if len(word) < 2:
        return None
    found = [number for number, names in enumerate(_NAMES) if any(name.startswith(word) for name in names)]
    return found[0] if len(found) == 1 else None


def _days(text: str) -> list[int]:
    """ "lun-mer e ven" → [0, 1, 2, 4]. Raises ValueError for a word that is no day."""
    found: list[int] = []
    plain = re.sub(r"\s*[-–—]\s*|\s+(?:al|alla|to)\s+", "-", text.strip().casefold())
    for part in re.split(r"[,;/\s]+", plain):
        if part in ("", "e", "and", "dal", "dalla", "il", "la", "from"):
            continue
        if part in ("tutti", "ogni", "every", "daily"):
            found += range(7)
            continue
        if part in ("i", "giorni", "giorno", "day"):
            continue
        first, dash, last = part.partition("-")
        begin, end = _weekday(fold(first)), _weekday(fold(last)) if dash else None
        if begin is None or (dash and end is None):
            raise ValueError(part)
        found += [begin] if end is None else [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
    return sorted(set(found))


def parse(text: str) -> list[Open]:
    """Raises ValidationError that names the line and what could not be read."""
    found: list[Open] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found += _line(line)
        except (ValueError, ValidationError) as fault:
            raise ValidationError(
                _(
                    "Line %(n)s cannot be read: “%(line)s”. Write the days and then the hours, for example: lun-ven 9-12:30, 14-17."
                )
                % {"n": number, "line": line.strip()[:80]}
            ) from fault
    return found


def _line(line: str) -> list[Open]:
    given = _RULE.match(line.strip())
    spans = list(_SPAN.finditer(given.group(2) if given else line))
    if not spans:
        raise ValueError(line)
    if given:
        rule = checked(given.group(1))
    else:
        days = _days(line[: spans[0].start()].rstrip(" :,"))
        if not days:
            raise ValueError(line)
        rule = "FREQ=WEEKLY;BYDAY=" + ",".join(WEEKDAYS[day] for day in days)
    rest = (given.group(2) if given else line)[spans[-1].end() :].strip(" .;,")
    if rest:
        raise ValueError(rest)
    return [Open(rule, *_hours(span.groups())) for span in spans]


def _hours(parts: Iterable[str | None]) -> tuple[time, time]:
    begin, begin_minute, end, end_minute = parts
    opens = time(int(begin or 0), int(begin_minute or 0))
    closes = time(23, 59) if int(end or 0) == 24 else time(int(end or 0), int(end_minute or 0))
    if opens >= closes:
        raise ValueError(f"{opens}-{closes}")
    return opens, closes


def said(hours: Iterable[Open]) -> str:
    """The other way round: what `parse` reads as the same hours."""
    spans: dict[str, list[str]] = {}
    for one in hours:
        spans.setdefault(one.rule, []).append(f"{one.opens_at:%H:%M}-{one.closes_at:%H:%M}")
    lines = []
    for rule, found in spans.items():
        days = weekdays(rule)
        lines.append((", ".join(SHORT[day] for day in days) if days else rule) + " " + ", ".join(sorted(found)))
    return "\n".join(lines)
