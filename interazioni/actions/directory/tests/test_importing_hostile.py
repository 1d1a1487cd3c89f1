"""Files that mean harm, or that a program wrote without looking: nothing falls over, and no letter comes out that no text has."""

import copy
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from interazioni.actions.directory.importing import hsds
from interazioni.actions.directory.importing.columns import KIND
from interazioni.actions.directory.importing.draft import Draft
from interazioni.actions.directory.importing.hsds_reading import read
from interazioni.actions.directory.importing.sheet import read_table
from interazioni.actions.directory.importing.statements import bases
from interazioni.actions.directory.rules import Open
from interazioni.actions.directory.tests.test_importing_hsds import SERVICE
from interazioni.foundation.imports.reading import ImportRefused, Sheet, Workbook
from interazioni.foundation.imports.tables import find_tables

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.sampled_from(["\x00", "\ud800", "javascript:alert(1)", "x" * 5000, "<script>", "2020-02-30"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        found += paths(value, (*at, key))
    return found


PATHS = paths(SERVICE)


def sound(draft: Draft) -> None:
    """What the rule is given can be kept: it can be written as UTF-8, and as JSON of the database, which knows no NUL."""
    stated = [
        draft.identity,
        draft.name,
        draft.values,
        draft.organisation,
        [[one.key, {**one.where}] for one in draft.places],
    ]
    said = json.dumps(stated, default=str, ensure_ascii=False)
    said.encode()
    assert "\\u0000" not in said
    for one in draft.places:
        bases({**one.where, **one.when})
        assert all(isinstance(hour, Open) and hour.opens_at < hour.closes_at for hour in one.when.get("hours", ()))
    assert draft.values.get("website", "")[:4] in ("", "http")
    for finding in [*draft.errors, *draft.warnings]:
        assert str(finding)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=4))
@example([(("id",), "a\x00b")])
@example([(("service_at_locations", 0, "location", "id"), "\x00")])
@example([(("url",), "https://example.org/\x00\ud800")])
def test_a_service_with_anything_anywhere(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    node = copy.deepcopy(SERVICE)
    for path, value in changes:
        holder: Any = node
        try:
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken this place away
    for draft in hsds.read_services(read(json.dumps([node, SERVICE]).encode(), "x.json")):
        sound(draft)


@settings(max_examples=200)
@given(VALUES)
def test_anything_that_is_json(value: Any) -> None:
    try:
        source = read(json.dumps([value]).encode(), "x.json")
    except ImportRefused:
        return
    for draft in hsds.read_services(source):
        sound(draft)


CELLS = st.one_of(
    st.none(), st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.dates(),
    st.sampled_from(["Asti", "lun-ven 9-12", "0141 555123", "chiuso ad agosto", "<b>x</b>", "\x00", "Via Roma 3, 14100 Asti (AT)", "16-25", "gratuito"]),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.lists(CELLS, min_size=len(KIND.fields), max_size=len(KIND.fields)), min_size=1, max_size=4))
def test_a_sheet_with_anything_in_every_column(rows: list[list[Any]]) -> None:
    headings = [field.synonyms[0] for field in KIND.fields]
    for table in find_tables(Workbook([Sheet("x", [headings, *rows])], "xlsx"), KIND).tables:
        for one in read_table(table, table.mapping):
            sound(one.draft)
