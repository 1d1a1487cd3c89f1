"""When an edition meets: whatever the pattern, never on a holiday or a closed day, and always at the same hour of the clock."""

from datetime import date, time, timedelta

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from interazioni.actions.activities.calendar import Pattern, lay
from interazioni.foundation.core.clock import in_rome

DAYS = st.dates(date(2018, 7, 1), date(2020, 12, 31))
CLOSURES = st.lists(st.tuples(DAYS, st.integers(0, 30)), max_size=5).map(
    lambda spans: [[first.isoformat(), (first + timedelta(days=n)).isoformat()] for first, n in spans]
)
PATTERNS = st.builds(
    Pattern,
    starts=DAYS,
    at=st.times(time(6), time(22)).map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)),
    minutes=st.integers(30, 240),
    weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=7).map(tuple),
    interval=st.integers(1, 4),
    until=DAYS,
    count=st.none() | st.integers(1, 60),
)
# The fixed ones (L. 260/1949) and Easter Monday of the plan's years.
FESTIVITIES = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
EASTER_MONDAYS = {date(2019, 4, 22), date(2020, 4, 13)}


@given(PATTERNS, CLOSURES)
def test_any_pattern(pattern: Pattern, closures: list[list[str]]) -> None:
    laid = lay(pattern, closures)
    days = [in_rome(moment).date() for moment in laid.starts]
    assert days == sorted(set(days))
    assert all(in_rome(moment).time() == pattern.at for moment in laid.starts)  # across the change of hour
    for day in days:
        assert (day.month, day.day) not in FESTIVITIES
        assert day not in EASTER_MONDAYS
        assert not any(first <= day.isoformat() <= last for first, last in closures)
        assert day.weekday() in pattern.weekdays
        assert pattern.starts <= day <= pattern.until  # type: ignore[operator]
        monday = pattern.starts - timedelta(days=pattern.starts.weekday())
        assert (day - monday).days // 7 % pattern.interval == 0
    if pattern.count is not None:
        assert len(days) <= pattern.count
    assert not set(days) & {out.day for out in laid.left_out}
    if pattern.count is None:  # then every day of the pattern is either there or said why not
        wanted = {
            pattern.starts + timedelta(days=n)
            for n in range((pattern.until - pattern.starts).days + 1)  # type: ignore[operator]
        }
        monday = pattern.starts - timedelta(days=pattern.starts.weekday())
        wanted = {
            d for d in wanted if d.weekday() in pattern.weekdays and (d - monday).days // 7 % pattern.interval == 0
        }
        assert len(wanted) == len(days) + len(laid.left_out) or len(days) == 400


def test_three_in_the_afternoon_stays_three_in_the_afternoon() -> None:
    laid = lay(Pattern(date(2019, 3, 25), time(15), 120, weekdays=(0,), count=2))
    assert [moment.hour for moment in laid.starts] == [14, 13]


def test_what_is_left_out_says_why() -> None:
    with translation.override("it"):
        laid = lay(Pattern(date(2019, 4, 15), time(15), 60, weekdays=(0, 3), count=3), [["2019-04-18", "2019-04-20"]])
        why = {out.day: str(out.why) for out in laid.left_out}
    assert why[date(2019, 4, 22)] == "Lunedì dell'Angelo"
    assert date(2019, 4, 18) in why
    assert [in_rome(moment).date() for moment in laid.starts] == [
        date(2019, 4, 15),
        date(2019, 4, 29),
        date(2019, 5, 2),
    ]


def test_days_that_are_named() -> None:
    days = (date(2019, 11, 1), date(2019, 11, 8), date(2019, 11, 8))
    laid = lay(Pattern(days[0], time(9), 60, days=days))
    assert [in_rome(moment).date() for moment in laid.starts] == [date(2019, 11, 8)]
