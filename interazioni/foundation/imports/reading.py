"""Bytes and a file name → sheets of cells, whatever the file really is.

The name is only a hint: the first bytes decide (a CSV called .xlsx, an .xls that is HTML). Everything that cannot be read is
refused with a code and words that say what to do next; nothing here raises anything else.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Row = list[Cell]

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024  # a workbook of 10 MB unpacks to some 80 MB; a bomb to gigabytes
MAX_RATIO = 150  # spreadsheet XML reaches 30:1; a bomb 1000:1
MAX_MEMBERS = 2_000
MAX_CELLS = 5_000_000  # calamine lays a sheet out densely: one stray cell at XFD1048576 would abort the process
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000


class ImportRefused(Exception):
    """A file that cannot be taken. `code` is for machines and tests, `message` (translatable) for the person."""

    def __init__(self, code: str, message: str | Promise, limit: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.limit = limit

    def __str__(self) -> str:
        return str(self.message) % {"limit": self.limit}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[n]` is the row that a spreadsheet program numbers n + 1; empty cells are None. Text is never touched."""

    name: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Workbook:
    sheets: list[Sheet]
    format: str  # "xlsx", "xls", "ods", "csv", "html"
    encoding: str = ""  # of a CSV


def read_workbook(content: bytes, filename: str, *, max_bytes: int = MAX_BYTES) -> Workbook:
    """Read an upload; ImportRefused when it is too large, empty, protected, damaged, a bomb or no table at all."""
    if len(content) > max_bytes:
        raise ImportRefused(
            "too_large",
            _(
                "The file is larger than %(limit)s MB. Split it, or remove pictures and unused sheets, and upload it again."
            ),
            max_bytes // (1024 * 1024),
        )
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ImportRefused("empty", _("The file is empty."))
    start = content[:8]
    if start.startswith(b"PK"):
        workbook = _read_zip(content)
    elif start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        workbook = _read_compound(content)
    elif start.startswith(b"%PDF"):
        raise ImportRefused(
            "wrong_kind", _("This is a PDF. Upload the spreadsheet it was made from (.xlsx, .ods, .xls or .csv).")
        )
    elif start.startswith(
        (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF")
    ):
        raise ImportRefused(
            "wrong_kind", _("This is not a spreadsheet. Upload a file of type .xlsx, .ods, .xls or .csv.")
        )
    else:
        workbook = _read_text(content)
    if not any(cell is not None for sheet in workbook.sheets for row in sheet.rows for cell in row):
        raise ImportRefused("empty", _("The file holds no data."))
    if any(len(sheet.rows) > MAX_ROWS for sheet in workbook.sheets):
        raise ImportRefused("too_many_rows", _("A sheet has more than %(limit)s rows. Split the file."), MAX_ROWS)
    return workbook


def _read_zip(content: bytes) -> Workbook:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            unpacked = sum(member.file_size for member in members)
            if (
                len(members) > MAX_MEMBERS
                or unpacked > MAX_UNPACKED
                or unpacked > MAX_RATIO * max(len(content), 50_000)
            ):
                raise ImportRefused(
                    "bomb",
                    _("The file unpacks to an unreasonable size and was not opened. Save it anew and upload it again."),
                )
            if any(member.flag_bits & 1 for member in members):
                raise ImportRefused(
                    "protected", _("The file is protected by a password. Save a copy without password and upload that.")
                )
            # The sizes of the directory may lie: unpack with a limit before a parser trusts them.
            left = MAX_UNPACKED
            is_xlsx = any(name.lower().startswith("xl/") for name in names)
            for member in members:
                bottom = right = 0
                rest = b""
                with archive.open(member) as stream:
                    while chunk := stream.read(1 << 20):
                        left -= len(chunk)
                        if left < 0:
                            raise ImportRefused(
                                "bomb", _("The file unpacks to an unreasonable size and was not opened.")
                            )
                        if is_xlsx:
                            places = set(_CELL_REFERENCE.findall(rest + chunk))
                            bottom = max([bottom, *(int(row) for _letters, row in places)])
                            right = max(
                                [right, *{_column_number(letters) for letters in {letters for letters, _row in places}}]
                            )
                            rest = chunk[-24:]
                if (bottom > MAX_ROWS and bottom * right > MAX_CELLS) or bottom * right > 4 * MAX_CELLS:
                    raise ImportRefused(
                        "bomb",
                        _(
                            "A sheet is unreasonably large, perhaps by a stray cell far away. Copy only the table into a new file and upload that."
                        ),
                    )
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except ImportRefused:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds on damaged archives
        raise ImportRefused(
            "damaged", _("The file is damaged and cannot be opened. Save it again and upload it again.")
        ) from error
    if b"encryption-data" in manifest:
        raise ImportRefused(
            "protected", _("The file is protected by a password. Save a copy without password and upload that.")
        )
    if any(name.startswith(("xl/", "XL/")) for name in names):
        if any(
            name.lower().endswith("workbook.bin") for name in names
        ):  # its sheets cannot be measured before they are laid out
            raise ImportRefused(
                "wrong_kind", _("This is a binary Excel file (.xlsb). Save it as .xlsx and upload that.")
            )
        return _calamine(content, "xlsx")
    if "content.xml" in names:
        return _calamine(content, "ods")
    if any(name.startswith("word/") for name in names):
        raise ImportRefused(
            "wrong_kind",
            _("This is a text document. Copy its table into a spreadsheet (.xlsx, .ods or .csv) and upload that."),
        )
    if any(name.endswith(".iwa") for name in names):
        raise ImportRefused(
            "wrong_kind", _("This is an Apple Numbers file. Export it as Excel or CSV and upload that.")
        )
    raise ImportRefused(
        "wrong_kind", _("This is an archive and no spreadsheet. Unpack it and upload the spreadsheet inside.")
    )


_CELL_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read_compound(content: bytes) -> Workbook:
    """The old container of Office: an .xls, or an encrypted .xlsx, or a Word document."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ImportRefused(
            "protected", _("The file is protected by a password. Save a copy without password and upload that.")
        )
    return _calamine(content, "xls")


def _calamine(content: bytes, kind: str) -> Workbook:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height > MAX_ROWS:
                raise ImportRefused(
                    "too_many_rows", _("A sheet has more than %(limit)s rows. Split the file."), MAX_ROWS
                )
            if sheet.total_width * sheet.total_height > 20_000_000:
                raise ImportRefused(
                    "bomb", _("A sheet is unreasonably wide. Copy only the table into a new file and upload that.")
                )
            rows = sheet.to_python(skip_empty_area=False)
            cells = [[_clean(cell) for cell in row[:MAX_COLUMNS]] for row in rows]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
                _fill_down(cells, top, left, bottom, right)
            sheets.append(Sheet(meta.name, cells))
    except ImportRefused:
        raise
    except BaseException as error:  # pyo3 turns a panic of the parser into a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        if "assword" in str(error) or "ncrypt" in str(error):
            raise ImportRefused(
                "protected", _("The file is protected by a password. Save a copy without password and upload that.")
            ) from error
        raise ImportRefused(
            "damaged", _("The file is damaged and cannot be opened. Save it again and upload it again.")
        ) from error
    return Workbook(sheets, kind)


def _fill_down(cells: list[Row], top: int, left: int, bottom: int, right: int) -> None:
    """A cell merged over several rows of one column holds for each of them ("2B" beside five pupils).

    Cells merged across columns are titles or headings: their text stays in the first cell.
    """
    if left != right or bottom == top or bottom - top > 500:
        return
    value = cells[top][left] if top < len(cells) and left < len(cells[top]) else None
    if value is None:
        return
    for row in cells[top + 1 : bottom + 1]:
        if left < len(row) and row[left] is None:
            row[left] = value


def _clean(cell: object) -> Cell:
    if isinstance(cell, str):
        text = cell.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
        return text if text.strip() else None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell  # type: ignore[return-value]


def _read_text(content: bytes) -> Workbook:
    text, encoding = decode_text(content)
    if re.match(r"\s*(?:<!doctype html|<html|<table|<meta|<\?xml[^>]*>\s*<html)", text[:500], re.IGNORECASE):
        return _read_html(text)
    if re.match(r"\s*<\?xml", text[:200]) and "urn:schemas-microsoft-com:office:spreadsheet" in text[:4000]:
        return _read_spreadsheetml(text)
    if re.match(r"\s*[<{]", text[:50]):
        raise ImportRefused(
            "wrong_kind", _("This is not a spreadsheet. Upload a file of type .xlsx, .ods, .xls or .csv.")
        )
    return Workbook([Sheet("", read_csv(text))], "csv", encoding)


def decode_text(content: bytes) -> tuple[str, str]:
    """(text, encoding) of a text file: byte order marks, UTF-16 without one, UTF-8, then Windows-1252 or DOS 850.

    Windows-1252 reads any Latin-1 file too. A file that is none of these is refused as no text.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    sample = content[:4000]
    if sample.count(0) > len(sample) // 5:
        for encoding, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[::2].count(0))):
            if zeros > len(sample) // 4:
                try:
                    return content.decode(encoding), encoding
                except UnicodeDecodeError:
                    break
    controls = sum(byte < 9 or 13 < byte < 27 for byte in sample)
    if controls > max(2, len(sample) // 200):
        raise ImportRefused(
            "wrong_kind", _("This is not a spreadsheet. Upload a file of type .xlsx, .ods, .xls or .csv.")
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    # In Italian words Windows puts à è ì ò ù é above 0xE0, DOS among 0x82-0x97, where Windows has only quotes and dashes.
    dos = sum(content.count(bytes([byte])) for byte in (0x82, 0x85, 0x8A, 0x8D, 0x95, 0x97))
    windows = sum(1 for byte in content if byte >= 0xC0)
    encoding = "cp850" if dos > windows else "cp1252"
    return content.decode(encoding, errors="replace"), encoding


def read_csv(text: str) -> list[Row]:
    """Rows of a delimited text; the separator (; , tab |) is the one that makes the most even table. Quoted newlines hold."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    said = re.match(r"sep=(.)\n", text, re.IGNORECASE)
    if said:
        rows = _split(text[said.end() :], said[1])
        return [[], *rows]  # keep the numbers of the rows as a spreadsheet would count them
    best: tuple[float, list[Row]] = (-1.0, [])
    sample = text[:60_000]
    scores = {}
    for separator in ";\t,|":
        if separator in sample:
            widths = [len(row) for row in _split(sample, separator) if any(row)]
            wide = [width for width in widths if width > 1]
            common = max(set(wide), key=lambda width: (wide.count(width), width), default=1)
            scores[separator] = wide.count(common) / max(len(widths), 1) * min(common, 8)
    if not scores:
        return _split(text, ";")
    separator = max(scores, key=lambda one: scores[one])
    best = (scores[separator], _split(text, separator))
    return best[1]


def _split(text: str, separator: str) -> list[Row]:
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        rows = [line.split(separator) for line in text.split("\n")]
    # A stray quote swallows the rest of the file into one cell; then quotes mean nothing in this file.
    if any(cell.count("\n") > 20 for row in rows for cell in row):
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE))
    return [[_clean(cell) for cell in row[:MAX_COLUMNS]] for row in rows[: MAX_ROWS + 1]]


class _Tables(HTMLParser):
    """The tables of an HTML page, cells with colspan and rowspan put in their places."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Row]] = []
        self._row: list[Cell] | None = None
        self._cell: list[str] | None = None
        self._span = 1
        self._down: dict[int, int] = {}
        self._next_down: dict[int, int] = {}
        self._rowspan = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self._finish_row()
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            self._finish_cell()
            said = dict(attrs)
            self._cell = []
            self._span = min(_number(said.get("colspan")), 100)
            self._rowspan = min(_number(said.get("rowspan")), 500)
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._finish_cell()
        elif tag == "tr":
            self._finish_row()
        elif tag == "table":
            self._finish_row()
            self._down = {}

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _finish_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        while self._down.get(len(self._row), 0) > 0:
            self._down[len(self._row)] -= 1
            self._row.append(None)
        text = re.sub(r"[ \t\r\f]+", " ", "".join(self._cell)).strip()
        at = len(self._row)
        self._row.append(_clean(text))
        self._row.extend([None] * (self._span - 1))
        if self._rowspan > 1:
            for column in range(at, at + self._span):
                self._next_down[column] = self._rowspan - 1
        self._cell = None

    def _finish_row(self) -> None:
        self._finish_cell()
        if self._row is not None and self.tables:
            self.tables[-1].append(self._row)
        self._down.update(self._next_down)
        self._next_down = {}
        self._row = None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and int(text) > 0 else 1


def _read_html(text: str) -> Workbook:
    parser = _Tables()
    try:
        parser.feed(text)
        parser.close()
    except Exception as error:
        raise ImportRefused(
            "damaged", _("The file is damaged and cannot be opened. Save it again and upload it again.")
        ) from error
    tables = [table for table in parser.tables if table]
    if not tables:
        raise ImportRefused(
            "wrong_kind", _("This is a web page without a table. Upload a file of type .xlsx, .ods, .xls or .csv.")
        )
    return Workbook([Sheet(f"{at}" if len(tables) > 1 else "", rows) for at, rows in enumerate(tables, 1)], "html")


_XML_ROW = re.compile(r"<(?:ss:)?Row\b([^>]*?)(?:/>|>(.*?)</(?:ss:)?Row>)", re.DOTALL)
_XML_CELL = re.compile(r"<(?:ss:)?Cell\b([^>]*?)(?:/>|>(.*?)</(?:ss:)?Cell>)", re.DOTALL)
_XML_DATA = re.compile(r"<(?:ss:)?Data\b([^>]*)>(.*?)</(?:ss:)?Data>", re.DOTALL)
_XML_INDEX = re.compile(r'\bss:Index="(\d+)"')


def _read_spreadsheetml(text: str) -> Workbook:
    """Excel 2003's XML, which some registers still export under .xls. Read by patterns: no entity is ever expanded."""
    from html import unescape

    sheets = []
    parts = re.split(r"<(?:ss:)?Worksheet\b", text)[1:]
    for part in parts:
        name = re.search(r'ss:Name="([^"]*)"', part)
        rows: list[Row] = []
        for row_attributes, inside in _XML_ROW.findall(part):
            at = _XML_INDEX.search(row_attributes)
            while at and len(rows) < min(int(at[1]) - 1, MAX_ROWS):
                rows.append([])
            cells: Row = []
            for cell_attributes, content in _XML_CELL.findall(inside):
                place = _XML_INDEX.search(cell_attributes)
                while place and len(cells) < min(int(place[1]) - 1, MAX_COLUMNS):
                    cells.append(None)
                data = _XML_DATA.search(content or "")
                cells.append(_typed(data[1], unescape(re.sub(r"<[^>]+>", "", data[2]))) if data else None)
            rows.append(cells)
        sheets.append(Sheet(unescape(name[1]) if name else "", rows))
    return Workbook(sheets, "xml")


def _typed(attributes: str, text: str) -> Cell:
    if '"Number"' in attributes:
        try:
            return _clean(float(text))
        except ValueError:
            return _clean(text)
    if '"DateTime"' in attributes:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return _clean(text)
    return _clean(text)


def text_of(cell: Cell) -> str:
    """A cell as somebody sees it, for messages, names and numbers: dates in dd/mm/yyyy, whole numbers without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return (
            cell.strftime("%d/%m/%Y")
            if (cell.hour, cell.minute, cell.second) == (0, 0, 0)
            else cell.strftime("%d/%m/%Y %H:%M")
        )
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return str(cell)


def is_blank(row: Sequence[Cell]) -> bool:
    return all(cell is None for cell in row)
