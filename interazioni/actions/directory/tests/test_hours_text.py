"""Hours as people write them on a door."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from interazioni.actions.directory.hours_text import parse, said
from interazioni.actions.directory.opening import WEEKDAYS
from interazioni.actions.directory.rules import Open

MORNING = (time(9), time(12, 30))


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("lun-ven 9-12:30", ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"]),
        ("lunedì e mercoledì 9.00 - 12.30", ["FREQ=WEEKLY;BYDAY=MO,WE"]),
        ("dal lunedì al venerdì: 9–12:30", None),
        ("Mar, Gio 09:00-12:30, 14-17", ["FREQ=WEEKLY;BYDAY=TU,TH"] * 2),
        ("tutti i giorni 9-12:30", ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"]),
        ("mon-wed 9-12:30", ["FREQ=WEEKLY;BYDAY=MO,TU,WE"]),
        ("ven-lun 9-12:30", ["FREQ=WEEKLY;BYDAY=MO,FR,SA,SU"]),
        ("FREQ=MONTHLY;BYDAY=1SA 9-12:30", ["FREQ=MONTHLY;BYDAY=1SA"]),
    ],
)
def test_lines_that_people_write(text: str, rules: list[str] | None) -> None:
    found = parse(text)
    assert (found[0].opens_at, found[0].closes_at) == MORNING
    assert rules is None or [one.rule for one in found] == rules


def test_from_monday_to_friday_is_five_days() -> None:
    assert parse("dal lunedì al venerdì 9-12:30")[0].rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


@pytest.mark.parametrize("text", ["sempre", "lun 12-9", "lun 25-26", "xyz 9-12", "lun 9", "m 9-12", "lun 9-12 forse"])
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValidationError, match="2"):
        parse(f"mar 9-12\n{text}")


@given(st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 11), st.integers(12, 23)), max_size=4))
def test_what_is_said_is_read_as_the_same_hours(given_hours: list[tuple[set[int], int, int]]) -> None:
    hours = {
        Open("FREQ=WEEKLY;BYDAY=" + ",".join(WEEKDAYS[day] for day in sorted(days)), time(opens), time(closes))
        for days, opens, closes in given_hours
    }
    assert set(parse(said(hours))) == hours
