"""Hours over weeks, holidays and August."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from time import process_time

import pytest
from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from interazioni.actions.directory.opening import (
    FIRST,
    NEVER_DAYS,
    WEEKDAYS,
    Hours,
    checked,
    closed,
    days_of,
    intervals,
    next_opening,
    opens_ahead,
    weekdays,
)
from interazioni.foundation.core.clock import ROME

MORNING = Hours("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30))


def test_a_week_without_the_holidays() -> None:
    found = intervals([MORNING], [], date(2020, 4, 6), date(2020, 4, 19))
    assert [begins.date() for begins, _ends in found] == [date(2020, 4, 6), date(2020, 4, 8), date(2020, 4, 15)], (
        "Easter Monday is closed"
    )
    assert len(intervals([MORNING], [], date(2020, 4, 6), date(2020, 4, 19), on_holidays=True)) == 4


def test_closed_in_august_each_year_and_over_new_year() -> None:
    assert intervals([MORNING], [["08-01", "08-31"]], date(2020, 8, 1), date(2020, 8, 31)) == []
    assert closed(date(2021, 1, 3), [["12-24", "01-06"]])
    assert not closed(date(2021, 1, 7), [["12-24", "01-06"]])
    assert closed(date(2020, 3, 4), [["2020-03-02", "2020-03-06"]])


def test_the_hour_that_comes_twice_is_two_hours_of_opening() -> None:
    night = Hours("FREQ=WEEKLY;BYDAY=SU", time(1), time(5))
    ((begins, ends),) = intervals([night], [], date(2020, 10, 25), date(2020, 10, 25))
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=5)


def test_the_first_tuesday_of_the_month() -> None:
    found = intervals([Hours("FREQ=MONTHLY;BYDAY=1TU", time(15), time(17))], [], date(2020, 2, 1), date(2020, 3, 31))
    assert [begins.date() for begins, _ends in found] == [date(2020, 2, 4), date(2020, 3, 3)]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "hello", "", "FREQ=WEEKLY;COUNT=99999999", "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYSETPOS=2",
    ],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(ValidationError):
        checked(rule)


def test_a_rule_of_leap_years_is_one() -> None:
    assert checked("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert checked("FREQ=WEEKLY;BYDAY=MO;UNTIL=20200630")


def test_spellings_of_a_rule() -> None:
    assert checked(" rrule:freq=weekly;byday=mo ") == "FREQ=WEEKLY;BYDAY=MO"
    assert weekdays("FREQ=WEEKLY;BYDAY=WE,MO") == (0, 2)
    assert weekdays("FREQ=MONTHLY;BYDAY=1TU") is None


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 23)), max_size=6),
    st.dates(date(2019, 1, 1), date(2022, 12, 31)),
)
def test_openings_never_overlap_and_stay_within_the_days(hours: list[tuple[int, int, int]], first: date) -> None:
    given_hours = [
        Hours(f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[day]}", time(opens), time(closes))
        for day, opens, closes in hours
        if opens < closes
    ]
    found = intervals(given_hours, [], first, first + timedelta(days=20))
    for (_a, ends), (begins, _d) in itertools.pairwise(found):
        assert ends < begins
    for begins, ends in found:
        assert begins < ends
        assert first <= begins.date() <= first + timedelta(days=20)


def test_open_now_and_when_that_changes() -> None:
    spans = intervals([MORNING], [], date(2020, 2, 10), date(2020, 2, 16))
    assert next_opening(spans, datetime(2020, 2, 12, 9, 0, tzinfo=UTC)) == (
        True,
        datetime(2020, 2, 12, 12, 30, tzinfo=ROME),
    )
    assert next_opening(spans, datetime(2020, 2, 11, 9, 0, tzinfo=UTC)) == (
        False,
        datetime(2020, 2, 12, 9, 0, tzinfo=ROME),
    )
    assert next_opening(spans, datetime(2020, 2, 15, 9, 0, tzinfo=UTC)) == (False, None)


@given(
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    first=st.dates(date(2001, 1, 1), date(2030, 1, 1)),
    length=st.integers(-3, 60),
    valid_from=st.none() | st.dates(date(2005, 1, 1), date(2030, 1, 1)),
    valid_to=st.none() | st.dates(date(2005, 1, 1), date(2030, 1, 1)),
)
def test_plain_weeks_are_counted_as_they_would_be_unrolled(
    days: set[str], first: date, length: int, valid_from: date | None, valid_to: date | None
) -> None:
    rule = f"FREQ=WEEKLY;BYDAY={','.join(sorted(days, key=WEEKDAYS.index))}"
    one = Hours(rule, time(9), time(12), valid_from, valid_to)
    last = first + timedelta(days=length)
    begins, ends = max(first, valid_from or first), min(last, valid_to or last)
    unrolled = rrulestr(rule, dtstart=datetime.combine(valid_from or FIRST, time()))
    expected = unrolled.between(datetime.combine(begins, time()), datetime.combine(ends, time.max), inc=True)
    assert days_of(one, first, last) == [moment.date() for moment in expected]


def test_whether_it_opens_at_all_is_found_out_at_once() -> None:
    """Twenty thousand places in a night."""
    begins = process_time()
    for _place in range(300):
        assert opens_ahead([MORNING, MORNING], [["08-01", "08-31"]], date(2020, 2, 12), province="TO")
    assert (process_time() - begins) / 300 < 0.005
    over = Hours("FREQ=WEEKLY;BYDAY=MO", time(9), time(12), None, date(2020, 1, 31))
    assert not opens_ahead([over], [], date(2020, 2, 12))
    edge = date(2020, 2, 12) + timedelta(days=NEVER_DAYS)
    assert opens_ahead([Hours("FREQ=DAILY", time(9), time(12), edge)], [], date(2020, 2, 12))
    assert not opens_ahead([Hours("FREQ=DAILY", time(9), time(12), edge + timedelta(days=1))], [], date(2020, 2, 12))
