"""Logical lines as components with their properties (RFC 5545, 3.1 to 3.6), as much of them as is there. Pure, and quick to import.

`icalendar` stops where an END is missing, and where an exporter wrote a line break into a text; a download that broke off would be no calendar at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from interazioni.foundation.core.ical.text import logical_lines

BROKEN_LINES = "broken_lines"  # lines that are none: taken as the rest of the text before them
MISSING_END = "missing_end"  # a component within which the next one begins
CUT_OFF = "cut_off"  # the file ends in the middle
NO_FRAME = "no_frame"  # events outside of a calendar
TOO_MUCH = "too_much"  # more than any calendar holds: the rest was not read
DEEP, MOST_LINES, MOST_PARTS, MOST_WORDS = 8, 500_000, 50_000, 200_000

# RFC 5545, RFC 7986. Within a text "NB: è gratis" is its next line, not a property of somebody's own.
_KNOWN = re.compile(
    r"ACTION|ATTACH|ATTENDEE|BEGIN|CALSCALE|CATEGORIES|CLASS|COLOR|COMMENT|COMPLETED|CONFERENCE|CONTACT|CREATED|"
    r"DESCRIPTION|DTEND|DTSTAMP|DTSTART|DUE|DURATION|END|EXDATE|EXRULE|FREEBUSY|GEO|IMAGE|LAST-MODIFIED|LOCATION|"
    r"METHOD|NAME|ORGANIZER|PERCENT-COMPLETE|PRIORITY|PRODID|RDATE|RECURRENCE-ID|REFRESH-INTERVAL|RELATED-TO|REPEAT|"
    r"REQUEST-STATUS|RESOURCES|RRULE|SEQUENCE|SOURCE|STATUS|SUMMARY|TRANSP|TRIGGER|TZID|TZNAME|TZOFFSETFROM|"
    r"TZOFFSETTO|TZURL|UID|URL|VERSION"
)
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "X-ALT-DESC"})
_NAME = re.compile(r"([A-Za-z0-9-]{1,60})[;:]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class Property:
    """`value` as it stands in the file, escapes and all; names of parameters in capitals."""

    name: str
    value: str
    parameters: dict[str, str]

    @property
    def sure(self) -> bool:
        """Whether its name alone says that it is one."""
        return "-" in self.name or bool(_KNOWN.fullmatch(self.name))

    @property
    def text(self) -> str:
        """The value as words, quoted-printable undone where an old program wrote it."""
        value = self.value
        if self.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
            value = _unquoted(value)
        return _ESCAPED.sub(_unescaped, value)

    @property
    def items(self) -> list[str]:
        """A list of words: commas that are not escaped are between them."""
        return [_ESCAPED.sub(_unescaped, one).strip() for one in re.findall(r"(?:\\.|[^,\\])+", self.value)]


@dataclass(slots=True)
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)

    def all(self, *names: str) -> list[Property]:
        return [one for one in self.properties if one.name in names]

    def text(self, name: str) -> str:
        found = self.first(name)
        return found.text.strip() if found else ""

    def walk(self, name: str) -> Iterator["Component"]:
        for part in self.parts:
            if part.name == name:
                yield part
            yield from part.walk(name)


@dataclass(slots=True)
class CalendarFile:
    """Every VCALENDAR of the file, and codes of what was mended."""

    calendars: list[Component]
    remarks: set[str]


def read(content: bytes) -> CalendarFile:
    """Whatever the bytes are, this ends and raises nothing; a file that holds no calendar has none."""
    reader = _Reader()
    for number, line in enumerate(logical_lines(content, reader.remarks)):
        if number > MOST_LINES or reader.parts > MOST_PARTS:
            reader.remarks.add(TOO_MUCH)
            break
        reader.take(line)
    reader.end()
    return CalendarFile(reader.root.parts, reader.remarks)


class _Reader:
    def __init__(self) -> None:
        self.root = Component("")
        self.stack = [self.root]
        self.parts = 0
        self.last: Property | None = None
        self.rest: list[str] = []  # lines that belong to the last property's text
        self.room = 0
        self.remarks: set[str] = set()

    def take(self, line: str) -> None:
        found = _property(line)
        if found is None or (self._in_a_text() and not (found.sure and line.startswith(found.name))):
            self._more(line)
            return
        self._finish()
        if found.name == "BEGIN":
            self._begin(found.value.strip().upper())
        elif found.name == "END":
            self._close(found.value.strip().upper())
        elif len(self.stack) > 1:
            self.stack[-1].properties.append(found)
            self.last, self.room = found, MOST_WORDS

    def _in_a_text(self) -> bool:
        return self.last is not None and self.last.name in _TEXTS

    def _more(self, line: str) -> None:
        if len(self.stack) > 1:
            self.remarks.add(BROKEN_LINES)
        if not self._in_a_text():
            return
        self.room -= len(line)
        if self.room > 0:
            self.rest.append(line)

    def _finish(self) -> None:
        if self.last is not None and self.rest:
            self.last.value = "\\n".join([self.last.value, *self.rest])
        self.last, self.rest = None, []

    def _begin(self, name: str) -> None:
        open_names = [one.name for one in self.stack]
        if name == "VCALENDAR":
            if len(self.stack) > 1:
                self.remarks.add(MISSING_END)
            del self.stack[1:]
        elif name in ("VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE", "VFREEBUSY"):
            if "VCALENDAR" not in open_names:
                self.remarks.add(NO_FRAME)
                self._open("VCALENDAR")
            elif len(self.stack) > 2:  # none of them holds another
                self.remarks.add(MISSING_END)
            del self.stack[2:]
        self._open(name)

    def _open(self, name: str) -> None:
        if len(self.stack) > DEEP:
            return
        made = Component(name)
        self.parts += 1
        self.stack[-1].parts.append(made)
        self.stack.append(made)

    def _close(self, name: str) -> None:
        for at in range(len(self.stack) - 1, 0, -1):
            if self.stack[at].name == name:
                if at != len(self.stack) - 1:
                    self.remarks.add(MISSING_END)
                del self.stack[at:]
                return

    def end(self) -> None:
        if len(self.stack) > 1 and NO_FRAME not in self.remarks:
            self.remarks.add(CUT_OFF)
            self.rest = self.rest[:-1]  # a piece of a line is no text
        self._finish()


def _property(line: str) -> Property | None:
    """A content line, or None for what is the rest of a text."""
    named = _NAME.match(line)
    if named is None:
        return None
    colon = _colon(line, named.end() - 1)
    if colon < 0:
        return None
    return Property(named[1].upper(), line[colon + 1 :], _parameters(line[named.end() - 1 : colon]))


def _colon(line: str, start: int) -> int:
    """Where the value begins: the first colon outside of quotes; quotes that are never closed hold nothing."""
    at, colon = start, line.find(":", start)
    while 0 <= (opened := line.find('"', at)) < colon:
        closed = line.find('"', opened + 1)
        if closed < 0:
            break
        at = closed + 1
        if closed > colon:
            colon = line.find(":", at)
    return colon


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in re.findall(r';((?:"[^"]*"|[^;"]|")*)', text):
        name, _equals, value = piece.partition("=")
        found.setdefault(name.strip().upper(), value.strip().strip('"'))
    return found


def _unescaped(found: re.Match[str]) -> str:
    letter = found[1]
    return "\n" if letter in "nN" else letter if letter in ',;:\\"' else found[0]


def _unquoted(value: str) -> str:
    octets = re.sub(rb"=([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), value.encode("utf-8"))
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")
