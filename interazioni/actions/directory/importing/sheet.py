"""A spreadsheet of services as offices keep it: which rows are places of one service, and what a row says. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import cells, hours_cell
from interazioni.actions.directory.importing.columns import DAYS, KIND
from interazioni.actions.directory.importing.draft import Draft, key_of, where
from interazioni.actions.directory.importing.statements import StatedPlace
from interazioni.actions.directory.models import Location, ServiceAtLocation
from interazioni.foundation.imports import values
from interazioni.foundation.imports.mapping import Proposal
from interazioni.foundation.imports.reading import Cell, text_of
from interazioni.foundation.imports.tables import DataRow, Table
from interazioni.foundation.vocabularies.folding import fold

WORDS = ("for_whom", "how", "obtained", "times", "alert", "also")
PLACE = (
    "place_name",
    "address",
    "postal_code",
    "municipality",
    "province",
    "transport",
    "access_note",
    "hours",
    *DAYS,
    "closures",
)
SHEETS_WORDS = ("summary", "description", "for_whom", "how")  # two rows that differ here are two services


@dataclass(slots=True)
class Read:
    """A row: its draft, the row of the file that it belongs to (itself, or the first of its service), and its cells."""

    draft: Draft
    row: DataRow
    belongs_to: int
    cells: Mapping[str, Cell] = field(default_factory=dict)


def read_table(table: Table, mapping: Mapping[str, Proposal]) -> list[Read]:
    """Every row of a table, those of one service put together in its first one."""
    rows = [(row, _filled(table.cells(row, mapping))) for row in table.rows]
    named = _named(rows)
    together: dict[tuple[str, ...], list[int]] = {}
    for at, key in enumerate(_keys(rows, named)):
        together.setdefault(key, []).append(at)
    found: dict[int, Read] = {}
    for key, places in together.items():
        drafts = [Draft(table.sheet, rows[at][0].number) for at in places]
        first = drafts[0]
        first.identity = f"sheet:{key[0] if len(key) == 1 else key_of(*key)}"[:120]
        for draft, at in zip(drafts, places, strict=True):
            draft.name_it(text_of(named[at]))
            if not rows[at][1].get("name"):
                draft.warn("continued", _("No name: taken as another place of “%(read)s”, above."), draft.name)
        said = _said([rows[at][1] for at in places], set(mapping), first)
        _service(first, said)
        for draft, at in zip(drafts, places, strict=True):
            place = _place(draft, rows[at][1], set(mapping), first)
            if place is not None and not draft.errors and all(one.key != place.key for one in first.places):
                first.places.append(place)
            found[at] = Read(draft, rows[at][0], rows[places[0]][0].number, rows[at][1])
        first.places_said = bool(set(PLACE) & set(mapping))
    return [found[at] for at in range(len(rows))]


def _words(cell: Cell) -> str:
    """A cell with its lines."""
    return cell.strip() if isinstance(cell, str) else text_of(cell)


def _filled(row: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: cell for name, cell in row.items() if not values.is_nothing(cell)}


def _named(rows: Sequence[tuple[DataRow, Mapping[str, Cell]]]) -> list[Cell]:
    """The name of each row's service: where only a place stands, it is the one above (cells that were joined, or left empty)."""
    names: list[Cell] = []
    for _row, filled in rows:
        name = filled.get("name")
        if (
            name is None
            and names
            and filled.keys() & {"address", "municipality", "place_name", "hours"}
            and not filled.keys() & {*SHEETS_WORDS, "code"}
        ):
            name = names[-1]
        names.append(name)
    return names


def _keys(rows: Sequence[tuple[DataRow, Mapping[str, Cell]]], named: Sequence[Cell]) -> list[tuple[str, ...]]:
    """What a row's service is known by, in this file and in the next: a code; else who offers it and its name, and with other words
    under the same name also where it is."""
    organisation: list[str] = []
    for at, (_row, filled) in enumerate(rows):
        offering = fold(text_of(filled.get("organisation")))
        organisation.append(offering or (organisation[-1] if at and not filled.get("name") else ""))
    names = [(org, fold(text_of(name))) for org, name in zip(organisation, named, strict=True)]
    words: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for key, (_row, filled) in zip(names, rows, strict=True):
        own = tuple(fold(text_of(filled.get(name))) for name in SHEETS_WORDS)
        if any(own):
            words.setdefault(key, set()).add(own)
    keys: list[tuple[str, ...]] = []
    for key, (row, filled) in zip(names, rows, strict=True):
        if code := text_of(filled.get("code")).strip():
            keys.append((f"code:{code[:80]}",))
        elif not key[1]:
            keys.append(("", "", str(row.number)))
        elif len(words.get(key, ())) > 1:
            keys.append((*key, fold(text_of(filled.get("municipality"))), fold(text_of(filled.get("address")))))
        else:
            keys.append(key)
    return keys


def _said(rows: Sequence[Mapping[str, Cell]], columns: set[str], draft: Draft) -> dict[str, Cell]:
    """Each column's first word among the rows of one service; another word further down is said."""
    found: dict[str, Cell] = {}
    labels = KIND.by_name
    for name in columns - set(PLACE):
        words = [row[name] for row in rows if name in row]
        found[name] = words[0] if words else None
        other = next((word for word in words[1:] if fold(text_of(word)) != fold(text_of(words[0]))), None)
        if other is not None and name not in ("name", "code", "phones", "more_phones"):
            draft.warn(
                "rows_differ",
                _("Rows of this service differ in “%(other)s”: “%(read)s” was left out."),
                text_of(other),
                str(labels[name].label),
            )
        if name in ("phones", "more_phones") and other is not None:
            found[name] = "; ".join(dict.fromkeys(map(_words, words)))
    return found


def _service(draft: Draft, said: Mapping[str, Cell]) -> None:
    def text(name: str) -> str:
        return _words(said.get(name))

    draft.organisation = {"name": " ".join(draft.clean(text("organisation")).split())[:200]}
    draft.category = draft.clean(text("theme"))
    for name in WORDS:
        if name in said:
            draft.say(name, text(name))
    if "description" in said or "summary" in said:
        draft.describe(text("description") if "description" in said else None, summary=text("summary"))
    if "needed" in said:
        draft.documents(cells.items(draft.clean(text("needed"))))
    if "cost" in said or "free" in said:
        draft.cost_said(text("cost"), _yes(draft, "free", said.get("free")))
    if "appointment" in said:
        draft.values["appointment"] = bool(_yes(draft, "appointment", said.get("appointment")))
    if "spoken" in said:
        draft.values["spoken"] = cells.spoken(draft.clean(text("spoken")), draft.warn)
    if "phones" in said or "more_phones" in said:
        numbers = [
            one
            for name in ("phones", "more_phones")
            if said.get(name) is not None
            for one in cells.phones(said[name], draft.warn)
        ]
        draft.values["phones"] = numbers[: cells.MOST_PHONES]
    draft.reach(text("email") if "email" in said else None, text("website") if "website" in said else None)
    _ages(draft, said)


def _yes(draft: Draft, name: str, cell: Cell) -> bool | None:
    if cell is None:
        return None
    said = values.parse_yes_no(cell)
    if said is None and name == "free":
        said = cells.free(text_of(cell))
    if said is None and name == "appointment":
        key = fold(text_of(cell))
        said = True if re.search(r"\b(?:necessari|obbligatori|solo|sempre|required|appuntamento)", key) and not re.search(r"\b(?:senza|non)\b", key) else (
            False if re.search(r"\b(?:senza|non|liber|walk)", key) else None
        )  # fmt: skip
    if said is None:
        draft.warn(
            "yes_no",
            _("“%(read)s” under “%(other)s” says neither yes nor no: left out."),
            text_of(cell),
            str(KIND.by_name[name].label),
        )
    return said


def _ages(draft: Draft, said: Mapping[str, Cell]) -> None:
    if not {"age", "minimum_age", "maximum_age"} & said.keys():
        return
    first, last = cells.ages(text_of(said.get("age")), draft.warn) if said.get("age") is not None else (None, None)
    limits = [first, last]
    for at, name in enumerate(("minimum_age", "maximum_age")):
        if said.get(name) is None:
            continue
        number = values.parse_decimal(said[name])
        if number is None or not number.is_finite() or not 0 <= number <= 120:
            draft.warn(
                "age_unreadable",
                _("“%(read)s” was not understood as ages: write for example 16-25."),
                text_of(said[name]),
            )
        else:
            limits[at] = int(number)
    draft.years(*limits)


# --- where and when --------------------------------------------------------------------------------------------------


def _place(draft: Draft, row: Mapping[str, Cell], columns: set[str], service: Draft) -> StatedPlace | None:
    """The row's place; None where it names none, or one that cannot be found (which refuses the row)."""

    def text(name: str) -> str:
        return draft.clean(_words(row.get(name)))

    when = _when(draft, row, columns, service)
    street, code, town_said = text("address"), "", text("municipality")
    if not town_said:
        street, code, town_said = cells.address(street)
    if not town_said:
        if street or text("place_name"):
            draft.refuse(
                "municipality_missing", _("The municipality of “%(read)s” is missing."), street or text("place_name")
            )
        elif when.get("hours") or when.get("note"):
            draft.warn(
                "hours_without_place", _("There are hours but no place: add the municipality. The hours were left out.")
            )
        return None
    findings: list[Any] = []
    town = cells.municipality(town_said, text("province"), cells.remark(findings))
    if town is None:
        draft.errors += findings
        return None
    draft.warnings += findings
    given: dict[str, Any] = {}
    for name, value in (
        ("name", text("place_name")),
        ("address", street),
        ("transport", text("transport")),
        ("access_note", text("access_note")),
    ):
        column = "place_name" if name == "name" else name
        if column in columns or value:
            given[name] = draft.cut(name, " ".join(value.split()), Location)
    if "postal_code" in columns or code:
        given["postal_code"] = cells.postal_code(row["postal_code"], draft.warn) if "postal_code" in row else code
    return StatedPlace(key_of(town.istat, street, text("place_name")), where(town, given), when)


def _when(draft: Draft, row: Mapping[str, Cell], columns: set[str], service: Draft) -> dict[str, Any]:
    """Hours of one column or of a column a day, and when it is closed; what is not understood stays as words."""
    if not {"hours", "closures", *DAYS} & columns:
        return {}
    whole = hours_cell.HoursRead()
    rests = []
    for name in ("hours", "closures", *DAYS):
        cell = row.get(name)
        if isinstance(cell, date | datetime | time):
            draft.warn(
                "hours_date",
                _(
                    "The spreadsheet made a date or a time of the hours (“%(read)s”): format the column as text and write them again."
                ),
                text_of(cell),
            )
    days = [(at, draft.clean(_words(row[name]))) for at, name in enumerate(DAYS) if isinstance(row.get(name), str)]
    reads = [hours_cell.read_days(days)] if days else []
    if isinstance(row.get("hours"), str):
        reads.insert(0, hours_cell.read(draft.clean(_words(row["hours"]))))
    if isinstance(row.get("closures"), str):
        closed = draft.clean(_words(row["closures"]))
        reads.append(
            hours_cell.read(closed if re.search(r"chius|closed", closed, re.IGNORECASE) else f"chiuso {closed}")
        )
    for read in reads:
        whole.hours += read.hours
        whole.closures += [one for one in read.closures if one not in whole.closures]
        whole.holidays = whole.holidays or read.holidays
        if read.appointment:
            service.values["appointment"] = True
        if read.rest:
            rests.append(read.rest)
    rest = "; ".join(rests)
    if rest:
        draft.warn(
            "hours_as_words",
            _(
                "Of the hours this was kept as words, not as hours: “%(read)s”. Write it for example so: lun-ven 9-12:30, 14-17."
            ),
            rest,
        )
    return {
        "hours": whole.hours[:40], "closures": whole.closures, "holidays": whole.holidays,
        "note": draft.cut("note", " ".join(rest.split()), ServiceAtLocation),
    }  # fmt: skip
