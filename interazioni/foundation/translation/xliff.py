"""XLIFF 2.0 out and in, 1.2 in: the files that translators' tools read and write. Pure.

Each paragraph is a unit with the segment's id. Attributes of our own say of which revision the words are and over which translation they
were written; a tool that drops them costs only caution (what a person wrote stays). A document type or an entity is refused before anything
is read: no bomb, no file of ours inside another.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from interazioni.foundation.core.models import as_uuid

V2 = "urn:oasis:names:tc:xliff:document:2."
V1 = "urn:oasis:names:tc:xliff:document:1."
OURS = "urn:interazioni:translation"
SPACE = "\x1f"  # between a name's space and the name: no XML name holds it
DEEP = 60
NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Elements inside a text whose content is text; those that stand for something nobody can see are refused.
THROUGH = frozenset({"mrk", "pc", "g", "sub"})
POINTS = frozenset({"sm", "em", "sc", "ec"})


class Refused(Exception):
    """Why the file cannot be taken, and where. `code` is said in words by the page."""

    def __init__(self, code: str, line: int, what: str = "") -> None:
        super().__init__(f"{code} at line {line}: {what}")
        self.code, self.line, self.what = code, line, what


@dataclass(frozen=True, slots=True)
class Unit:
    """`made_of`: the revision of the words; `over`: the revision of the translation that the file brought along (0: none)."""

    segment_id: UUID
    text: str
    translation: str
    made_of: int | None = None
    over: int | None = None
    key: str = ""
    state: str = "initial"
    notes: Sequence[str] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class File:
    source_id: UUID
    units: list[Unit]
    original: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    source_language: str
    language: str
    files: list[File]
    unknown: int = 0  # units whose id is none of ours


# --- out --------------------------------------------------------------------------------------------------------------------


def write(document: Document) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff xmlns="{V2}0" xmlns:ia="{OURS}" version="2.0" srcLang={quoteattr(document.source_language)} trgLang={quoteattr(document.language)}>',
    ]
    for file in document.files:
        lines.append(f'<file id="{file.source_id}" original={quoteattr(file.original)}>')
        for unit in file.units:
            name = f" name={quoteattr(_clean(unit.key))}" if unit.key else ""
            ours = f' ia:of="{unit.made_of or 0}" ia:over="{unit.over or 0}"'
            lines.append(f'<unit id="{unit.segment_id}"{name}{ours} xml:space="preserve">')
            if unit.notes:
                notes = "".join(f"<note>{escape(_clean(note))}</note>" for note in unit.notes)
                lines.append(f"<notes>{notes}</notes>")
            target = f"<target>{escape(_clean(unit.translation))}</target>" if unit.translation else ""
            lines.append(
                f'<segment state="{unit.state}"><source>{escape(_clean(unit.text))}</source>{target}</segment></unit>'
            )
        lines.append("</file>")
    return ("\n".join([*lines, "</xliff>"]) + "\n").encode()


def _clean(text: str) -> str:
    return NOT_XML.sub("", text)


# --- in ---------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """The unit under way."""

    ident: str
    line: int
    made_of: int | None
    over: int | None
    source: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    parts: int = 0  # segments
    targets: int = 0  # of them with a target


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=SPACE)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_doctype
        self.parser.ExternalEntityRefHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.path: list[str] = []
        self.version = 0
        self.languages = ("", "")
        self.files: list[File] = []
        self.unit: _Open | None = None
        self.into: list[str] | None = None
        self.unknown = 0
        self.told = False  # whether a language stood anywhere

    @property
    def line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _refuse_doctype(self, *_args: object) -> int:
        raise Refused("entities", self.line)

    def _start(self, full: str, given: dict[str, str]) -> None:
        space, _sep, name = full.rpartition(SPACE)
        if len(self.path) >= DEEP:
            raise Refused("deep", self.line)
        if not self.path:
            self.version = 2 if space.startswith(V2) else 1 if space.startswith(V1) else 0
            if name != "xliff" or not self.version:
                raise Refused("not_xliff", self.line, name)
            self._spoken(given.get("srcLang", ""), given.get("trgLang", ""))
        self.path.append(name)
        if name == "file":
            self._file(given)
        elif name in ("unit", "trans-unit"):
            self._unit(given)
        elif self.unit is not None:
            self._inside(name, given)

    def _spoken(self, first: str, then: str) -> None:
        if not first and not then:
            return
        if self.told and (first, then) != self.languages:
            raise Refused("two_languages", self.line, then)
        self.languages, self.told = (first, then), True

    def _file(self, given: dict[str, str]) -> None:
        self._spoken(given.get("source-language", ""), given.get("target-language", ""))
        ident = as_uuid(given.get("id", "")) or as_uuid(given.get("original", "").rpartition("/")[2])
        if ident is None:
            raise Refused("file_id", self.line, given.get("id", given.get("original", "")))
        self.files.append(File(ident, [], given.get("original", "")))

    def _unit(self, given: dict[str, str]) -> None:
        if self.unit is not None:
            raise Refused("nested", self.line)
        if not self.files:
            raise Refused("no_file", self.line)
        of, over = given.get(f"{OURS}{SPACE}of", ""), given.get(f"{OURS}{SPACE}over", "")
        self.unit = _Open(
            given.get("id", ""), self.line, int(of) if _count(of) else None, int(over) if _count(over) else None,
            parts=1 if self.version == 1 else 0,
        )  # fmt: skip

    def _inside(self, name: str, given: dict[str, str]) -> None:
        unit = self.unit
        assert unit is not None
        within = self.path[-2]
        if self.into is not None:
            if name == "cp":
                self.into.append(_letter(given.get("hex", ""), self.line))
            elif name in POINTS | THROUGH:
                return
            else:
                raise Refused("inline", self.line, name)
        elif name == "segment":
            unit.parts += 1
        elif name == "source" and within in ("segment", "ignorable", "trans-unit"):
            self.into = unit.source
        elif name == "target" and within in ("segment", "trans-unit"):
            unit.targets += 1
            self.into = unit.target
        elif name == "target" and within == "ignorable":
            self.into = unit.target

    def _end(self, full: str) -> None:
        name = full.rpartition(SPACE)[2]
        self.path.pop()
        if (
            name in ("source", "target")
            and self.into is not None
            and self.path[-1] in ("segment", "ignorable", "trans-unit")
        ):
            self.into = None
        if name in ("unit", "trans-unit") and self.unit is not None:
            self._close(self.unit)
            self.unit = None

    def _close(self, unit: _Open) -> None:
        ident = as_uuid(unit.ident)
        if ident is None:
            self.unknown += 1
            return
        # Cut in pieces by a tool, and not all of them translated: it is not translated yet.
        whole = unit.targets > 0 and unit.targets == unit.parts
        said = "".join(unit.target).strip() if whole else ""
        self.files[-1].units.append(Unit(ident, "".join(unit.source), said, unit.made_of, unit.over, line=unit.line))

    def _text(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _letter(code: str, line: int) -> str:
    try:
        letter = chr(int(code, 16))
    except (ValueError, OverflowError) as fault:
        raise Refused("inline", line, f"cp {code}") from fault
    return "" if NOT_XML.match(letter) or "\ud800" <= letter <= "\udfff" else letter


def read(content: bytes) -> Document:
    """Raises Refused, with the line. Any encoding that the file names itself and expat knows."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as fault:
        raise Refused("xml", fault.lineno, expat.ErrorString(fault.code)) from fault
    except (LookupError, ValueError) as fault:  # an encoding that nobody knows
        raise Refused("xml", reader.line, str(fault)) from fault
    first, then = reader.languages
    if not then:
        raise Refused("no_language", 1)
    if not reader.files:
        raise Refused("no_file", 1)
    return Document(first.casefold(), then.casefold(), reader.files, reader.unknown)


def units_of(document: Document) -> Iterable[tuple[UUID, Unit]]:
    for file in document.files:
        for unit in file.units:
            yield file.source_id, unit
