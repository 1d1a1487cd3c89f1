"""Opening hours as offices put them into one cell: "lun-ven 9-12:30, gio anche 14-17; chiuso ad agosto". Pure.

What is understood are lines of `hours_text`; what is not stays as words, so that nothing is lost and nothing guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError

from interazioni.actions.directory.hours_text import parse
from interazioni.actions.directory.opening import WEEKDAYS, weekdays
from interazioni.actions.directory.rules import Open
from interazioni.foundation.imports.values import MONTH_NAMES

_CLOCK = r"(\d{1,2})(?:[.:h](\d{2})|,([0-5][05]))?"
# "9-12,14-17": a comma before what begins the next span is no minute.
_CLOCK_END = r"(\d{1,2})(?:[.:h](\d{2})|,([0-5][05])(?!\s*(?:-|–|—|alle|/)\s*\d))?"
_SPAN = re.compile(
    rf"(?<![\d/]){_CLOCK}\s*(?:-|–|—|\balle\b|\bfino alle\b|\bto\b|\ba\b)\s*(?:le |ore )?{_CLOCK_END}(?![\d/])(?:\s*(?:h|ore)\b)?",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:orari\w*|ore|or[ae] di apertura|apert\w*|apertura|al pubblico|dalle|dalla|anche|e dalle|poi|mattin[ao]|pomeriggio|sera|h|open|opening|hours?|from|also|and|e)\b|[,:/.()]",
    re.IGNORECASE,
)
_DAY = r"lun\w*|mar\w*|mer\w*|gio\w*|ven\w*|sab\w*|dom\w*|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*"
_NTH = re.compile(
    rf"\b(?:ogni |il |the )?(prim[oa]|second[oa]|terz[oa]|quart[oa]|ultim[oa]|first|second|third|fourth|last|[1-4](?:°|º|st|nd|rd|th|\^)?)\s+({_DAY})\s+(?:di ogni mese|del mese|di ciascun mese|of (?:the|each|every) month)",
    re.IGNORECASE,
)
_ORDINALS = {"prim": 1, "second": 2, "terz": 3, "quart": 4, "ultim": -1, "firs": 1, "thir": 3, "four": 4, "last": -1}
_DAY_NAMES = (
    ("lun", "mon"),
    ("mar", "tue"),
    ("mer", "wed"),
    ("gio", "thu"),
    ("ven", "fri"),
    ("sab", "sat"),
    ("dom", "sun"),
)
_ALWAYS = re.compile(
    r"\b(?:24\s*(?:ore|h)?\s*(?:su|/)\s*24(?:\s*h)?|h\s*24|24\s*h\b|sempre apert\w*|24/7)(?:[\s,e]*(?:7|sette) giorni su (?:7|sette))?(?:[\s,e]*tutti i giorni)?",
    re.IGNORECASE,
)
_MONTHS = "|".join(sorted((name for name in MONTH_NAMES if len(name) > 2), key=len, reverse=True))
_CLOSED = r"(?:chius\w*|chiusura|closed)"
_MONTH_CLOSED = re.compile(
    rf"\b{_CLOSED}\s+(?:(?:ad|a|in|nel|nel mese di|il mese di|per tutto|tutto|during|per|the whole of)\s+)?({_MONTHS})\b(?!\s*\d)(?:\s+e\s+(?:nei\s+|i\s+)?(?:giorni\s+)?festiv\w+)?|\b({_MONTHS})\s*:?\s*{_CLOSED}\b",
    re.IGNORECASE,
)
_ONE_DAY = rf"(\d{{1,2}})(?:°|º)?\s*[/.\- ]?\s*({_MONTHS}|\d{{1,2}})?(?:\s*[/.\- ]\s*(\d{{4}}))?"
_SPAN_CLOSED = re.compile(
    rf"\b(?:{_CLOSED}\s+)(?:(?:per ferie|for holidays|ferie)\s+)?(?:dal|from|dall')\s*{_ONE_DAY}\s*(?:al|all'|to|until|fino al)\s*{_ONE_DAY}",
    re.IGNORECASE,
)
_HOLIDAYS_TOO = re.compile(
    r"\b(?:anche (?:(?:nei|i|di) )?(?:giorni )?festiv\w+|festivi compresi|compresi i festivi|festivi inclusi|public holidays included|also on public holidays)\b",
    re.IGNORECASE,
)
_DAYS = rf"(?:{_DAY})(?:\s*(?:,|-|–|\be\b|\band\b|\bal\b)\s*(?:{_DAY}))*"
_FESTIVE = r"(?:(?:giorni\s+)?festiv\w+|public holidays)"
_CLOSED_ON = re.compile(
    rf"\b{_CLOSED}\s+(?:(?:nei|i|il|la|di|on|nella|dal)\s+)?(?:{_FESTIVE}|({_DAYS})(?:\s+e\s+(?:i\s+|nei\s+)?{_FESTIVE})?)"
    rf"|\b({_DAYS})(?:\s+e\s+(?:i\s+)?{_FESTIVE})?\s*:?\s*{_CLOSED}\b",
    re.IGNORECASE,
)
_BOOKED = re.compile(
    r"^\s*(?:solo |soltanto |esclusivamente )?(?:su|per|previo|by)\s+(?:appuntamento|appointment)(?: only)?\s*\.?\s*$",
    re.IGNORECASE,
)
_ONLY_BOOKED = re.compile(
    r"\b(?:solo|soltanto|esclusivamente)\s+(?:su|per|previo)\s+appuntamento\b|\bby appointment only\b", re.IGNORECASE
)


@dataclass
class HoursRead:
    """`rest` is what was not understood, in the words of the cell."""

    hours: list[Open] = field(default_factory=list)
    closures: list[list[str]] = field(default_factory=list)
    holidays: bool = False
    appointment: bool = False
    rest: str = ""


def read(text: str) -> HoursRead:
    found = HoursRead()
    closed: list[str] = []
    left = _whole(text, found, closed)
    rests = []
    for segment in re.split(r"[;|\n]+", left):
        rests += _segment(segment.strip(), found.hours)
    for days in closed:
        rests += _without(days, found)
    found.rest = "; ".join(rests)
    return found


def _without(days: str, found: HoursRead) -> list[str]:
    """ "every day 9-18, closed on Mondays": takes the Mondays off; gives back the words when that leaves nothing."""
    try:
        off = set(weekdays(parse(f"{days} 1:00-2:00")[0].rule) or ())
    except ValidationError:
        return [days]
    kept = []
    for one in found.hours:
        on = weekdays(one.rule)
        if on is None or not off & set(on):
            kept.append(one)
        elif left := [day for day in on if day not in off]:
            kept.append(replace(one, rule="FREQ=WEEKLY;BYDAY=" + ",".join(WEEKDAYS[day] for day in left)))
        else:
            return [f"{days}?"]
    found.hours = kept
    return []


def read_days(cells: Sequence[tuple[int, str]]) -> HoursRead:
    """A column a weekday: (Monday 0 …, what stands there)."""
    found = HoursRead()
    rests = []
    for day, text in cells:
        if re.fullmatch(rf"\W*(?:{_CLOSED}|no|x)?\W*", text, re.IGNORECASE):
            continue
        name = _DAY_NAMES[day][0]
        inner = read(f"{name} " + re.sub(r"[;|\n]+|\s+/\s+", ", ", text.strip()))
        found.hours += inner.hours
        if inner.rest:
            rests.append(inner.rest if name in inner.rest.casefold() else f"{name} {inner.rest}")
    found.rest = "; ".join(rests)
    return found


def _whole(text: str, found: HoursRead, closed: list[str]) -> str:
    """Takes out what holds for the place as a whole; days on which it is closed go to `closed`."""

    def month(match: re.Match[str]) -> str:
        number = MONTH_NAMES[(match[1] or match[2]).casefold()]
        last = (date(2001, number % 12 + 1, 1).toordinal() - 1) if number < 12 else date(2001, 12, 31).toordinal()
        end = date.fromordinal(last)
        found.closures.append([f"{number:02}-01", f"{number:02}-{29 if number == 2 else end.day:02}"])
        return ";"

    def days(match: re.Match[str]) -> str:
        closure = _closure(match)
        if closure is None:
            return match[0]
        found.closures.append(closure)
        return ";"

    def holidays(match: re.Match[str]) -> str:
        found.holidays = True
        return " "

    def booked(match: re.Match[str]) -> str:
        found.appointment = True
        return " "

    def off(match: re.Match[str]) -> str:
        if days := match[1] or match[2]:
            closed.append(re.sub(r"\s+al\s+", "-", days))
        return ";"

    if _BOOKED.match(text):
        found.appointment = True
        return ""
    text = re.sub(r"([.:,]\d\d)\s*/\s*(?=\d{1,2}[.:,]\d\d\s*[-–])", r"\1, ", text)
    text = re.sub(r"\b[Ll]\s*[-–]\s*[Vv]\b", "lun-ven", text)
    text = _SPAN_CLOSED.sub(days, text)
    text = _MONTH_CLOSED.sub(month, text)
    text = _HOLIDAYS_TOO.sub(holidays, text)
    text = _ONLY_BOOKED.sub(booked, text)
    text = _CLOSED_ON.sub(off, text)
    return _ALWAYS.sub(" tutti i giorni 0:00-24:00 ", text)


def _closure(match: re.Match[str]) -> list[str] | None:
    first_day, first_month, first_year, last_day, last_month, last_year = match.groups()
    first_month = first_month or last_month
    if not first_month or not last_month or bool(first_year) != bool(last_year):
        return None
    try:
        months = [int(m) if m.isdigit() else MONTH_NAMES[m.casefold()] for m in (first_month, last_month)]
        first, last = (
            date(int(year or 2000), number, int(day))
            for year, number, day in zip((first_year, last_year), months, (first_day, last_day), strict=True)
        )
    except (ValueError, KeyError):
        return None
    if first_year:
        return [first.isoformat(), last.isoformat()] if first <= last else None
    return [f"{first:%m-%d}", f"{last:%m-%d}"]


def _segment(segment: str, hours: list[Open]) -> list[str]:
    """Adds the hours of a segment, all or none of it; gives back what it could not read."""
    spans = list(_SPAN.finditer(segment))
    if not spans:
        return [segment.strip(" ,.-")] if _said(segment) else []
    lines: list[str] = []
    at = 0
    for span in spans:
        lead, at = segment[at : span.start()], span.end()
        clock = f"{_clock(span[1], span[2] or span[3])}-{_clock(span[4], span[5] or span[6])}"
        days = _days(lead)
        if days:
            lines.append(f"{days} {clock}")
        elif lines and not _said(lead):
            lines[-1] += f", {clock}"
        else:
            return [segment]
    try:
        read = [one for line in lines for one in parse(line)]
    except ValidationError:
        return [segment]
    hours += read
    tail = segment[at:].strip(" ,.-–()")
    return [tail] if _said(tail) else []


def _days(lead: str) -> str:
    """What stands before a span, if it is days: as `hours_text` reads them."""
    nth = _NTH.search(lead)
    if nth:
        if _said(lead[: nth.start()] + lead[nth.end() :]):
            return ""
        word = nth[1].casefold()
        number = int(word[0]) if word[0].isdigit() else next(n for key, n in _ORDINALS.items() if word.startswith(key))
        day = next(at for at, names in enumerate(_DAY_NAMES) if nth[2].casefold().startswith(names))
        return f"FREQ=MONTHLY;BYDAY={number}{WEEKDAYS[day]}"
    kept = re.sub(
        r"\b(?:or[aei]\w*|dalle|anche|apert\w*|al pubblico|mattin[ao]|pomeriggio|h|open|also|hours?)\b|[:()]",
        " ",
        lead,
        flags=re.IGNORECASE,
    )
    kept = re.sub(r"\s+", " ", kept.replace(".", " ")).strip(" ,/-–")
    kept = re.sub(rf"\bda\s+({_DAY})\s+a\s+({_DAY})", r"\1-\2", kept, flags=re.IGNORECASE)
    kept = re.sub(r"^(?:e|ed|and|,|/|\s)+|(?:\s+e|,|/|\s)+$", "", kept)
    return (
        kept if re.search(rf"\b(?:{_DAY}|lu|ma|me|gi|ve|sa|do|tutti|ogni|every|daily)\b", kept, re.IGNORECASE) else ""
    )


def _said(text: str) -> bool:
    return bool(re.search(r"\w", _FILLER.sub(" ", text)))


def _clock(hour: str, minute: str | None) -> str:
    return f"{hour}:{minute or '00'}"
