"""Days by a rule: as dateutil reckons them, and also where no day falls under the rule."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from interazioni.actions.content.dates import DAYS, checked, days, in_words, occurrences
from interazioni.actions.content.importing.times import shortest
from interazioni.foundation.core.clock import ROME


@st.composite
def rules(draw: Any) -> str:
    """Rules by which some day falls within a year: dateutil looks for others until the year 9999."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 3))}", f"WKST={draw(st.sampled_from(DAYS))}"]
    by = draw(st.sampled_from(["", "day", "nth", "month day", "both"]))
    if by == "nth" and frequency in ("MONTHLY", "YEARLY"):
        nth = st.builds("{}{}".format, st.sampled_from([1, 2, 4, -1]), st.sampled_from(DAYS))
        parts.append("BYDAY=" + ",".join(draw(st.lists(nth, min_size=1, max_size=3, unique=True))))
    elif by in ("day", "both", "nth"):
        parts.append("BYDAY=" + ",".join(draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True))))
    if by in ("month day", "both"):
        numbers = draw(st.lists(st.sampled_from(["1", "2", "13", "28", "-1", "-2"]), min_size=2, max_size=4, unique=True))  # fmt: skip
        parts.append("BYMONTHDAY=" + ",".join(numbers))
    if by in ("day", "nth") and draw(st.booleans()):
        parts.append("BYMONTH=" + ",".join(map(str, sorted(draw(st.sets(st.integers(1, 12), min_size=3))))))
    # A first week of which only a part is left: the standard counts positions in all of it, dateutil in what is left.
    if by == "day" and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append("BYSETPOS=" + draw(st.sampled_from(["1", "-1", "2", "1,-1"])))
    return ";".join(parts)


@settings(max_examples=120, deadline=None)
@given(rules(), st.dates(date(2018, 1, 1), date(2022, 12, 28)), st.integers(0, 500))
def test_the_days_are_those_that_others_reckon(rule: str, first: date, skipped: int) -> None:
    last = first + timedelta(days=900)
    theirs = takewhile(lambda at: at.date() <= last, rrulestr(rule, dtstart=datetime.combine(first, time())))
    expected = [at.date() for at in theirs]
    assert list(days(rule, first, last)) == expected
    since = first + timedelta(days=skipped)
    assert list(days(rule, first, last, since=since)) == [day for day in expected if day >= since]
    assert list(days(shortest(rule, first), first, last)) == expected


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=MONTHLY;BYDAY=9MO", "FREQ=WEEKLY;BYSETPOS=300"])  # fmt: skip
def test_a_rule_under_which_no_day_falls_ends(rule: str) -> None:
    assert list(days(checked(rule), date(2020, 2, 12), date(2023, 2, 12))) == []


@pytest.mark.parametrize(
    "rule", ["", "FREQ=HOURLY", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;BYHOUR=1", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=DAILY;WKST=XX", "FREQ=DAILY;BYMONTH=" + "1," * 4000 + "1", "x" * 5000]
)  # fmt: skip
def test_what_is_no_rule_here(rule: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError, match="no way to repeat"):
        checked(rule)


def test_a_rule_in_one_spelling_and_in_words() -> None:
    assert checked(" rrule:freq=weekly;byday=tu,th; ") == "FREQ=WEEKLY;BYDAY=TU,TH"
    with translation.override("en"):
        assert in_words("FREQ=WEEKLY;BYDAY=TU,TH") == "Every week: Tuesday, Thursday"
        assert in_words("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR") == "Every 2 months: the last Friday"
        assert in_words("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2") == "Every month: Tuesday number 2"
        assert in_words("FREQ=MONTHLY;BYMONTHDAY=1,-1") == "Every month: 1, the last day"
        assert in_words("anything") == "anything"


def test_the_hour_stays_and_a_night_over_the_change_to_summer_time_is_no_shorter_the_week_after() -> None:
    starts = datetime(2020, 3, 28, 22, tzinfo=ROME)
    ends = datetime(2020, 3, 29, 6, tzinfo=ROME)
    found = occurrences(starts.astimezone(UTC), ends.astimezone(UTC), "FREQ=WEEKLY", date(2020, 4, 30), ["2020-04-11"], first=starts)  # fmt: skip
    assert [(one.strftime("%d.%m %H"), other.strftime("%d.%m %H")) for one, other in found] == [
        ("28.03 22", "29.03 06"), ("04.04 22", "05.04 06"), ("18.04 22", "19.04 06"), ("25.04 22", "26.04 06"),
    ]  # fmt: skip
