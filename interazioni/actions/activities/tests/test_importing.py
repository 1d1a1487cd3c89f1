"""An attendance grid is understood: sessions, marks, hours, and to whom each line belongs."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from interazioni.actions.activities import importing
from interazioni.actions.activities.importing import Enrolled, match_lines, read_grids
from interazioni.foundation.imports.reading import read_workbook
from interazioni.foundation.imports.tests import mess
from interazioni.foundation.imports.values import Context

SAMPLES = Path(importing.__file__).parents[2] / "foundation" / "imports" / "tests" / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text())
TODAY = date(2020, 2, 12)


def test_the_sample_grid_yields_the_truth() -> None:
    (grid,) = read_grids(
        read_workbook((SAMPLES / "registro_presenze.xlsx").read_bytes(), "registro_presenze.xlsx"), today=TODAY
    )
    truth = TRUTH["attendance"]
    assert (len(grid.sessions), len(grid.held)) == (truth["sessions_planned"], truth["sessions_held"])
    assert grid.sessions[0].date == date(2019, 2, 7)
    assert sum(row.hours for row in grid.rows) == Decimal(str(truth["hours_total"]))
    people = [
        Enrolled(str(at), one["surname"], one["name"], date.fromisoformat(one["birth_date"]))
        for at, one in enumerate(TRUTH["people"])
    ]
    lines = match_lines(grid, people, Context(TODAY))
    assert [float(line.row.hours) for line in lines] == [one["hours"] for one in truth["people"]]
    assert [any(error.code == "ambiguous" for error in line.errors) for line in lines] == [
        one["ambiguous"] for one in truth["people"]
    ]
    for line, one in zip(lines, truth["people"], strict=True):
        if line.key is not None:
            assert (people[int(line.key)].surname, people[int(line.key)].name) == (one["surname"], one["name"])
    assert not any(row.warnings or row.refused for row in grid.rows)


@pytest.mark.parametrize("seed", range(40))
def test_grids_in_any_style_of_mess(seed: int) -> None:
    made = mess.grid_file(seed)
    (grid,) = read_grids(read_workbook(made.content, made.filename), today=TODAY)
    assert [(one.date, one.hours, one.held) for one in grid.sessions] == made.sessions, made.style
    assert [row.hours for row in grid.rows] == made.hours, made.style
    assert not any(row.refused for row in grid.rows), made.style
    people = [Enrolled(str(at), one.surname, one.name) for at, one in enumerate(made.people)]
    assert [line.key for line in match_lines(grid, people, Context(TODAY))] == [one.key for one in people], made.style


def grid_of(rows: list[list[mess.Value]]) -> importing.Grid:
    return read_grids(read_workbook(mess.xlsx(rows), "g.xlsx"), today=TODAY)[0]


def test_a_mark_nobody_can_read_refuses_its_cell_only() -> None:
    grid = grid_of(
        [
            ["Alunno", date(2019, 3, 1), date(2019, 3, 8)],
            ["ore", 2, 2],
            ["Hoxha Erion", "boh", "P"],
            ["Eze Favour", 3, "A"],
        ]
    )
    assert [row.refused.get(0) and row.refused[0].code for row in grid.rows] == ["mark_unreadable", "mark_too_long"]
    assert [row.hours for row in grid.rows] == [2, 0]


def test_the_sheets_own_total_is_held_against_the_marks() -> None:
    grid = grid_of(
        [
            ["Alunno", "1/3/2019", "8/3/2019", "Tot. ore"],
            ["ore", 2, 2, None],
            ["Hoxha Erion", "P", "P", 3],
            ["Eze Favour", "P", "A", 2],
        ]
    )
    assert [[one.code for one in row.warnings] for row in grid.rows] == [["total_differs"], []]


def test_an_empty_cell_in_a_session_held_is_not_recorded() -> None:
    grid = grid_of(
        [["Alunno", "1/3/2019", "8/3/2019"], ["ore", 2, 2], ["Hoxha Erion", "P", None], ["Eze Favour", None, None]]
    )
    assert [one.held for one in grid.sessions] == [True, False]
    assert [row.marks.keys() for row in grid.rows] == [{0}, set()]


def test_an_edition_gives_years_and_corrects_them() -> None:
    rows: list[list[mess.Value]] = [
        ["Alunno", "20/12", date(2026, 1, 10)],
        ["ore", 2, 2],
        ["Hoxha Erion", "P", "P"],
        ["Eze Favour", "P", "A"],
    ]
    (grid,) = read_grids(
        read_workbook(mess.xlsx(rows), "g.xlsx"), today=TODAY, period=(date(2018, 11, 1), date(2019, 6, 30))
    )
    assert [one.date for one in grid.sessions] == [date(2018, 12, 20), date(2019, 1, 10)]
    assert [one.code for one in grid.warnings] == ["year_corrected"]
