"""Cells as offices fill them in."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interazioni.actions.directory.hours_text import said
from interazioni.actions.directory.importing import cells, hours_cell, plain, topics
from interazioni.actions.directory.rules import Open


def reading(function: object, *args: object) -> tuple[object, list[str]]:
    findings: list[object] = []
    return function(*args, cells.remark(findings)), [one.code for one in findings]  # type: ignore[operator, attr-defined]


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("lun-ven 9-12:30, gio anche 14-17", "lun, mar, mer, gio, ven 09:00-12:30\ngio 14:00-17:00"),
        ("Dal lunedì al venerdì dalle 9 alle 12.30 e dalle 14 alle 17", "lun, mar, mer, gio, ven 09:00-12:30, 14:00-17:00"),
        ("lun, mer e ven 9:00-13:00; mart. e giov. 14.00-17.00", "lun, mer, ven 09:00-13:00\nmar, gio 14:00-17:00"),
        ("L-V 9,30-12,30", "lun, mar, mer, gio, ven 09:30-12:30"),
        ("lun 9-12,14-17", "lun 09:00-12:00, 14:00-17:00"),
        ("lun 9-12 mer 14-17", "lun 09:00-12:00\nmer 14:00-17:00"),
        ("lun-gio 8.30-12.30/13.30-16.30, ven 8.30-12.30", "lun, mar, mer, gio 08:30-12:30, 13:30-16:30\nven 08:30-12:30"),
        ("da lunedì a venerdì ore 9-12", "lun, mar, mer, gio, ven 09:00-12:00"),
        ("primo sabato del mese 9-12", "FREQ=MONTHLY;BYDAY=1SA 09:00-12:00"),
        ("tutti i giorni 9-18, chiuso il lunedì", "mar, mer, gio, ven, sab, dom 09:00-18:00"),
        ("Mon-Fri 9:00 to 17:00", "lun, mar, mer, gio, ven 09:00-17:00"),
        ("24 ore su 24", "lun, mar, mer, gio, ven, sab, dom 00:00-23:59"),
    ],
)  # fmt: skip
def test_hours_in_one_cell(cell: str, hours: str) -> None:
    found = hours_cell.read(cell)
    assert (said(found.hours), found.rest) == (hours, "")


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        ("sabato su appuntamento", "sabato su appuntamento"),
        ("lun-ven 9-12 (sabato su appuntamento)", "sabato su appuntamento"),
        ("9-12", "9-12"),
        ("lun-ven 9/12 - 14/18", "lun-ven 9/12 - 14/18"),
        ("da ottobre a maggio lun 9-12", "da ottobre a maggio lun 9-12"),
        ("lun 25-26", "lun 25-26"),
        ("ore 9-12 dal lun al ven", "ore 9-12 dal lun al ven"),
        ("chiamare prima; mar 9-12", "chiamare prima"),
    ],
)
def test_what_is_not_hours_stays_as_words_and_is_not_made_into_any(cell: str, rest: str) -> None:
    assert hours_cell.read(cell).rest == rest


def test_closed() -> None:
    assert hours_cell.read("lun 9-12; chiuso ad agosto e nei festivi").closures == [["08-01", "08-31"]]
    assert hours_cell.read("agosto chiuso").closures == [["08-01", "08-31"]]
    assert hours_cell.read("lun 9-12, chiuso dal 24/12 al 6 gennaio").closures == [["12-24", "01-06"]]
    assert hours_cell.read("chiuso dal 2/3/2020 al 6/3/2020").closures == [["2020-03-02", "2020-03-06"]]
    assert hours_cell.read("chiuso dal 31 al 30 febbraio").rest
    assert hours_cell.read("tutti i giorni 9-19 anche festivi").holidays
    assert hours_cell.read("solo su appuntamento").appointment
    assert hours_cell.read("lun 9-12; lun chiuso").rest == "lun?", "a cell that contradicts itself is not settled here"


def test_a_column_a_weekday() -> None:
    found = hours_cell.read_days([(0, "9-12 / 14-17"), (1, "chiuso"), (2, "15-18"), (3, "solo al mattino"), (4, "-")])
    assert said(found.hours) == "lun 09:00-12:00, 14:00-17:00\nmer 15:00-18:00"
    assert found.rest == "gio solo al mattino"


@given(st.text(alphabet="lunmarmergiovensabdom 0123456789-:.,;/()eda\n", max_size=120))
def test_whatever_stands_there_hours_are_hours_or_words_remain(cell: str) -> None:
    found = hours_cell.read(cell)
    assert all(isinstance(one, Open) and time() <= one.opens_at < one.closes_at for one in found.hours)
    assert found.hours or found.closures or found.rest or not any(map(str.isdigit, cell))


@pytest.mark.parametrize(
    ("cell", "numbers", "codes"),
    [
        ("011 555 1234 / 333 1234567 (solo mattina)", [("011 555 1234", ""), ("333 1234567", "solo mattina")], []),
        ("0141/555123", [("0141/555123", "")], []),
        ("tel. 0141/555.123 - cell. 333 1234567", [("0141/555.123", ""), ("333 1234567", "")], []),
        ("numero verde 800 123 456", [("800 123 456", "numero verde")], []),
        (115551234.0, [("0115551234", "")], ["phone_zero"]),
        (3331234567, [("3331234567", "")], []),
        ("fax 011 5555", [], ["phone_fax"]), ("chiedere in segreteria", [], ["phone_doubtful"]),
        ("011 1111;011 2222;011 3333;011 4444", [("011 1111", ""), ("011 2222", ""), ("011 3333", "")], ["phones_many"]),
    ],
)  # fmt: skip
def test_phones(cell: object, numbers: list[tuple[str, str]], codes: list[str]) -> None:
    found, remarks = reading(cells.phones, cell)
    assert [(one["number"], one["note"]) for one in found] == numbers  # type: ignore[attr-defined]
    assert remarks == codes


@pytest.mark.parametrize(
    ("cell", "ages", "codes"),
    [
        ("16-25", (16, 25), []), ("dai 6 ai 14 anni", (6, 14), []), ("over 18", (18, None), []), ("fino a 14", (None, 14), []), ("under 18", (None, 17), []),
        ("maggiorenni", (18, None), []), ("tutte le età", (None, None), []), ("da 3 mesi a 3 anni", (None, None), ["age_unreadable"]),
        ("adulti e minori", (None, None), ["age_unreadable"]), ("bo", (None, None), ["age_unreadable"]),
    ],
)  # fmt: skip
def test_ages(cell: str, ages: tuple[int | None, int | None], codes: list[str]) -> None:
    assert reading(cells.ages, cell) == (ages, codes)


@pytest.mark.parametrize(
    ("cell", "province", "town", "codes"),
    [
        ("Asti", "", "Asti (AT)", []), ("14100 ASTI", "", "Asti (AT)", []), ("S. Damiano d'Asti", "", "San Damiano d'Asti (AT)", []),
        ("Samone", "", "Samone (TO)", ["municipality_here"]), ("Samone", "TN", "Samone (TN)", []), ("Castro", "", "None", ["municipality_ambiguous"]),
        ("MyCity", "", "None", ["municipality_unknown"]),
    ],
)  # fmt: skip
def test_municipalities(cell: str, province: str, town: str, codes: list[str]) -> None:
    found, remarks = reading(cells.municipality, cell, province)
    assert (str(found), remarks) == (town, codes)


def test_an_address_in_one_cell() -> None:
    assert cells.address("Via Roma 3, 14100 Asti (AT)") == ("Via Roma 3", "14100", "Asti (AT)")
    assert cells.address("Via Alba 3 - Torino") == ("Via Alba 3", "", "Torino")
    assert cells.address("Corso Torino, 12") == ("Corso Torino, 12", "", "")


def test_free_is_said_only_where_the_words_say_no_more() -> None:
    assert [cells.free(text) for text in ("Gratuito", "0 €", "È gratuito", "gratuito per residenti", "10 euro")] == [
        True,
        True,
        True,
        None,
        None,
    ]


def test_documents_a_line_each_and_commas_part_nothing() -> None:
    def texts(cell: str) -> list[str]:
        return [item["text"] for item in cells.items(cell)]

    assert texts("- Passaporto\n- Codice fiscale") == ["Passaporto", "Codice fiscale"]
    assert texts("1) Passaporto 2) Due foto") == ["Passaporto", "Due foto"]
    assert texts("Passaporto, anche scaduto; ISEE") == ["Passaporto, anche scaduto", "ISEE"]


def test_categories_of_others_in_our_themes_or_in_none() -> None:
    known = {
        "Salute": "health",
        "Casa e affitto": "home",
        "consulenza legale": "rights",
        "permits": "permits",
        "Mental health": "health",
    }
    assert {category: topics.theme_of(category) for category in known} == known
    assert topics.theme_of("Food bank") == ""
    assert topics.theme_of("Lavoro e famiglia") == "", "of two themes neither is taken"


def test_markup_goes_and_what_only_looks_like_it_stays() -> None:
    assert plain.plain("<p>Ciao <b>bella</b></p><script>alert(1)</script><ul><li>uno<li>due</ul>") == (
        "Ciao bella\nuno\ndue",
        True,
    )
    assert plain.plain("&lt;p&gt;due volte&lt;/p&gt;") == ("due volte", True)
    assert plain.plain("età < 18 e > 3 &amp; altro") == ("età < 18 e > 3 & altro", False)
    assert plain.plain("a\x00b\ud800c\u202e") == ("abc", False)


@pytest.mark.parametrize("text", ["javascript:alert(1)", "JaVaScript://example.org/%0aalert(1)", "data:text/html,x", "ftp://x.org", "http://", "nessuno", "http://[::1"])  # fmt: skip
def test_no_address_of_the_web(text: str) -> None:
    assert plain.web(text) is None


def test_addresses_of_the_web() -> None:
    assert [plain.web(text) for text in ("www.example.org", "example.org/x?y", "http://example.org:8080")] == [
        "https://www.example.org", "https://example.org/x?y", "http://example.org:8080",
    ]  # fmt: skip
