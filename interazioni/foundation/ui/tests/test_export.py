"""A workbook leaves the house with what strangers typed into it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.http import FileResponse

from interazioni.foundation.ui.export import FORMULA_STARTS, neutralised, workbook_response

# Closing a response ends a request, and Django looks after the connection then: it must be allowed to.
pytestmark = pytest.mark.django_db


def opened(response: FileResponse) -> openpyxl.Workbook:
    content = b"".join(response.streaming_content)
    response.close()
    return openpyxl.load_workbook(BytesIO(content))


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_cell_that_a_spreadsheet_could_run_is_quoted_text(start: str) -> None:
    typed = f"{start}cmd|' /C calc'!A0"
    sheet = opened(workbook_response("people", ["Name", typed], [[typed, "Zhang Wei"]])).active
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    assert sheet["B1"].value.startswith("'")
    assert sheet["B2"].value == "Zhang Wei"


def test_what_is_harmless_stays_as_it_is() -> None:
    for text in ("D'Angelo", "3-4 anni", "a=b", "", "'già tra apici"):
        assert neutralised(text) == text


def test_links_and_numbers_in_text_stay_text() -> None:
    sheet = opened(workbook_response("x", ["A", "B"], [["http://example.invalid/", "0123"]])).active
    assert sheet["A2"].hyperlink is None
    assert (sheet["A2"].data_type, sheet["B2"].data_type, sheet["B2"].value) == ("s", "s", "0123")


def test_days_moments_and_amounts_are_what_they_are() -> None:
    row = [date(2012, 3, 12), datetime(2020, 2, 12, 23, 30, tzinfo=UTC), Decimal("1.5"), 10**16, None, float("nan")]
    sheet = opened(workbook_response("x", list("ABCDEF"), [row])).active
    assert sheet["A2"].value == datetime(2012, 3, 12)  # noqa: DTZ001 - a spreadsheet knows no time zone
    assert sheet["B2"].value == datetime(2020, 2, 13, 0, 30)  # noqa: DTZ001 - Rome's wall clock
    assert sheet["C2"].value == 1.5
    assert sheet["D2"].value == "10000000000000000"
    assert sheet["E2"].value is None
    assert sheet["F2"].value == "nan"


def test_the_header_is_bold_frozen_and_filters_and_rows_may_stream() -> None:
    response = workbook_response(
        "elenco persone", ["Nome"], ([f"n{i}"] for i in range(1000)), sheet="Persone: [2020]/*?"
    )
    assert "elenco_persone.xlsx" in response["Content-Disposition"]
    sheet = opened(response).active
    assert sheet.title.startswith("Persone")
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:A1001"


def test_an_empty_list_still_has_its_header() -> None:
    sheet = opened(workbook_response("x", ["Nome", "Ente"], [])).active
    assert [cell.value for cell in sheet[1]] == ["Nome", "Ente"]
    assert sheet.max_row == 1
