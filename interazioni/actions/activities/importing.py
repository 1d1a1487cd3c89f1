"""What an attendance grid may hold, and to whom each of its lines belongs. Pure: no database, no writing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports import names, values
from interazioni.foundation.imports.grid import Grid, GridRow, find_grids
from interazioni.foundation.imports.mapping import Field, Kind
from interazioni.foundation.imports.names import NameIndex
from interazioni.foundation.imports.reading import Cell, Workbook, text_of
from interazioni.foundation.imports.values import Context, Finding
from interazioni.foundation.vocabularies import taxcode

# The words for a person's columns are those of the people's list, so that a school's two files are read alike.
_WHOLE = ("cognome e nome", "cognome nome", "nome e cognome", "nome cognome", "nominativo", "nominativi", "alunno", "alunna", "alunni", "alunno/a",
          "allievo", "allievi", "allievo/a", "studente", "studenti", "studente/essa", "partecipante", "partecipanti", "beneficiario", "beneficiari",
          "destinatario", "destinatari", "utente", "utenti", "corsista", "corsisti", "iscritti", "iscritto", "persona", "elenco alunni", "elenco partecipanti",
          "nome completo", "cognome / nome", "nominativo alunno", "cognome e nome alunno", "nome alunno", "minore", "student", "name and surname")  # fmt: skip


def _looks_like_name(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) > 2 and not any(map(str.isdigit, cell))


def _looks_like_tax_code(cell: Cell) -> bool:
    return isinstance(cell, str) and taxcode.looks_like(cell)


KIND = Kind(
    "attendance",
    _("Attendance"),
    (
        Field("number", _("Row number"), ("n", "nr", "no", "num", "numero", "progr", "n ord", "pos", "#")),
        Field("full_name", _("Surname and name in one column"), _WHOLE, looks_like=_looks_like_name),
        Field("surname", _("Surname"), ("cognome", "cognomi", "surname", "last name", "cognome alunno"), looks_like=_looks_like_name),
        Field("name", _("Name"), ("nome", "nomi", "name", "first name"), looks_like=_looks_like_name),
        Field("birth_date", _("Date of birth"), ("data di nascita", "data nascita", "nato il", "nato/a il", "nascita"), looks_like=values.looks_like_date, strict=True),
        Field("tax_code", _("Tax code"), ("codice fiscale", "cod fiscale", "c f", "cf", "cod fisc"), looks_like=_looks_like_tax_code, by_content=True, strict=True),
        Field("school_class", _("Class"), ("classe", "cl", "classe e sezione", "sezione", "sez")),
        Field("total", _("Total hours"), ("tot ore", "totale ore", "totale", "tot", "ore totali", "ore", "ore frequentate", "tot h", "totale ore frequentate",
                                          "ore svolte", "ore presenza", "ore di presenza", "totale presenze", "tot presenze", "presenze", "tot pres", "n presenze",
                                          "monte ore", "ore effettuate")),
        Field("absences", _("Absences"), ("assenze", "tot assenze", "totale assenze", "n assenze", "ore assenza")),
        Field("rate", _("Rate"), ("%", "percentuale", "perc", "% presenze", "% frequenza", "frequenza")),
        Field("notes", _("Notes"), ("note", "annotazioni", "firma", "osservazioni")),
    ),
    anchors=frozenset({"full_name", "surname", "tax_code"}),
)  # fmt: skip


def read_grids(
    workbook: Workbook, *, today: date, period: tuple[date, date] | None = None, default_hours: Decimal | None = None
) -> list[Grid]:
    """The workbook's grids. `period` is the edition's, `default_hours` its usual session; ImportRefused when there is no grid."""
    grids = find_grids(workbook, KIND, today=today, period=period, default_hours=default_hours)
    for grid in grids:
        if "surname" in grid.mapping and "name" in grid.mapping:
            grid.mapping.pop("full_name", None)
            for row in grid.rows:
                row.cells.pop("full_name", None)
    return grids


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody a line may belong to. `key` is whatever the caller knows them by (an id)."""

    key: str
    surname: str
    name: str
    birth_date: date | None = None
    tax_code: str = ""


@dataclass
class LineDraft:
    """One line of a grid and its person: exactly one key, or several to choose from (`ambiguous`), or none."""

    row: GridRow
    text: str
    keys: tuple[str, ...] = ()
    how: str = "none"
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)

    @property
    def key(self) -> str | None:
        return self.keys[0] if len(self.keys) == 1 and not self.errors else None


def match_lines(grid: Grid, people: Sequence[Enrolled], context: Context) -> list[LineDraft]:
    """To whom each line belongs, by tax code, name and date of birth. A name that fits two people is `ambiguous`; a person
    whom two lines claim is refused on the second (`line_repeated`)."""
    index = NameIndex([(one.surname, one.name) for one in people])
    by_code = {taxcode.normalise(one.tax_code): at for at, one in enumerate(people) if one.tax_code}
    lines = []
    claimed: dict[str, int] = {}
    for row in grid.rows:
        line = LineDraft(row, _name_text(row))
        _match(line, people, index, by_code, context)
        if line.key is not None:
            if line.key in claimed:
                line.errors.append(
                    Finding(
                        "line_repeated",
                        _("“%(read)s” already stands in row %(other)s."),
                        line.text,
                        str(claimed[line.key]),
                    )
                )
            else:
                claimed[line.key] = row.number
        line.warnings += row.warnings
        lines.append(line)
    return lines


def _name_text(row: GridRow) -> str:
    whole = text_of(row.cells.get("full_name"))
    return whole or " ".join(filter(None, (text_of(row.cells.get("surname")), text_of(row.cells.get("name")))))


def _match(
    line: LineDraft, people: Sequence[Enrolled], index: NameIndex, by_code: dict[str, int], context: Context
) -> None:
    code = taxcode.normalise(text_of(line.row.cells.get("tax_code")))
    if code in by_code and code:
        line.keys, line.how = (people[by_code[code]].key,), "tax_code"
        return
    if not line.text:
        line.errors.append(Finding("name_missing", _("The line has marks and no name.")))
        return
    match = index.find(line.text)
    found = list(match.found)
    if len(found) > 1 and (born := values.parse_birth_date(line.row.cells.get("birth_date"), context).value):
        found = [at for at in found if people[at].birth_date == born] or found
    line.keys, line.how = tuple(people[at].key for at in found), match.how
    if not found:
        line.errors.append(Finding("person_unknown", _("“%(read)s” is not among the people enrolled."), line.text))
    elif len(found) > 1:
        who = ", ".join(
            f"{people[at].surname} {people[at].name} ({people[at].birth_date:%d/%m/%Y})"
            if people[at].birth_date
            else f"{people[at].surname} {people[at].name}"
            for at in found
        )
        line.errors.append(Finding("ambiguous", _("“%(read)s” may be %(other)s: choose one."), line.text, who))
    elif match.doubtful:
        who = f"{people[found[0]].surname} {people[found[0]].name}"
        line.warnings.append(Finding("name_similar", _("“%(read)s” was taken for %(other)s."), line.text, who))


def title_of(line: LineDraft) -> str:
    """How a line's name is written for a reader."""
    return names.title_name(names.clean_name(line.text)[0])
