"""Attendance grids: people down, dates across, a mark in each cell.

Decided here, because registers do not say it:
- a column in which nobody has any mark is a session that was **not held**;
- an empty cell in a session that was held is **not recorded**: neither present nor absent;
- a number is hours attended, unless the grid's numbers are only 0 and 1, which then mean absent and present (the totals'
  column, where there is one, decides between the two readings);
- a dash is an absence in a grid that has no other mark for it, and nothing otherwise;
- a mark nobody can read refuses its cell, never its row; the grid's own totals are only held against ours.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports.mapping import Column, Kind, Proposal, label_of, propose
from interazioni.foundation.imports.reading import Cell, ImportRefused, Row, Sheet, Workbook, text_of
from interazioni.foundation.imports.tables import SIGNATURE, TOTAL, DataRow, IgnoredRow
from interazioni.foundation.imports.values import (
    MONTH_NAMES,
    Finding,
    fold_date,
    is_nothing,
    parse_decimal,
    read_date,
)
from interazioni.foundation.vocabularies.folding import fold

MARKS: dict[str, str] = {
    **dict.fromkeys(("p", "x", "pr", "pres", "presente", "presenti", "si", "s", "v", "ok", "yes", "y", "xx", "present", "pp"), "present"),
    **dict.fromkeys(("a", "ass", "assente", "no", "n", "abs", "aa", "absent", "assenza", "as"), "absent"),
    **dict.fromkeys(
        ("ag", "g", "giust", "giustificata", "giustificato", "ass giust", "a g", "assenza giustificata", "assente giustificato", "assente giustificata",
         "a giust", "ag giust", "agiust", "malattia", "mal", "malato", "malata"), "justified"),
    **dict.fromkeys(("r", "rit", "ritardo", "in ritardo", "p r", "pr rit", "ritard", "entrata in ritardo", "re"), "late"),
    **dict.fromkeys(("u", "usc", "uscita anticipata", "ua", "uscita", "p u"), "late"),
}  # fmt: skip
_SIGNS = {
    "✓": "present",
    "✔": "present",
    "√": "present",
    "☑": "present",
    "●": "present",
    "•": "present",
    "✗": "absent",
    "✘": "absent",
    "☐": "",
    "○": "absent",
}
_DASHES = {"-", "–", "—", "/", "--", "---", "=", "//", "\\"}
_HOURS_ROW = re.compile(r"^(?:(?:n|nr|num|numero|tot|totale)? ?ore\b|durata\b|h$|hh$|monte ore|orario\b|ora\b|hours)")
_REMARK_ROW = re.compile(
    r"^(?:argomento|attivita|contenut|tema|sede|luogo|n (?:lezione|incontro)|lezione|incontro|data|giorno|aula|mese|settimana|modulo|orario|tipo)\w*\b"
)


@dataclass(frozen=True, slots=True)
class SessionColumn:
    """A session as the grid has it. `hours` None: the grid does not say. `date_how`: full, inferred, corrected, guessed."""

    index: int
    label: str
    date: date
    date_how: str
    hours: Decimal | None
    held: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """`status`: present, absent, justified, late (or part of the time). `hours` attended; None when present for the whole of a session of unknown length."""

    status: str
    hours: Decimal | None
    raw: str


@dataclass
class GridRow:
    """One person's line. `marks` and `refused` are by the session's place in `Grid.sessions`."""

    number: int
    cells: dict[str, Cell]
    marks: dict[int, Mark] = field(default_factory=dict)
    refused: dict[int, Finding] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def hours(self) -> Decimal:
        """Hours attended where they are known."""
        return sum((mark.hours for mark in self.marks.values() if mark.hours is not None), Decimal(0))


@dataclass
class Grid:
    """A grid understood. `sessions` holds all planned columns; those not `held` carry no marks."""

    sheet: str
    titles: list[str]
    columns: list[Column]
    mapping: dict[str, Proposal]
    sessions: list[SessionColumn]
    rows: list[GridRow]
    ignored: list[IgnoredRow]
    warnings: list[Finding] = field(default_factory=list)
    numbers_mean: str = "hours"  # or "presence"

    @property
    def held(self) -> list[SessionColumn]:
        return [session for session in self.sessions if session.held]


@dataclass(frozen=True, slots=True)
class _Day:
    """A heading that is a date, perhaps without its year, perhaps with the session's hours."""

    day: int
    month: int
    year: int | None
    hours: Decimal | None = None


def read_day(cell: Cell) -> _Day | None:
    """`07/02`, `7-2`, `gio 7 feb`, `07/02/19`, a date cell, `07/02 (2h)`, `Lezione 3 - 07/02 ore 1,5`."""
    if isinstance(cell, datetime | date):
        return _Day(cell.day, cell.month, cell.year)
    if not isinstance(cell, str) or not any(map(str.isdigit, cell)) or len(cell) > 60:
        return None
    text = fold_date(" ".join(cell.split()))
    hours = None
    found = re.search(
        r"(?:\(\s*)?(?:ore\s*:?\s*(\d{1,2}(?:[.,]\d+)?)|(\d{1,2}(?:[.,]\d+)?)\s*(?:h|ore|ora)\b)\s*\)?", text
    )
    span = re.search(r"\b\d{1,2}[:.]\d{2}\s*(?:-|–|/|alle)\s*\d{1,2}[:.]\d{2}\b", text)
    if span:
        hours = read_hours(span[0])
        text = text.replace(span[0], " ")
    elif found:
        hours = Decimal((found[1] or found[2]).replace(",", "."))
        text = text.replace(found[0], " ")
    full = re.search(r"\b(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})\b|\b(\d{4})-(\d{2})-(\d{2})\b", text)
    if full:
        read = read_date(full[0], latest_year=2060)
        return (
            _Day(read.value.day, read.value.month, read.value.year, hours)
            if read.value and read.value.year > 2000
            else None
        )
    worded = re.search(r"\b(\d{1,2})[°º]?\s*[/.\- ]?\s*([a-z]{3,10})\.?\s*[/.\- ']*(\d{4}|\d{2})?\b", text)
    if worded and worded[2] in MONTH_NAMES:
        year = int(worded[3]) if worded[3] else None
        return _valid(int(worded[1]), MONTH_NAMES[worded[2]], 2000 + year if year and year < 100 else year, hours)
    short = re.search(r"(?:^|[^\d/.])(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:$|[^\d/.])", text)
    return _valid(int(short[1]), int(short[2]), None, hours) if short else None


def _valid(day: int, month: int, year: int | None, hours: Decimal | None) -> _Day | None:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return None
    return _Day(day, month, year, hours)


def read_hours(cell: Cell) -> Decimal | None:
    """A session's length: "1,5", "2h", "15:00-17:00", "14.30–16.30", "15-17"; between a quarter of an hour and twelve hours."""
    value = None
    if isinstance(cell, str):
        span = re.fullmatch(
            r"\s*(?:dalle\s*)?(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|/|alle|a)\s*(\d{1,2})(?:[:.](\d{2}))?\s*", cell.lower()
        )
        if span:
            begin, end = (int(span[at]) * 60 + int(span[at + 1] or 0) for at in (1, 3))
            value = (Decimal(end - begin) / 60).quantize(Decimal("0.01"))
    value = value if value is not None else parse_decimal(cell)
    return value.normalize() + 0 if value is not None and Decimal("0.25") <= value <= 12 else None


def find_grids(
    workbook: Workbook,
    kind: Kind,
    *,
    today: date,
    period: tuple[date, date] | None = None,
    default_hours: Decimal | None = None,
) -> list[Grid]:
    """Every grid of the workbook. `period`: first and last day of the edition, which gives years to dates that have none.
    `default_hours`: a session's length where the grid is silent. ImportRefused(`no_grid`) when no row of dates is found."""
    grids = [
        grid for sheet in workbook.sheets for grid in [_grid_of(sheet, kind, today, period, default_hours)] if grid
    ]
    if not grids:
        raise ImportRefused(
            "no_grid",
            _(
                "No attendance grid was recognised: it needs a row of dates above the marks, and a column of names. Correct the file and upload it again."
            ),
        )
    return grids


def _days_of(rows: Sequence[Row], at: int) -> dict[int, _Day]:
    """column → day of a row of dates; or of a row of days under a row of months."""
    here = {column: day for column, cell in enumerate(rows[at]) if (day := read_day(cell))}
    numbers = {column: int(cell) for column, cell in enumerate(rows[at]) if (isinstance(cell, int) or (isinstance(cell, str) and cell.strip().isdigit()))
               and 1 <= int(cell) <= 31}  # fmt: skip
    if at and len(numbers) >= 2 and len(numbers) > len(here):
        month, year, built = None, None, {}
        for column in range(max(numbers) + 1):
            above = rows[at - 1][column] if column < len(rows[at - 1]) else None
            words = fold(text_of(above)).split() if isinstance(above, str) else []
            for word in words:
                if word in MONTH_NAMES:
                    month, year = MONTH_NAMES[word], None
                elif re.fullmatch(r"20\d\d", word):
                    year = int(word)
            if isinstance(above, datetime | date):
                month, year = above.month, above.year
            if month and column in numbers and (day := _valid(numbers[column], month, year, None)):
                built[column] = day
        if len(built) >= 2:
            return built
    return here


def _grid_of(
    sheet: Sheet, kind: Kind, today: date, period: tuple[date, date] | None, default_hours: Decimal | None
) -> Grid | None:
    rows = sheet.rows
    best: tuple[int, int, dict[int, _Day]] | None = None
    for at in range(min(len(rows), 60)):
        days = _days_of(rows, at)
        # A list of people has one column of dates of birth; a register's dates stand side by side.
        named = any(kind.best_heading(label_of(cell)) >= 0.9 for cell in rows[at] if isinstance(cell, str))
        if len(days) >= 2 or (days and named):
            rank = len(days) * 2 + named
            if best is None or rank > best[0]:
                best = (rank, at, days)
    if best is None:
        return None
    _rank, top, days = best
    titles = [
        line for row in rows[:top] for line in [" ".join(text_of(cell) for cell in row if cell is not None)] if line
    ]
    width = max(len(row) for row in rows)
    labels = {}
    for column in range(width):
        if column not in days:
            near = [
                rows[at][column] for at in (top, top - 1, top + 1) if 0 <= at < len(rows) and column < len(rows[at])
            ]
            known = [
                label_of(cell) for cell in near if isinstance(cell, str) and kind.best_heading(label_of(cell)) >= 0.7
            ]
            own = rows[top][column] if column < len(rows[top]) else None
            labels[column] = known[0] if known else label_of(own) if isinstance(own, str) else ""
    body = list(range(top + 1, len(rows)))
    columns = [
        Column(at, label)
        for at, label in labels.items()
        if label or any(at < len(rows[row]) and rows[row][at] is not None for row in body)
    ]
    samples = {
        column.index: [rows[row][column.index] for row in body if column.index < len(rows[row])][:300]
        for column in columns
    }
    mapping = propose(kind, columns, samples)
    naming = [mapping[name].column.index for name in ("full_name", "surname", "name", "tax_code") if name in mapping]
    if not naming:
        wordy = {
            column.index: sum(isinstance(cell, str) and len(fold(cell).split()) >= 2 for cell in samples[column.index])
            for column in columns
        }
        first = max(wordy, key=lambda index: (wordy[index], -index), default=None)
        if first is None or not wordy[first]:
            return None
        mapping["full_name"] = Proposal(
            next(column for column in columns if column.index == first), "full_name", 0.5, "content"
        )
        naming = [first]
    lengths = _lengths(rows, top, days, naming)
    grid = Grid(sheet.name, titles, columns, mapping, [], [], [])
    people: list[DataRow] = []
    for at in body:
        reason = _ignored(rows[at], naming, days, at in lengths.rows, top, rows)
        if reason is None:
            people.append(DataRow(at + 1, rows[at]))
        else:
            grid.ignored.append(
                IgnoredRow(at + 1, reason, " ".join(text_of(cell) for cell in rows[at] if cell is not None)[:200])
            )
    if not people:
        return None
    order = sorted(days)
    dated = _with_years([days[column] for column in order], [sheet.name, *titles], today, period, grid)
    marked = {column: [cell for row in people if not _is_blank_mark(cell := row.get(column))] for column in order}
    dash_is_absence = _dash_is_absence(marked)
    held = {
        column: any(dash_is_absence or text_of(cell) not in _DASHES for cell in cells)
        for column, cells in marked.items()
    }
    for column in order:  # a column of nothing but dashes was not held
        held[column] = held[column] and any(text_of(cell) not in _DASHES for cell in marked[column])
    readings = []
    for numbers_mean in ("hours", "presence"):
        sessions = [
            SessionColumn(
                column,
                label_of(rows[top][column]) or text_of(rows[top][column]),
                day,
                how,
                _length(column, days, lengths, marked[column], numbers_mean, default_hours),
                held[column],
            )
            for column, (day, how) in zip(order, dated, strict=True)
        ]
        read = [_read_row(row, sessions, mapping, numbers_mean, dash_is_absence) for row in people]
        readings.append((numbers_mean, sessions, read, sum(bool(row.warnings) for row in read)))
    _choose(grid, readings, marked)
    return grid


@dataclass
class _Lengths:
    by_column: dict[int, Decimal]
    rows: set[int]


def _lengths(rows: Sequence[Row], top: int, days: Mapping[int, _Day], naming: Sequence[int]) -> _Lengths:
    """The row that says how long each session was: called "ore", or nameless with nothing but plausible lengths."""
    found = _Lengths({}, set())
    for at in (top + 1, top - 1, top + 2, top - 2, top + 3):
        if not 0 <= at < len(rows):
            continue
        row = rows[at]
        lengths = {
            column: hours for column in days if column < len(row) and (hours := read_hours(row[column])) is not None
        }
        said = next(
            (fold(cell) for cell in row if isinstance(cell, str) and fold(cell) and read_hours(cell) is None), ""
        )
        nameless = all(index >= len(row) or row[index] is None for index in naming)
        if (said and _HOURS_ROW.match(said) and lengths) or (
            nameless and not said and len(lengths) >= 0.6 * len(days) and len(lengths) >= 2
        ):
            if not found.by_column:
                found.by_column = lengths
            found.rows.add(at)
    return found


def _ignored(
    row: Row, naming: Sequence[int], days: Mapping[int, _Day], is_lengths: bool, top: int, rows: Sequence[Row]
) -> str | None:
    filled = [cell for cell in row if cell is not None]
    if not filled:
        return "blank"
    if is_lengths:
        return "title"
    named = [fold(text_of(row[index])) for index in naming if index < len(row) and row[index] is not None]
    first = next((fold(cell) for cell in row if isinstance(cell, str) and fold(cell)), "")
    marks = sum(column < len(row) and not _is_blank_mark(row[column]) for column in days)
    for said in (*named[:1], first):
        if TOTAL.match(said) or _HOURS_ROW.match(said):
            return "total"
        if SIGNATURE.match(said):
            return "signature"
        if _REMARK_ROW.match(said):
            return "title"
    same = sum(
        1 for column in days if column < len(row) and row[column] is not None and row[column] == rows[top][column]
    )
    if same >= 2 and same >= 0.6 * len(days):
        return "repeated_header"
    if not named:
        if marks == 0:
            return "numbered_blank" if len(filled) == 1 and text_of(filled[0]).rstrip(".)").isdigit() else "title"
        numbers = sum(isinstance(row[column], int | float) for column in days if column < len(row))
        return "total" if numbers == marks else None
    if (
        marks == 0
        and len(filled) == 1
        and (len(text_of(filled[0])) > 60 or re.match(r"(?:classe|gruppo|corso|sezione|plesso)\b", named[0]))
    ):
        return "title"
    return None


def _is_blank_mark(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell.strip() or cell.strip() in (".", "?", "☐")))


def _dash_is_absence(marked: Mapping[int, Sequence[Cell]]) -> bool:
    kinds = Counter()  # type: Counter[str]
    for cells in marked.values():
        for cell in cells:
            text = text_of(cell)
            kinds[
                "dash"
                if text in _DASHES
                else "absent"
                if _status(text) in ("absent", "justified") or text == "0"
                else "other"
            ] += 1
    return kinds["dash"] > 0 and not kinds["absent"]


def _status(text: str) -> str | None:
    sign = _SIGNS.get(text.strip())
    return sign if sign is not None else MARKS.get(fold(text))


def _length(
    column: int,
    days: Mapping[int, _Day],
    lengths: _Lengths,
    cells: Sequence[Cell],
    numbers_mean: str,
    default: Decimal | None,
) -> Decimal | None:
    said = lengths.by_column.get(column) or days[column].hours or default
    if said is None and numbers_mean == "hours":  # the fullest hours somebody attended
        numbers = [value for cell in cells if (value := parse_decimal(cell)) is not None and 0 < value <= 12]
        return max(numbers, default=None)
    return said


def read_mark(
    cell: Cell, session: SessionColumn, *, numbers_mean: str = "hours", dash_is_absence: bool = False
) -> Mark | Finding | None:
    """One cell: a Mark, a Finding when nobody can read it, None when nothing is recorded."""
    if _is_blank_mark(cell):
        return None
    raw = text_of(cell)
    if raw in _DASHES:
        return Mark("absent", Decimal(0), raw) if dash_is_absence else None
    status = _status(raw)
    if status == "":
        return None
    if status in ("present", "late"):
        return Mark(status, session.hours, raw)
    if status:
        return Mark(status, Decimal(0), raw)
    if isinstance(cell, bool):
        return Mark("present" if cell else "absent", session.hours if cell else Decimal(0), raw)
    hours = parse_decimal(cell) if isinstance(cell, str | int | float | time | timedelta) else None
    word = "present"
    if hours is None and isinstance(cell, str):
        worded = re.fullmatch(
            r"\s*([A-Za-z. ]+?)\s*[(:/-]?\s*(\d{1,2}(?:[.,:]\d{1,2})?)\s*(?:h|ore|ora|min|')?\s*\)?\s*", cell
        )
        if worded and (known := _status(worded[1])) in ("present", "late"):
            word, hours = known, parse_decimal(worded[2])
            if hours is not None and hours > 12 and known == "late":  # "R 15": a quarter of an hour late
                return Mark("late", session.hours, raw)
            if hours is not None and session.hours is not None and hours <= session.hours:
                return Mark(word, hours, raw)
    if hours is None:
        return Finding(
            "mark_unreadable",
            _("The mark “%(read)s” on %(other)s was not understood."),
            raw,
            session.date.strftime("%d/%m/%Y"),
        )
    if numbers_mean == "presence" and hours in (0, 1):
        return Mark("present", session.hours, raw) if hours else Mark("absent", Decimal(0), raw)
    if hours == 0:
        return Mark("absent", Decimal(0), raw)
    if hours < 0 or hours > 12:
        return Finding(
            "mark_unreadable",
            _("The mark “%(read)s” on %(other)s was not understood."),
            raw,
            session.date.strftime("%d/%m/%Y"),
        )
    if session.hours is not None and hours > session.hours:
        return Finding(
            "mark_too_long",
            _("%(read)s hours are more than the session of %(other)s lasted."),
            raw,
            session.date.strftime("%d/%m/%Y"),
        )
    if session.hours is not None and hours < session.hours:
        word = "late"
    return Mark(word, hours, raw)


def _read_row(
    row: DataRow, sessions: Sequence[SessionColumn], mapping: Mapping[str, Proposal], numbers_mean: str, dash: bool
) -> GridRow:
    read = GridRow(row.number, {name: row.get(proposal.column.index) for name, proposal in mapping.items()})
    for at, session in enumerate(sessions):
        if not session.held:
            continue
        mark = read_mark(row.get(session.index), session, numbers_mean=numbers_mean, dash_is_absence=dash)
        if isinstance(mark, Mark):
            read.marks[at] = mark
        elif mark is not None:
            read.refused[at] = mark
    total = parse_decimal(read.cells.get("total"))
    present = sum(mark.status in ("present", "late") for mark in read.marks.values())
    known = all(mark.hours is not None for mark in read.marks.values())
    if total is not None and known and abs(total - read.hours) > Decimal("0.01") and total != present:
        read.warnings.append(
            Finding(
                "total_differs",
                _("The sheet's own total is %(read)s; the marks add up to %(other)s."),
                f"{total}",
                f"{read.hours.normalize():f}",
            )
        )
    return read


def _choose(
    grid: Grid,
    readings: Sequence[tuple[str, list[SessionColumn], list[GridRow], int]],
    marked: Mapping[int, Sequence[Cell]],
) -> None:
    """Between "numbers are hours" and "1 is present": the totals decide, else whether any number is neither 0 nor 1."""
    numbers = {value for cells in marked.values() for cell in cells if (value := parse_decimal(cell)) is not None}
    hours, presence = readings
    only_binary = bool(numbers) and numbers <= {Decimal(0), Decimal(1)}
    if not numbers or Decimal(1) not in numbers:
        chosen = hours
    elif hours[3] != presence[3]:
        chosen = min(hours, presence, key=lambda reading: reading[3])
    else:
        chosen = presence if only_binary else hours
    grid.numbers_mean, grid.sessions, grid.rows = chosen[0], chosen[1], chosen[2]


# --- years -----------------------------------------------------------------------------------------------------------

_SCHOOL_YEAR = re.compile(r"\b(20\d\d)\s*[/\-–]\s*(?:20)?(\d\d)\b")
_YEAR = re.compile(r"\b(20[0-4]\d)\b")


def _with_years(
    days: Sequence[_Day], words: Sequence[str], today: date, period: tuple[date, date] | None, grid: Grid
) -> list[tuple[date, str]]:
    """Every column's date. Evidence for a missing year, strongest first: the edition's period, a column beside it that has a
    year, the school year or year in the titles, and at last that the register is not about the future."""
    known: list[tuple[date, str] | None] = []
    for day in days:
        one = _on(day, day.year) if day.year else None
        if one and period and not period[0] <= one <= period[1] and (right := _in_period(day, period)):
            grid.warnings.append(
                Finding(
                    "year_corrected",
                    _("The date %(read)s lies outside the edition; taken as %(other)s."),
                    one.strftime("%d/%m/%Y"),
                    right.strftime("%d/%m/%Y"),
                )
            )
            known.append((right, "corrected"))
        elif one:
            known.append((one, "full"))
        elif period and (right := _in_period(day, period)):
            known.append((right, "inferred"))
        else:
            known.append(None)
    if not any(known):
        _first_year(days, words, today, known, grid)
    # From a column with a year outwards: each date is the one nearest to its neighbour's.
    for order in (range(1, len(days)), range(len(days) - 2, -1, -1)):
        step = -1 if order.step == 1 else 1
        for at in order:
            neighbour = known[at + step]
            if known[at] is None and neighbour is not None:
                near = [one for year in (-1, 0, 1) if (one := _on(days[at], neighbour[0].year + year))]
                if near:
                    best = min(near, key=lambda one: abs((one - neighbour[0]).days))
                    known[at] = (best, "guessed" if neighbour[1] == "guessed" else "inferred")
    return [
        one or (date(today.year, day.month, min(day.day, 28)), "guessed") for one, day in zip(known, days, strict=True)
    ]


def _on(day: _Day, year: int | None) -> date | None:
    try:
        return date(year, day.month, day.day) if year else None
    except ValueError:
        return None


def _in_period(day: _Day, period: tuple[date, date]) -> date | None:
    years = [
        one
        for year in range(period[0].year, period[1].year + 1)
        if (one := _on(day, year)) and period[0] <= one <= period[1]
    ]
    return years[0] if len(years) == 1 else None


def _first_year(
    days: Sequence[_Day], words: Sequence[str], today: date, known: list[tuple[date, str] | None], grid: Grid
) -> None:
    text = " ".join(words)
    school = next((found for found in _SCHOOL_YEAR.finditer(text) if int(found[1]) % 100 + 1 == int(found[2])), None)
    if school:
        for at, day in enumerate(days):
            one = _on(day, int(school[1]) + (day.month < 8))
            known[at] = (one, "inferred") if one else None
        return
    if year := _YEAR.search(text):  # noqa: SIM102 - the two questions are apart
        # A course over the turn of the year is called by the year it ends in or begins in: the nearest dates follow the first.
        if one := _on(days[0], int(year[1])):
            known[0] = (one, "inferred")
            return
    at = len(days) - 1
    for candidate in (today.year, today.year - 1, today.year - 2):
        one = _on(days[at], candidate)
        if one and one <= today:
            known[at] = (one, "guessed")
            grid.warnings.append(
                Finding(
                    "year_guessed", _("The dates have no year; taken as ending on %(read)s."), one.strftime("%d/%m/%Y")
                )
            )
            return


def named_cells(row: GridRow) -> Iterator[tuple[str, str]]:
    """(field, text) of what a line says about its person."""
    for name, cell in row.cells.items():
        if not is_nothing(cell):
            yield name, text_of(cell)
