"""Workbooks that leave the house. Whatever people typed is in them, so nothing in them may run."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.http import FileResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_PER_SHEET = 1_048_576
LONGEST_STRING = 32_767
WIDEST_COLUMN = 60
ROME = ZoneInfo("Europe/Rome")

# OWASP, "CSV Injection": what a spreadsheet may take for a formula. The full-width forms are taken for it by East Asian
# versions; a line feed is there because some readers skip it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralised(text: str) -> str:
    """`text`, with a quote before it if a spreadsheet could run it. (An import takes the quote off again.)

    Our workbooks hold it as a string cell, which no program runs; the quote is for the CSV that somebody saves from it.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def workbook_response(
    filename: str, columns: Sequence[Any], rows: Iterable[Sequence[Any]], *, sheet: str = ""
) -> FileResponse:
    """An .xlsx as a download: bold frozen header with a filter, days as days, numbers as numbers, the rest as text.

    `rows` may be a generator over millions: one row is in memory at a time. Past a sheet's limit the rows go on in a
    next one.
    """
    # Closed by FileResponse when it has been sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as workbook:
        _fill(workbook, [str(column) for column in columns], rows, sheet or _("List"))
    file.seek(0)
    name = get_valid_filename(filename)
    return FileResponse(
        file,
        as_attachment=True,
        filename=name if name.endswith(".xlsx") else f"{name}.xlsx",
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store, private"},
    )


def _fill(workbook: Any, columns: list[str], rows: Iterable[Sequence[Any]], title: str) -> None:
    header = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {
        "day": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        "moment": workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        "time": workbook.add_format({"num_format": "hh:mm"}),
    }
    widths = [len(column) + 3 for column in columns]
    sheet, line, number = None, 0, 0
    for row in rows:
        if sheet is None or line == ROWS_PER_SHEET:
            if sheet is not None:
                _finish(sheet, line, widths)
            number += 1
            sheet, line = _begin(workbook, columns, title, number, header), 1
        for position, value in enumerate(row):
            _write(sheet, line, position, value, formats)
            if position < len(widths):
                widths[position] = max(
                    widths[position], min(len(str(value)), WIDEST_COLUMN) if value is not None else 0
                )
        line += 1
    if sheet is None:
        sheet, line = _begin(workbook, columns, title, 1, header), 1
    _finish(sheet, line, widths)


def _begin(workbook: Any, columns: list[str], title: str, number: int, header: Any) -> Any:
    # A sheet's name has 31 characters at most, and none of []:*?/\ .
    allowed = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title).strip() or "1"
    sheet = workbook.add_worksheet(allowed[:31] if number == 1 else f"{allowed[:27]} {number}")
    for position, column in enumerate(columns):
        sheet.write_string(0, position, neutralised(column), header)
    sheet.freeze_panes(1, 0)
    return sheet


def _finish(sheet: Any, lines: int, widths: list[int]) -> None:
    if widths:
        sheet.autofilter(0, 0, max(lines - 1, 0), len(widths) - 1)
    for position, width in enumerate(widths):
        sheet.set_column(position, position, min(width, WIDEST_COLUMN))


def _write(sheet: Any, line: int, position: int, value: Any, formats: dict[str, Any]) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(line, position, _("yes") if value else _("no"))
        case datetime():
            local = value.astimezone(ROME).replace(tzinfo=None) if value.tzinfo else value
            _write_moment(sheet, line, position, local, formats["moment"])
        case date():
            _write_moment(sheet, line, position, value, formats["day"])
        case time():
            sheet.write_datetime(line, position, value.replace(tzinfo=None), formats["time"])
        # Beyond 15 digits a spreadsheet rounds: such a number is a code, and stays one.
        case int() if abs(value) < 10**15:
            sheet.write_number(line, position, value)
        case Decimal() | float() if _finite(value):
            sheet.write_number(line, position, float(value))
        case _:
            sheet.write_string(line, position, neutralised(str(value))[:LONGEST_STRING])


def _write_moment(sheet: Any, line: int, position: int, value: date, style: Any) -> None:
    if value.year < 1900:  # before the first day a spreadsheet knows
        sheet.write_string(line, position, value.isoformat())
    else:
        sheet.write_datetime(line, position, value, style)


def _finite(value: Decimal | float) -> bool:
    return value == value and abs(value) != float("inf")
