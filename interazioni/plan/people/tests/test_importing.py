"""A list of people is understood, whatever the school made of it."""

import json
from datetime import date
from pathlib import Path

import pytest

from interazioni.foundation.imports.reading import read_workbook
from interazioni.foundation.imports.tables import find_tables
from interazioni.foundation.imports.tests import mess
from interazioni.foundation.imports.values import Context
from interazioni.foundation.vocabularies.countries import is_third_country
from interazioni.foundation.vocabularies.permits import PermitSituation
from interazioni.plan.people import importing
from interazioni.plan.people.importing import PersonDraft, people_reader, repeated_rows

SAMPLES = Path(__file__).parents[3] / "foundation" / "imports" / "tests" / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text())
CONTEXT = Context(date(2020, 2, 12))


def understood(content: bytes, filename: str) -> list[PersonDraft]:
    found = find_tables(read_workbook(content, filename), importing.KIND)
    drafts = []
    for table in found.tables:
        reader = people_reader(table, CONTEXT)
        drafts += [reader.understand(row, table.cells(row)) for row in table.rows]
    return drafts


def codes(draft: PersonDraft) -> set[str]:
    return {finding.code for finding in draft.warnings + draft.errors}


@pytest.mark.parametrize("filename", ["elenco_alunni.xlsx", "elenco_alunni_registro_elettronico.csv"])
def test_the_sample_lists_yield_the_truth(filename: str) -> None:
    drafts = understood((SAMPLES / filename).read_bytes(), filename)
    repeated = repeated_rows(drafts)
    unique = [draft for at, draft in enumerate(drafts) if draft.taken and at not in repeated]
    got = [
        (one.surname, one.name, one.sex, one.birth_date.isoformat() if one.birth_date else "", list(one.citizenships))
        for one in unique
    ]
    assert got == [
        (one["surname"], one["name"], one["sex"], one["birth_date"], [one["citizenship"]]) for one in TRUTH["people"]
    ]
    assert sum(is_third_country(one.citizenships, date(2019, 3, 1)) is True for one in unique) == TRUTH["third_country"]


def test_the_sample_lists_mess_is_told() -> None:
    drafts = {
        draft.row: draft for draft in understood((SAMPLES / "elenco_alunni.xlsx").read_bytes(), "elenco_alunni.xlsx")
    }
    assert codes(drafts[50]) >= {"date_impossible"}
    assert not drafts[50].taken
    assert codes(drafts[51]) >= {"name_missing"}
    assert not drafts[51].taken
    assert (drafts[49].surname, drafts[49].name) == ("Bouzid", "Khadija")
    assert "name_order_reversed" in codes(drafts[49])
    assert "tax_code_invalid" in codes(drafts[30])
    assert drafts[30].taken
    assert drafts[13].permit_situation is PermitSituation.RENEWAL_PENDING
    assert drafts[43].permit_situation is PermitSituation.LONG_TERM
    ordered = list(drafts.values())
    (later, (earlier, verdict)), *more = repeated_rows(ordered).items()
    assert (ordered[later].row, ordered[earlier].row, verdict, more) == (49, 45, "yes", [])


@pytest.mark.parametrize("seed", range(40))
def test_lists_in_any_style_of_mess(seed: int) -> None:
    made = mess.people_file(seed)
    drafts = {draft.row: draft for draft in understood(made.content, made.filename)}
    assert {row for row, draft in drafts.items() if not draft.taken} == set(made.refused_rows), made.style
    taken = {row: draft for row, draft in drafts.items() if draft.taken}
    assert len(taken) == len(made.people), made.style
    for person in made.people:
        draft = taken[person.row]
        got = (draft.surname, draft.name, draft.sex, draft.birth_date, draft.citizenships)
        if made.style["format"] != "xlsx" and made.style["encoding"] == "cp1252":
            assert got[2:] == (person.sex, person.birth_date, (person.citizenship,)), made.style
        else:
            assert got == (person.surname, person.name, person.sex, person.birth_date, (person.citizenship,)), (
                made.style
            )


def test_ten_thousand_rows_are_all_understood() -> None:
    people = mess.make_people(__import__("random").Random(1), 60)
    rows: list[list[mess.Value]] = [
        ["Cognome e nome", "Data di nascita", "Sesso", "Cittadinanza", "Codice fiscale", "Classe"]
    ]
    for at in range(10_000):
        one = people[at % 60]
        rows.append(
            [
                f"{one.surname} {one.name} {chr(97 + at % 26) * 3}",
                f"{1 + at % 28:02}/{1 + at % 12:02}/{2003 + at % 11}",
                one.sex,
                "marocchina",
                one.tax_code,
                "2B",
            ]
        )
    book = read_workbook(mess.xlsx(rows), "x.xlsx")
    (table,) = find_tables(book, importing.KIND).tables
    reader = people_reader(table, CONTEXT)
    drafts = [reader.understand(row, table.cells(row)) for row in table.rows]
    repeated_rows(drafts)
    assert len(drafts) == 10_000
