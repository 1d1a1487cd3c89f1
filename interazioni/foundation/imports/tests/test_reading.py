"""A file is read for what it is, or refused with words that say what to do."""

import contextlib
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.imports import values
from interazioni.foundation.imports.names import NameIndex, split_name, title_name
from interazioni.foundation.imports.reading import ImportRefused, read_workbook
from interazioni.foundation.imports.tests.mess import Value, xlsx
from interazioni.foundation.imports.values import Context
from interazioni.foundation.vocabularies import taxcode

CONTEXT = Context(date(2020, 2, 12))


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \r\n", "empty"),
        (b"%PDF-1.7 ...", "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n....", "wrong_kind"),
        (bytes(range(256)) * 30, "wrong_kind"),
        (xlsx([["a", "b"]])[:300], "damaged"),
        (b"PK\x03\x04 no zip at all", "damaged"),
        (zipped(**{"word/document.xml": b"<w/>"}), "wrong_kind"),
        (zipped(**{"xl/worksheets/sheet1.xml": b"0" * 60_000_000}), "bomb"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 600, "damaged"),
        (b"a;b\n" * 3_000_000, "too_large"),
        (xlsx([]), "empty"),
        (b"<html><body>no table</body></html>", "wrong_kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_uploads_are_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_workbook(content, "elenco.xlsx")
    assert refused.value.code == code
    assert len(str(refused.value)) > 15


def test_a_stray_cell_at_the_end_of_the_world_is_refused() -> None:
    """It made calamine allocate seventeen thousand million cells and abort the process."""
    rows: list[list[Value]] = [["Cognome", "Nome"]]
    far = xlsx(rows)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name).replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                ),
            )
    with pytest.raises(ImportRefused) as refused:
        read_workbook(buffer.getvalue(), "x.xlsx")
    assert refused.value.code == "bomb"


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<table>"):
        with contextlib.suppress(ImportRefused):
            read_workbook(head + content, "x.xlsx")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "cp850"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_text_files(encoding: str, separator: str) -> None:
    text = f'Cognome{separator}Città\r\nPéres{separator}Agliè\r\nRossi{separator}"Forlì\nCesena"\r\n'
    (sheet,) = read_workbook(text.encode(encoding), "x.csv").sheets
    assert sheet.rows == [["Cognome", "Città"], ["Péres", "Agliè"], ["Rossi", "Forlì\nCesena"]]


def test_html_saved_as_xls() -> None:
    book = read_workbook(b"<html><table><tr><td colspan=2>Elenco<tr><td>Rossi<td>Mario</table>", "x.xls")
    assert book.format == "html"
    assert book.sheets[0].rows == [["Elenco", None], ["Rossi", "Mario"]]


@pytest.mark.parametrize(
    "written",
    ["12/03/2010", "12-3-10", "12.03.10", "12 marzo 2010", "2010-03-12", "2010-03-12T00:00:00", 40249, "40249", "12-mar-10", "1​2/03/2010".replace("\u200b", ""),
     "venerdì 12 marzo 2010", "20100312", "12032010", "12/03/2010 00:00", datetime(2010, 3, 12), date(2010, 3, 12), "12 03 2010"],  # noqa: DTZ001 - a spreadsheet cell has no zone
)  # fmt: skip
def test_dates_in_all_their_forms(written: object) -> None:
    assert values.parse_birth_date(written, CONTEXT).value == date(2010, 3, 12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31/02/2009", "date_impossible"),
        ("29/02/2009", "date_impossible"),
        ("2009", "date_incomplete"),
        ("boh", "date_unreadable"),
        ("1/1/2030", "birth_date_future"),
        ("1/1/1890", "birth_date_implausible"),
    ],
)
def test_dates_that_are_none(written: str, code: str) -> None:
    error = values.parse_birth_date(written, CONTEXT).error
    assert error
    assert error.code == code
    assert written in str(error)


@given(st.dates(date(1921, 1, 1), date(2020, 1, 1)))
def test_two_digit_years_are_plausible(born: date) -> None:
    assert values.parse_birth_date(f"{born:%d/%m/%y}", CONTEXT).value == born


@pytest.mark.parametrize(
    ("text", "number"), [("1,5", "1.5"), ("2h", "2"), ("1h30", "1.5"), ("½", "0.5"), ("30 min", "0.5")]
)
def test_hours(text: str, number: str) -> None:
    assert values.parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "order", "code", "expected"),
    [
        ("KHADIJA BOUZID", "surname_first", "BZDKDJ05E45Z330W", ("Bouzid", "Khadija")),
        ("quispe mamani María Fernanda", "surname_first", "QSPMFR04P63Z611B", ("Quispe Mamani", "María Fernanda")),
        ("EL SAYED MINA", "surname_first", "", ("El Sayed", "Mina")),
        ("Zhou Xin Yi", "surname_first", "", ("Zhou", "Xin Yi")),
        ("Mario ROSSI", "", "", ("Rossi", "Mario")),
        ("Rossi, Mario", "", "", ("Rossi", "Mario")),
        ("Youssef El Amrani", "name_first", "", ("El Amrani", "Youssef")),
        ("DE LUCA ANNA", "surname_first", "", ("De Luca", "Anna")),
        ("Maria DELLA VALLE", "name_first", "", ("Della Valle", "Maria")),
    ],
)
def test_where_a_surname_ends(text: str, order: str, code: str, expected: tuple[str, str]) -> None:
    split = split_name(text, order=order, code=taxcode.decode(code))
    assert split
    assert (split.surname, split.name) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("PËRMETI", "Përmeti"),
        ("D'ANGELO", "D'Angelo"),
        ("el amrani", "El Amrani"),
        ("NICOLO'", "Nicolò"),
        ("McDonald", "McDonald"),
        ("JEAN-LUC", "Jean-Luc"),
    ],
)
def test_names_are_written_as_names(text: str, written: str) -> None:
    assert title_name(text) == written


def test_a_name_is_found_among_people() -> None:
    index = NameIndex(
        [
            ("Hoxha", "Erion"),
            ("Quispe Mamani", "María Fernanda"),
            ("Quispe Mamani", "María Fernanda"),
            ("Përmeti", "Anxhela"),
        ]
    )
    assert index.find("ERION HOXHA").found == (0,)
    assert index.find("quispe mamani MARIA FERNANDA").ambiguous
    assert index.find("Permeti Anxela").doubtful
    assert index.find("Nessuno Qui").found == ()
