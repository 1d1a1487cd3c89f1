"""What can be imported. A room that owns rows says how a file is understood and which of its rules takes a batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.imports.mapping import Column, Field, Proposal
from interazioni.foundation.imports.reading import read_workbook
from interazioni.foundation.imports.tables import IgnoredRow
from interazioni.foundation.imports.values import Finding

Text = Promise | str
SPREADSHEETS = _("A spreadsheet or a CSV, as you have it: xlsx, xls, ods, csv.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How the pages speak of what a kind's rows are."""

    row: Text
    choose: Text  # where a line offers choices
    asked: Text  # how many such lines there are
    merged: Text
    unchanged: Text


OF_PEOPLE = Words(
    row=_("Name"), choose=_("Choose whom it means"), asked=_("names that fit more than one person"),
    merged=_("added to somebody on record"), unchanged=_("on record already, nothing new"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """An uploaded file and what somebody has said about it so far."""

    source: Any  # what the kind's `read` made of the bytes: a Workbook, unless it says otherwise
    by: Actor
    options: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it was found: what its columns were taken for, and the rows left aside with their reason."""

    key: str
    sheet: str
    titles: Sequence[str]
    columns: Sequence[Column]
    mapping: Mapping[str, Proposal]
    ignored: Sequence[IgnoredRow]
    notes: Sequence[Text] = ()
    heading: Text = ""  # where its columns are none of a spreadsheet: what is chosen, and for each of which
    each: Text = ""


@dataclass(slots=True)
class Line:
    """One row as it was understood. `facts` are label and value for the preview; `choices` (id, words) ask whom it means."""

    sheet: str
    row: int
    title: str
    facts: Sequence[tuple[Text, str]]
    payload: Any
    errors: Sequence[Finding] = ()
    warnings: Sequence[Finding] = ()
    choices: Sequence[tuple[str, str]] = ()
    cells: Sequence[Any] = ()  # as the file has them, to be given back when the row is refused

    @property
    def key(self) -> str:
        return f"{self.sheet}/{self.row}"


@dataclass(frozen=True, slots=True)
class Question:
    """Something about the file as a whole that its preview asks; the choice comes back in `Asked.answers[key]`, or is not there.

    No line has such a key: a line's holds a `/`.
    """

    key: str
    label: Text
    choices: Sequence[tuple[str, Text]]
    help: Text = ""


@dataclass(frozen=True, slots=True)
class Understood:
    tables: Sequence[TableView]
    lines: Sequence[Line]
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a line: `outcome` of `models.Outcome`, codes, and the thing it is about."""

    outcome: str
    codes: Sequence[str] = ()
    object_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKind:
    """`apply` is one call of the very rule that the room's page calls; `before` are the ids of what this import has taken already.

    `read` turns bytes and a file's name into what `understand` reads, or raises `ImportRefused`. `formats` says to people which files it takes.
    `codes` are words for outcomes that only the taking knows; `headings` those of an empty sheet that can be fetched and filled in.
    """

    code: str
    label: Text
    permission: Permission
    fields: Sequence[Field]
    understand: Callable[[Asked], Understood]
    apply: Callable[[Sequence[Line], Mapping[str, str], frozenset[UUID], Actor], Sequence[Taken]]
    option: str = ""  # the one thing the file does not say: "edition"
    option_label: Text = ""
    option_choices: Callable[[Actor], Sequence[tuple[str, str]]] | None = None
    columns_can_be_chosen: bool = True
    read: Callable[[bytes, str], Any] = read_workbook
    formats: Text = SPREADSHEETS
    words: Words = OF_PEOPLE
    codes: Mapping[str, Text] = field(default_factory=dict)
    headings: Sequence[Text] = ()
    after: tuple[Text, str] | None = None  # words and address (of an import) of the page where one goes on


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    _kinds[kind.code] = kind


def kind_of(code: str) -> ImportKind:
    return _kinds[code]


def kinds() -> list[ImportKind]:
    return list(_kinds.values())
