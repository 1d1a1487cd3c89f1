"""Sixty lists in sixty styles, each understood as it was meant."""

import pytest

from interazioni.actions.directory.hours_text import said
from interazioni.actions.directory.importing.columns import KIND
from interazioni.actions.directory.importing.sheet import read_table
from interazioni.actions.directory.tests.mess import services_file
from interazioni.foundation.imports.reading import read_workbook
from interazioni.foundation.imports.tables import find_tables
from interazioni.foundation.vocabularies.folding import fold


@pytest.mark.parametrize("seed", range(60))
def test_a_list_is_understood_as_it_was_meant(seed: int) -> None:
    made = services_file(seed)
    found = find_tables(read_workbook(made.content, made.filename), KIND)
    rows = [one for table in found.tables for one in read_table(table, table.mapping)]
    assert [finding.code for one in rows for finding in one.draft.errors] == []
    drafts = [one.draft for one in rows if one.row.number == one.belongs_to]
    understood = [
        (fold(draft.name), fold(draft.organisation["name"]), [(place.where["municipality"], said(place.when["hours"])) for place in draft.places],
         [phone["number"] for phone in draft.values["phones"]])
        for draft in drafts
    ]  # fmt: skip
    meant = [
        (fold(one.name), fold(one.organisation), [(istat, hours or "") for istat, hours in one.places], one.phones)
        for one in made.services
    ]
    assert understood == meant
    kept_as_words = sum(hours is None for one in made.services for _istat, hours in one.places)
    assert sum(finding.code == "hours_as_words" for one in rows for finding in one.draft.warnings) == kept_as_words
