"""A figure opens to a list that adds up to it, whatever narrows it; small numbers are withheld from the evaluator alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo import cast
from interazioni.front.demo.region import builder
from interazioni.monitoring import disclosure, pace
from interazioni.monitoring.queries import figure as figure_queries
from interazioni.monitoring.queries import reports
from interazioni.monitoring.queries.asked import Asked, ask
from interazioni.monitoring.queries.dashboard import dashboard
from interazioni.plan.ledger import queries as ledger
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.tests.conftest import SmallPlan, attended, correct, deliver, register, take_back
from interazioni.plan.programme.models import Indicator
from interazioni.plan.programme.rules import certify_period

NOW = datetime(2020, 2, 12, 8, 30, tzinfo=UTC)


def asked_by(login: str, **parameters: str) -> Asked:
    found = ask(cast.actor(login), {"plan": "small", **parameters})
    assert found is not None
    return found


NARROWINGS: list[dict[str, str]] = [
    {},
    {"sex": "F"},
    {"sex": ""},
    {"citizenship": "AL"},
    {"municipality": "001"},
    {"municipality": "005005"},
    {"age_band": "6-10"},
    {"month": "2019-02"},
    {"action": "one"},
    {"action": "two", "sex": "M"},
    {"sex": "F", "citizenship": "MA"},
    {"sex": "F", "month": "2019-01", "municipality": "001"},
]


@pytest.mark.parametrize("narrowing", NARROWINGS)
@pytest.mark.parametrize("whose", [{}, {"body": "ic-barriera-torino"}, {"body": "ic-valle-alessandria"}])
def test_every_figure_opens_to_a_list_that_adds_up(
    small: SmallPlan, narrowing: dict[str, str], whose: dict[str, str]
) -> None:
    with clock.at(NOW), acting(cast.actor("elena")):
        asked = asked_by("elena", **narrowing, **whose)
        figures = ledger.figures(small.plan, asked.selection)
        for indicator in Indicator.objects.filter(plan=small.plan):
            entries = ledger.entries_of(asked.actor, indicator, asked.selection)
            listed = sum((ledger.amount_of(indicator, entry) for entry in entries), Decimal(0))
            assert listed == figures.get(indicator.pk, 0) == ledger.total_of(indicator, entries), indicator.code
            for dimension in figure_queries.dimensions_of(asked, indicator):
                rows = figure_queries.breakdown(asked, indicator, dimension)
                if dimension != "body" or indicator.counts in ("quantity", "entries"):
                    amounts = [row.amount for row in rows if isinstance(row.amount, Decimal)]
                    assert sum(amounts, Decimal(0)) == listed, (indicator.code, dimension)
                else:  # each body's own
                    for row in rows:
                        own = asked_by("elena", **narrowing, body=row.value)
                        assert (
                            ledger.total_of(indicator, ledger.entries_of(asked.actor, indicator, own.selection))
                            == row.amount
                        )


def test_a_row_of_a_breakdown_opens_to_its_entries(small: SmallPlan) -> None:
    with clock.at(NOW), acting(cast.actor("elena")):
        asked = asked_by("elena")
        for dimension in ("sex", "citizenship", "municipality", "province", "age_band", "activity", "month", "body"):
            for row in figure_queries.breakdown(asked, small.people, dimension):
                name = {"province": "municipality"}.get(dimension, dimension)
                narrowed = asked_by("elena", **{name: row.value})
                assert (
                    ledger.total_of(small.people, ledger.entries_of(asked.actor, small.people, narrowed.selection))
                    == row.amount
                )


def test_as_of_now_equals_the_tallies(small: SmallPlan) -> None:
    with acting(cast.actor("elena")):
        for selection in (
            ledger.Selection(),
            ledger.Selection(bodies=(cast.actor("giulia").body_id,)),
            ledger.Selection(action=small.school.action_id),
        ):
            tallied = {
                indicator: amount for indicator, amount in ledger.figures(small.plan, selection).items() if amount
            }
            assert {i: a for i, a in ledger.figures_as_of(small.plan, selection=selection).items() if a} == tallied


def test_how_the_plan_stood_on_a_past_day(small: SmallPlan) -> None:
    with acting(cast.actor("elena")):
        on = {
            day: ledger.figures_as_of(small.plan, reports.end_of(day))
            for day in (date(2019, 1, 30), date(2019, 1, 31), date(2019, 2, 20))
        }
    assert on[date(2019, 1, 30)].get(small.people.pk, 0) == 0  # happened, but not recorded before the day after
    assert on[date(2019, 1, 31)][small.people.pk] == 14
    assert on[date(2019, 2, 20)][small.people.pk] == 17
    assert on[date(2019, 2, 20)][small.hours.pk] == 34


def test_a_certified_report_never_changes(small: SmallPlan) -> None:
    giulia, elena = cast.actor("giulia"), cast.actor("elena")
    first, second, _third = small.periods
    with clock.at(datetime(2019, 1, 20, tzinfo=UTC)):
        person = register(by=giulia)
        (entry,) = deliver(entries=[attended(small.school, person, date(2018, 10, 1))], by=giulia)
        with acting(elena):
            asked = asked_by("elena")
            printed = reports.period_report(asked, first).lines
        certify_period(period=first, by=elena)
    with clock.at(NOW):
        take_back(entries=[entry], by=giulia)
        deliver(entries=[attended(small.school, person, date(2018, 11, 1), hours="5")], by=giulia)
        correct(person_id=person.pk, by=giulia, country="RO")
        with acting(elena):
            again = reports.period_report(asked, reports.periods_of(small.plan).get(pk=first.pk))
            later = reports.period_report(asked, second)
    assert again.lines == printed
    assert again.unchanged
    hours = next(line for line in later.lines if line.indicator == small.hours)
    assert hours.before == 2
    assert hours.value == 2 - 2 + 5 + 34
    people = next(line for line in later.lines if line.indicator == small.pupils)
    assert people.value == 14  # the corrected pupil is none of a third country any more


def test_who_may_ask_for_whose_figures(small: SmallPlan) -> None:
    with clock.at(NOW), acting(builder()):
        assert asked_by("elena").whole_plan
        assert asked_by("giulia").body.code == "ic-barriera-torino"  # type: ignore[union-attr]
        assert ask(cast.actor("giulia"), {"plan": "small", "body": "ic-valle-alessandria"}) is None
        assert ask(cast.actor("giulia"), {"plan": "small", "body": "partnership"}) is None
        assert asked_by("chiara", body="ic-valle-alessandria").body is not None
        assert len(asked_by("chiara", body="partnership").selection.bodies) == 3
        for wrong in ({"plan": "none"}, {"action": "none"}, {"body": "none"}):
            assert ask(cast.actor("elena"), {"plan": "small", **wrong}) is None


def test_the_database_shows_a_body_only_its_own(small: SmallPlan) -> None:
    marco = cast.actor("marco")
    with acting(marco):
        assert ledger.figures(small.plan, ledger.Selection()) == {}
        assert ledger.figures(small.plan, ledger.Selection(bodies=(cast.actor("giulia").body_id,))) == {}
        assert ledger.figures(small.plan, ledger.Selection(bodies=(marco.body_id,)))[small.people.pk] == 4
        assert {entry.body_id for entry in Entry.objects.all()} == {marco.body_id}


def test_the_evaluator_sees_no_small_numbers(small: SmallPlan) -> None:
    with clock.at(NOW), acting(cast.actor("sara")):
        asked = asked_by("sara")
        rows = {row.label: row.shown for row in figure_queries.breakdown(asked, small.people, "citizenship")}
        assert set(rows.values()) == {"< 5"}  # three of Albania; the next smallest would give them away
        board = dashboard(asked_by("sara", body="ic-valle-alessandria"))
        assert {r.indicator.code: str(r.shown) for r in board.readings}["people"] == "< 5"
        assert {r.indicator.code: r.shown for r in board.readings}["hours"] == 4  # hours are no people
    with clock.at(NOW), acting(cast.actor("elena")):
        rows = {
            row.value: row.shown for row in figure_queries.breakdown(asked_by("elena"), small.people, "citizenship")
        }
        assert rows == {"MA": 14, "AL": 3}


def test_one_small_cell_takes_the_next_with_it(small: SmallPlan) -> None:
    sara = cast.actor("sara")
    shown = disclosure.shown_all(
        sara, small.people, ledger.Selection(), {"a": Decimal(50), "b": Decimal(3), "c": Decimal(9)}
    )
    assert {value: str(amount) for value, amount in shown.items()} == {"a": "50", "b": "< 5", "c": "< 5"}


def test_the_share_of_a_body_and_its_standing(small: SmallPlan) -> None:
    with clock.at(NOW), acting(cast.actor("chiara")):
        reading = next(r for r in dashboard(asked_by("chiara")).readings if r.indicator == small.people)
        assert reading.value == 13
        assert (reading.target, reading.share) == (Decimal(40), 0.325)
        assert reading.standing is not None
        assert reading.standing.late
        narrowed = next(r for r in dashboard(asked_by("chiara", sex="M")).readings if r.indicator == small.people)
        assert narrowed.value == 3
        assert narrowed.target is None


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2018, 6, 30), 0.0),
        (date(2018, 12, 31), 0.1),
        (date(2019, 6, 30), 0.35),
        (date(2020, 12, 31), 1.0),
        (date(2021, 6, 1), 1.0),
    ],
)
def test_expected_pace_goes_straight_between_its_points(day: date, share: float) -> None:
    points = [("2018-12", 0.1), ("2019-12", 0.6)]
    assert pace.expected_share(points, date(2018, 7, 1), date(2020, 12, 31), day) == pytest.approx(share, abs=0.005)


def test_without_a_pace_the_target_is_due_evenly() -> None:
    assert pace.expected_share([], date(2019, 1, 1), date(2019, 12, 31), date(2019, 7, 2)) == pytest.approx(
        0.5, abs=0.005
    )


@pytest.mark.parametrize(
    ("value", "tone", "late"),
    [
        (100, "success", False),
        (50, "success", False),
        (48, "success", False),
        (44, "warning", True),
        (30, "danger", True),
        (60, "success", False),
    ],
)
def test_standing_is_said_with_a_tone(value: int, tone: str, late: bool) -> None:
    found = pace.standing(Decimal(value), Decimal(100), 0.5)
    assert found is not None
    assert (found.tone, found.late) == (tone, late)


def test_selections_are_values(small: SmallPlan) -> None:
    selection = ledger.Selection(sex="F")
    assert replace(selection, sex=None) == ledger.Selection()
