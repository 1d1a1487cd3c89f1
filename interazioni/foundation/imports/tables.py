"""Where a table begins in a sheet, which of its rows are data, and why the others are not.

A sheet may hold titles above the heading, a heading on two rows, blank rows and columns, the heading repeated on every
printed page, separators ("Classe 2B"), totals and signatures, and even a second table with other columns further down.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports.mapping import Column, Kind, Proposal, label_of, propose
from interazioni.foundation.imports.reading import Cell, ImportRefused, Row, Sheet, Workbook, is_blank, text_of
from interazioni.foundation.imports.values import looks_like_date
from interazioni.foundation.vocabularies import taxcode
from interazioni.foundation.vocabularies.folding import fold

TITLES = 200  # rows in which a table that is not even begun is looked for by words that only resemble a heading
IGNORED: dict[str, str | Promise] = {
    "blank": _("Empty row"),
    "numbered_blank": _("Numbered row of a form that was not filled in"),
    "title": _("Title or remark"),
    "repeated_header": _("Heading repeated"),
    "total": _("Total"),
    "signature": _("Signature or remark at the end"),
}

TOTAL = re.compile(r"^(?:tot(?:ale|ali)?|totale\b.*|tot\b.*|somma|media|subtotale|n(?:umero|r|o)? (?:alunni|studenti|iscritti|presenti)\b.*|presenti\b.*|maschi\b.*|femmine\b.*|total\b.*|di cui\b.*)$")  # fmt: skip
SIGNATURE = re.compile(
    r"^(?:firm[ae]\b|(?:l ?|la |il |le |i )?(?:insegnant[ei]|docent[ei]|maestr[aoe]|dirigente|segretari\w+|referente|responsabile|coordinat\w+|operat\w+|"
    r"mediat\w+|tutor|professor\w+|prof(?:ssa)?)\b|visto\b|timbro\b|note?\b|legenda\b|n b\b|nb\b|data\b|luogo e data\b|fonte\b|stampat\w+|pagina\b|pag\b|aggiornat\w+|"
    r"elaborat\w+|documento\b|report\b|creato\b|data stampa|si (?:attesta|certifica|dichiara)|ai sensi|informativa|\d* ?alunni\b|torino li\b|\w+ li \d)"
)


@dataclass(frozen=True, slots=True)
class DataRow:
    """`number` as a spreadsheet program shows it. `section`: the separator above it ("Classe 2B"), or ""."""

    number: int
    cells: Row
    section: str = ""

    def get(self, index: int | None) -> Cell:
        return self.cells[index] if index is not None and index < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    number: int
    reason: str  # a key of IGNORED
    text: str


@dataclass
class Table:
    """`header` holds the numbers of the heading's rows (empty without one); `titles` the words above it."""

    sheet: str
    header: tuple[int, ...]
    titles: list[str]
    columns: list[Column]
    mapping: dict[str, Proposal]
    rows: list[DataRow] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)

    def cells(self, row: DataRow, mapping: Mapping[str, Proposal] | None = None) -> dict[str, Cell]:
        """field → cell of one row, under the proposed mapping or another."""
        return {name: row.get(proposal.column.index) for name, proposal in (mapping or self.mapping).items()}


@dataclass
class Found:
    """All tables of a workbook, and the sheets without one."""

    tables: list[Table]
    sheets_without_table: list[str]

    @property
    def row_count(self) -> int:
        return sum(len(table.rows) for table in self.tables)


def find_tables(workbook: Workbook, kind: Kind) -> Found:
    """Every table of the workbook that this kind of import understands. ImportRefused(`no_table`) when there is none."""
    tables: list[Table] = []
    without: list[str] = []
    for sheet in workbook.sheets:
        here = list(_tables_of(sheet, kind))
        tables.extend(here)
        if not here and not all(map(is_blank, sheet.rows)):
            without.append(sheet.name)
    if not tables:
        for sheet in workbook.sheets:
            if headless := _headless(sheet, kind):
                tables.append(headless)
                without.remove(sheet.name)
    if not tables:
        raise ImportRefused(
            "no_table",
            _(
                "No table was recognised in this file. Give its columns headings such as “Cognome”, “Nome”, “Data di nascita” and upload it again."
            ),
        )
    return Found(tables, without)


@dataclass(frozen=True, slots=True)
class _Header:
    top: int
    height: int
    labels: list[str]
    score: float
    hits: int


def _header_at(rows: Sequence[Row], at: int, kind: Kind) -> _Header | None:
    """The heading that begins at a row, if one does: at least two cells whose words are known, or one that is an anchor."""
    row = rows[at]
    filled = [cell for cell in row if cell is not None]
    texts = [cell for cell in filled if isinstance(cell, str) and len(cell) <= 90]
    if not texts or len(texts) < 0.6 * len(filled) or any(_is_data(cell) for cell in filled):
        return None
    single = _score(kind, [label_of(cell) if cell is not None else "" for cell in row])
    best = _Header(at, 1, *single)
    if at + 1 < len(rows):
        below = rows[at + 1]
        below_texts = [cell for cell in below if cell is not None]
        if below_texts and all(
            isinstance(cell, str) and len(cell) <= 90 and not _is_data(cell) for cell in below_texts
        ):
            lower = not kind.wordy or sum(kind.is_heading(str(cell)) for cell in below_texts) >= 2
            double = _score(kind, _joined(row, below), [label_of(cell) for cell in below])
            only_below = _score(kind, [label_of(cell) if cell is not None else "" for cell in below])
            if lower and double[1] > best.score + 0.5 and double[1] > only_below[1] + 0.2 and double[2] >= 2:
                best = _Header(at, 2, *double)
    if best.hits >= 2 and best.score > 0:
        return best
    anchored = best.hits == 1 and any(
        name in kind.anchors and score >= 0.95
        for label in best.labels
        for name, score in kind.heading_scores(label).items()
    )
    return best if anchored and len(filled) <= 2 else None


def _is_data(cell: Cell) -> bool:
    return (not isinstance(cell, str) and looks_like_date(cell)) or (
        isinstance(cell, str) and (looks_like_date(cell) or taxcode.looks_like(cell))
    )


def _score(kind: Kind, labels: list[str], alone: Sequence[str] = ()) -> tuple[list[str], float, int]:
    """(labels, score, hits): known headings count one, unknown ones take a little off. Of a joined label the better reading is kept."""
    kept, total, fields = [], 0.0, set()
    for at, label in enumerate(labels):
        scores = kind.heading_scores(label) if label else {}
        if (
            at < len(alone)
            and alone[at]
            and max(kind.heading_scores(alone[at]).values(), default=0) > max(scores.values(), default=0) + 0.05
        ):
            label, scores = alone[at], kind.heading_scores(alone[at])
        kept.append(label)
        if not label:
            continue
        name, score = max(scores.items(), key=lambda pair: pair[1], default=("", 0.0))
        if score >= 0.6 and name not in fields:
            fields.add(name)
            total += score
        else:
            total -= 0.15
    return kept, total, len(fields)


def _joined(upper: Row, lower: Row) -> list[str]:
    """Headings on two rows: the upper words hold for the empty cells to their right as long as the lower row is filled."""
    labels = []
    carried = ""
    for at in range(max(len(upper), len(lower))):
        above = label_of(upper[at]) if at < len(upper) else ""
        under = label_of(lower[at]) if at < len(lower) else ""
        if above:
            carried = above
        elif not under:
            carried = ""
        if under and fold(under) != fold(carried):
            labels.append(f"{carried} {under}".strip())
        else:
            labels.append(above)
    return labels


def _tables_of(sheet: Sheet, kind: Kind) -> Iterator[Table]:
    rows = sheet.rows
    headers: list[_Header] = []
    at = 0
    while at < len(rows):
        # Deep in a table a heading stands out by many known words; only those rows are looked at closely.
        header = (
            None
            if kind.wordy and (headers or at > TITLES) and not _plain_heading(rows[at], kind)
            else _header_at(rows, at, kind)
        )
        if header:
            following = _header_at(rows, at + 1, kind) if header.height == 1 and at + 1 < len(rows) else None
            if following and following.score > header.score + 0.5:
                header = following
            headers.append(header)
            at = header.top + header.height
        else:
            at += 1
    real: list[_Header] = []
    for header in headers:
        if real and (header.hits < 3 or _same(header, real[-1])):
            continue
        if not real and header.hits < 3 and any(later.hits >= header.hits + 2 for later in headers):
            continue
        real.append(header)
    for position, header in enumerate(real):
        begin = header.top + header.height
        end = real[position + 1].top if position + 1 < len(real) else len(rows)
        above = rows[: header.top] if position == 0 else []
        titles = [
            text for row in above for text in [" ".join(text_of(cell) for cell in row if cell is not None)] if text
        ]
        yield _table(sheet, kind, header, begin, end, titles)


def _plain_heading(row: Row, kind: Kind) -> bool:
    filled = [cell for cell in row if cell is not None]
    found = sum(isinstance(cell, str) and kind.is_heading(cell) for cell in filled)
    return found >= 3 and found >= 0.6 * len(filled)


def _same(one: _Header, other: _Header) -> bool:
    return [fold(label) for label in one.labels if label] == [fold(label) for label in other.labels if label]


def _table(sheet: Sheet, kind: Kind, header: _Header | None, begin: int, end: int, titles: list[str]) -> Table:
    rows = sheet.rows[begin:end]
    width = max((len(row) for row in sheet.rows[(header.top if header else begin) : end]), default=0)
    labels = [*(header.labels if header else []), *[""] * width][:width]
    used = [at for at in range(width) if labels[at] or any(at < len(row) and row[at] is not None for row in rows)]
    columns = [Column(at, labels[at]) for at in used]
    folded = {fold(label) for label in labels if label}
    sample_rows = [
        row
        for row in rows
        if sum(cell is not None for cell in row) >= 2 and _ignorable(row, folded, set(), width, kind) is None
    ]
    samples = {at: [row[at] for row in sample_rows[:300] if at < len(row)] for at in used}
    mapping = propose(kind, columns, samples)
    numbers = tuple(range(header.top + 1, header.top + header.height + 1)) if header else ()
    table = Table(sheet.name, numbers, titles, columns, mapping)
    mapped = {proposal.column.index for name, proposal in mapping.items() if name != "number"}
    anchors = {proposal.column.index for name, proposal in mapping.items() if name in kind.anchors}
    section = ""
    for offset, row in enumerate(rows):
        number = begin + offset + 1
        reason = _ignorable(row, folded, mapped, len(columns), kind, anchors)
        if reason is None:
            table.rows.append(DataRow(number, row, section))
            continue
        if reason != "blank":
            text = " ".join(text_of(cell) for cell in row if cell is not None)
            table.ignored.append(IgnoredRow(number, reason, text[:200]))
            if reason == "title":
                section = text[:200]
        else:
            table.ignored.append(IgnoredRow(number, reason, ""))
    _drop_unfilled_form(table, mapped)
    return table


def _ignorable(
    row: Row, headings: set[str], mapped: set[int], width: int, kind: Kind, anchors: Collection[int] = ()
) -> str | None:
    """Why a row is no data, or None. A doubtful row is data: it will be refused with a reason rather than pass in silence."""
    filled = [(at, cell) for at, cell in enumerate(row) if cell is not None]
    if not filled:
        return "blank"
    texts = [fold(cell) for _at, cell in filled if isinstance(cell, str)]
    if len(filled) >= 2 and headings:
        repeated = sum(text in headings for text in texts)
        if repeated >= 2 and repeated >= 0.6 * len(filled):
            return "repeated_header"
    first = next((text for text in texts if text), "")
    closing = kind.closing or SIGNATURE
    if kind.wordy:
        return _ignorable_among_words(filled, first, mapped if width >= 3 else set(), closing, anchors)
    if first and len(filled) <= max(3, width // 2) and not any(_is_data(cell) for _at, cell in filled[1:]):
        if TOTAL.match(first):
            return "total"
        if closing.match(first) and len(filled) <= 4:
            return "signature"
    elif (
        first
        and TOTAL.match(first)
        and all(
            not isinstance(cell, str) or text_of(cell).replace(",", "").replace(".", "").isdigit()
            for _at, cell in filled[1:]
        )
    ):
        return "total"
    if len(filled) == 1 and width >= 3 and mapped:
        at, cell = filled[0]
        text = text_of(cell)
        key = fold(text)
        if isinstance(cell, str) and (
            re.match(
                r"(?:classe|sezione|sez|plesso|scuola|gruppo|corso|laboratorio|livello|anno|a s|istituto|elenco|primaria|secondaria|infanzia)\b",
                key,
            )
            or (re.fullmatch(r"(?:[1-5]|i{1,3}|iv|v) ?[a-z]?", key) and at not in mapped)
            or len(text) > 60
            or (at not in mapped and not text.isdigit())
        ):
            return "title"
        if closing.match(key):
            return "signature"
    return None


def _ignorable_among_words(
    filled: Sequence[tuple[int, Cell]], first: str, mapped: set[int], closing: re.Pattern[str], anchors: Collection[int]
) -> str | None:
    """The same where rows hold words that totals and signatures hold too: a total has only numbers beside it, and a lone cell is a title
    only where a row's name stands, or where nothing does."""
    numbers = all(
        not isinstance(cell, str) or re.sub(r"[.,%]", "", text_of(cell)).isdigit() for _at, cell in filled[1:]
    )
    if TOTAL.match(first) and numbers:
        return "total"
    if closing.match(first) and len(filled) <= 4:
        return "signature"
    if len(filled) == 1 and mapped and (filled[0][0] in anchors or filled[0][0] not in mapped):
        return "title"
    return None


def _drop_unfilled_form(table: Table, mapped: set[int]) -> None:
    """Trailing rows with a running number and nothing else, two or more: the unused lines of a printed form."""

    def only_numbered(row: DataRow) -> bool:
        filled = [(at, cell) for at, cell in enumerate(row.cells) if cell is not None]
        return len(filled) == 1 and filled[0][0] not in mapped and text_of(filled[0][1]).rstrip(".)").isdigit()

    tail = 0
    while tail < len(table.rows) and only_numbered(table.rows[-1 - tail]):
        tail += 1
    if tail >= 2:
        for row in table.rows[-tail:]:
            table.ignored.append(
                IgnoredRow(row.number, "numbered_blank", text_of(next(c for c in row.cells if c is not None)))
            )
        del table.rows[-tail:]


def _headless(sheet: Sheet, kind: Kind) -> Table | None:
    """A table without a heading: what the columns hold must show an anchor field and one more."""
    rows = sheet.rows
    begin = next((at for at, row in enumerate(rows) if sum(cell is not None for cell in row) >= 3), None)
    if begin is None:
        return None
    table = _table(sheet, kind, None, begin, len(rows), [])
    if len(table.mapping) >= 2 and kind.anchors & set(table.mapping):
        return table
    return None
