"""Davide before his board: what has nobody comes first, and the figures say which language is short."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.hang_board import uncovered_tile
from interazioni.actions.mediation.models import Call
from interazioni.actions.mediation.queries import board as boards
from interazioni.actions.mediation.queries import statistics
from interazioni.actions.mediation.queries.board import Lane
from interazioni.actions.mediation.queries.statistics import Asked
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.tables.statistics import advice
from interazioni.actions.mediation.tests.cast import (
    ALESSANDRIA,
    TOMORROW,
    TORINO,
    a_call,
    a_dispatch,
    a_mediator,
    after,
    asked,
    dispatcher,
    fixed,
    promised,
    seen,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
TODAY = DEMO_DAY.date()
FEBRUARY = Asked(date(2020, 2, 1), date(2020, 2, 29))


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def board(first: date = TODAY, last: date = TOMORROW, moment: Any = DEMO_DAY, by: Actor | None = None) -> boards.Board:
    who = by or dispatcher()
    with clock.at(moment), acting(who):
        return boards.board(who, first, last)


def codes(found: boards.Board) -> dict[str, list[str]]:
    return {lane.value: [row.code for row in rows] for lane, rows in found.lanes.items() if rows}


def figures(asked: Asked = FEBRUARY, by: Actor | None = None, moment: Any = DEMO_DAY) -> statistics.Figures:
    who = by or dispatcher()
    with clock.at(moment), acting(who):
        return statistics.figures(who, asked)


def needs(asked: Asked = FEBRUARY, by: Actor | None = None, moment: Any = DEMO_DAY) -> list[statistics.Need]:
    return list(figures(asked, by, moment).needs)


def enter(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(get_user_model().objects.get(pk=CAST[login].user_id))
    return client


def decline(call: Call, mediator: Any, reason: str = "far") -> None:
    (offer,) = asked(call, mediator)
    with clock.at(DEMO_DAY):
        rules.decline_offer(offer=offer, reason=reason, by=dispatcher())


# --- the board ----------------------------------------------------------------------------------------------------------


def test_each_call_stands_where_it_needs_somebody() -> None:
    a_dispatch()
    awa, binta = a_mediator("Awa Keita"), a_mediator("Binta Ba")
    new = a_call(options=[fixed(hour=time(9))])
    waits = a_call(options=[fixed(hour=time(12))])
    asked(waits, awa)
    covered = a_call(options=[fixed(hour=time(15))])
    promised(covered, binta)
    found = board()
    assert codes(found) == {"uncovered": [new.code], "waiting": [waits.code], "covered": [covered.code]}
    (row,) = found[Lane.WAITING]
    assert list(row.asked) == ["Awa Keita"]
    assert row.answer_by is not None
    assert row.answer_by > found.at
    (row,) = found[Lane.COVERED]
    assert row.mediator == "Binta Ba"


def test_a_declined_call_is_not_covered_again_and_says_how_often() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    call = a_call()
    decline(call, awa)
    (row,) = board()[Lane.UNCOVERED]
    assert (row.code, row.declined, row.near) == (call.code, 1, False)


def test_other_days_are_not_shown() -> None:
    a_dispatch()
    a_call(options=[fixed(date(2020, 2, 20))])
    assert codes(board()) == {}
    assert list(codes(board(date(2020, 2, 20), date(2020, 2, 20)))) == ["uncovered"]


def test_what_should_have_begun_is_said_and_what_is_over_too() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    promised(a_call(), awa)
    a_call(options=[fixed(hour=time(11))])
    later = at(TOMORROW, time(14))
    found = board(moment=later)
    assert [row.late for row in found[Lane.COVERED]] == [True]
    assert [row.passed for row in found[Lane.UNCOVERED]] == [True]
    soon = board(moment=at(TOMORROW, time(9)))
    assert [row.near for row in soon[Lane.UNCOVERED]] == [True]
    assert [row.late for row in soon[Lane.COVERED]] == [False]


def test_a_mediator_who_did_not_come_leaves_the_call_uncovered() -> None:
    a_dispatch()
    assignment = promised(a_call(), a_mediator())
    with clock.at(at(TOMORROW, time(10, 30))):
        rules.end_assignment(
            assignment=assignment, how="mediator_absent", side="caller", words="nobody", by=dispatcher()
        )
    (row,) = board(moment=at(TOMORROW, time(10, 40)))[Lane.UNCOVERED]
    assert row.mediator == ""


def test_the_board_costs_the_same_however_full_it_is() -> None:
    a_dispatch()
    awa, binta = a_mediator("Awa Keita"), a_mediator("Binta Ba")

    def statements() -> int:
        with (
            clock.at(DEMO_DAY),
            acting(dispatcher()),
            CaptureQueriesContext(
                connection,
            ) as seen_queries,
        ):
            boards.board(dispatcher(), TODAY, TOMORROW)
        return len(seen_queries)

    asked(a_call(options=[fixed(hour=time(8))]), awa)
    promised(a_call(options=[fixed(hour=time(9))]), binta)
    few = statements()
    for hour in range(11, 17):
        asked(a_call(options=[fixed(hour=time(hour))]), awa, binta)
    promised(a_call(options=[fixed(hour=time(17))]), awa)
    assert statements() == few


def test_another_body_has_a_board_of_its_own() -> None:
    a_dispatch()
    a_call()
    assert codes(board(by=actor("giulia"))) == {}


def test_the_page_shows_the_board_and_the_fragment_its_rows_alone() -> None:
    a_dispatch()
    call = a_call()
    client = enter("davide")
    with clock.at(DEMO_DAY):
        page = client.get("/desk/mediation/board/").content.decode()
        rows = client.get("/desk/mediation/board/", headers={"hx-request": "true"}).content.decode()
        other = client.get("/desk/mediation/board/?day=2020-02-20").content.decode()
        nonsense = client.get("/desk/mediation/board/?day=never")
    assert f"/desk/mediation/calls/{call.pk}/" in page
    assert "tomorrow 10:00" in page
    assert "nobody asked yet" in page
    assert "<html" not in rows
    assert str(call.pk) in rows
    assert "data-board-rows" in rows
    assert str(call.pk) not in other
    assert nonsense.status_code == 200


def test_only_dispatchers_have_a_board() -> None:
    for login in ("giulia", "elena"):
        assert enter(login).get("/desk/mediation/board/").status_code == 403


def test_my_day_begins_with_what_is_not_covered() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    waits = a_call(options=[fixed(hour=time(9))])
    asked(waits, awa)
    new = a_call(options=[fixed(hour=time(11))])
    with clock.at(DEMO_DAY), acting(dispatcher()), translation.override("en"):
        tile = uncovered_tile(dispatcher())
    assert tile is not None
    assert [(str(new.pk) in row.url, row.side) for row in tile.rows] == [(True, "not covered"), (False, "being asked")]


# --- the figures --------------------------------------------------------------------------------------------------------


def test_the_fill_rate_counts_what_had_to_be_covered() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    promised(a_call(options=[fixed(hour=time(9))]), awa, moment=after(2))
    promised(a_call(options=[fixed(hour=time(13))]), awa, moment=after(4))
    lost = a_call(options=[fixed(hour=time(9))])
    off = a_call(options=[fixed(hour=time(9))])
    a_call(options=[fixed(hour=time(17))])
    with clock.at(DEMO_DAY):
        rules.give_up(call=lost, by=dispatcher())
        rules.cancel_call(call=off, words="no longer needed", by=actor("giulia"))
    total = figures().total
    assert (total.calls, total.covered, total.failed, total.open, total.called_off) == (5, 2, 1, 1, 1)
    assert total.share is not None
    assert float(total.share) == pytest.approx(2 / 3)
    # What is still open when its hour has passed was not covered.
    assert figures(moment=at(TOMORROW, time(18))).total.failed == 2


def test_time_to_fill_is_a_median_and_a_ninetieth_percentile() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita", week_cap=3000)
    for number, hours in enumerate((1, 2, 3, 4, 20)):
        promised(a_call(options=[fixed(date(2020, 2, 17 + number))]), awa, moment=after(hours))
    found = figures()
    assert found.median == timedelta(hours=3)
    assert found.ninetieth is not None
    assert timedelta(hours=4) < found.ninetieth < timedelta(hours=20)


def test_offers_and_the_reasons_for_declining() -> None:
    a_dispatch()
    awa, binta = a_mediator("Awa Keita"), a_mediator("Binta Ba")
    call = a_call()
    decline(call, awa, "busy")
    (offer,) = asked(call, binta)
    with clock.at(DEMO_DAY):
        rules.accept_offer(offer=offer, by=dispatcher())
    found = figures()
    assert found.declined == {"busy": 1}
    assert found.offers == {"declined": 1, "accepted": 1}
    assert found.offers_per_fill == 2


def test_why_nobody_came_is_told_from_what_was_done() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    declined, unspoken, unasked = a_call(), a_call(language="ti"), a_call()
    decline(declined, awa)
    gone = promised(a_call(options=[fixed(date(2020, 2, 14))]), awa)
    second = a_call(language="ti", second_languages=["fr"])  # somebody speaks the second choice
    with clock.at(DEMO_DAY):
        for call in (declined, unspoken, unasked, second):
            rules.give_up(call=call, by=dispatcher())
    with clock.at(at(date(2020, 2, 14), time(10, 30))):
        rules.end_assignment(assignment=gone, how="mediator_absent", side="caller", words="", by=dispatcher())
    assert figures().causes == {"nobody_free": 2, "declined": 1, "nobody_speaks": 1, "absent": 1}


def test_late_cancellations_and_absences_are_told_apart_by_side() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    late, early = promised(a_call(), awa), promised(a_call(options=[fixed(date(2020, 2, 24))]), awa)
    given_back = promised(a_call(options=[fixed(date(2020, 2, 25))]), awa)
    with clock.at(after(20)):
        rules.cancel_call(call=seen(Call, late.call_id), words="ill", by=dispatcher())
        rules.cancel_call(call=seen(Call, early.call_id, actor("giulia")), words="moved", by=actor("giulia"))
        rules.end_assignment(assignment=given_back, how="withdrawn", side="mediator", words="", by=dispatcher())
    assert set(figures().ends) == {
        ("cancelled", "dispatch", True, 1), ("cancelled", "caller", False, 1), ("withdrawn", "mediator", False, 1),
    }  # fmt: skip


def test_a_language_nobody_speaks_there_comes_first_and_says_what_it_points_to() -> None:
    a_dispatch()
    a_mediator("Awa Keita", {"bm": 3}, week_cap=600)
    for day in (17, 18):
        lost = a_call(language="bm", municipality=ALESSANDRIA, minutes=120, options=[fixed(date(2020, 2, day))])
        with clock.at(DEMO_DAY):
            rules.give_up(call=lost, by=dispatcher())
    none = a_call(language="ti", minutes=60)
    with clock.at(DEMO_DAY):
        rules.give_up(call=none, by=dispatcher())
    a_call(language="bm")
    found = needs()
    assert [(need.language, need.province, need.minutes_failed, need.mediators, need.elsewhere) for need in found] == [
        ("bm", ALESSANDRIA[:3], 240, 0, 1), ("ti", TORINO[:3], 60, 0, 0), ("bm", TORINO[:3], 0, 1, 0),
    ]  # fmt: skip
    assert found[2].week_minutes == 600
    with translation.override("en"):
        assert "nobody lives there" in advice(found[0])
        assert "train" in advice(found[1])
        assert advice(found[2]) == "–"  # still open: nothing to say yet
    assert figures(Asked(FEBRUARY.first, FEBRUARY.last, ALESSANDRIA[:3])).total.calls == 2


def test_the_region_sees_every_dispatch_and_a_school_none() -> None:
    a_dispatch()
    a_mediator("Awa Keita")
    a_call()
    for login in ("elena", "irene"):
        if login in CAST:
            assert figures(by=actor(login)).total.calls == 1
            assert needs(by=actor(login))[0].mediators == 1
            assert enter(login).get("/desk/mediation/statistics/plan/").status_code == 200
    assert figures(by=actor("marco")).total.calls == 0
    assert enter("giulia").get("/desk/mediation/statistics/").status_code == 403
    assert enter("giulia").get("/desk/mediation/statistics/plan/").status_code == 403


def test_the_figures_cost_the_same_however_many_calls() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita", week_cap=3000)
    client = enter("davide")

    def statements() -> int:
        with clock.at(at(date(2020, 3, 1), time(9))), CaptureQueriesContext(connection) as seen_queries:
            assert client.get("/desk/mediation/statistics/").status_code == 200
        return len(seen_queries)

    promised(a_call(options=[fixed(date(2020, 2, 14))]), awa)
    statements()  # what a first page reads once a process
    few = statements()
    for day in (17, 18, 19, 20, 21, 24, 25, 26, 27, 28):
        for language in ("bm", "ti", "wo"):
            call = a_call(
                language=language, options=[fixed(date(2020, 2, day))], municipality=(TORINO, ALESSANDRIA)[day % 2]
            )
            if language == "bm" and day < 24:
                decline(call, awa)
    assert statements() == few


def test_the_page_and_its_workbooks() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    promised(a_call(), awa)
    lost = a_call(language="ti")
    with clock.at(DEMO_DAY):
        rules.give_up(call=lost, by=dispatcher())
    client = enter("davide")
    with clock.at(at(date(2020, 3, 1), time(9))):
        page = client.get("/desk/mediation/statistics/").content.decode()
        empty = client.get("/desk/mediation/statistics/?first=2019-01-01&last=2019-01-31").content.decode()
        wrong = client.get("/desk/mediation/statistics/?first=2020-02-31&last=x&province=zz&dispatch=7")
        books = [client.get(f"/desk/mediation/statistics/?export={what}") for what in ("xlsx", "figures")]
    assert "50%" in page
    assert "Tigrinya" in page
    assert "train or engage somebody" in page
    assert "No call in this time" in empty
    assert wrong.status_code == 200
    for book in books:
        assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
