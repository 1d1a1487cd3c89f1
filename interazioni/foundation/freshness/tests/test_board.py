"""The board: a body's own, and the plan's, at the size of a plan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook
from pytest_django import Settings

from interazioni.actions.directory import rules as directory
from interazioni.actions.directory.tests.cast import MORNINGS, TORINO, a_service, as_saved
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import checking, queries
from interazioni.foundation.freshness.hanging import tile
from interazioni.foundation.freshness.models import Problem, ProblemKind, Suggestion, Vouch, Way
from interazioni.foundation.freshness.tasks import keep
from interazioni.foundation.outbox.models import Message
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.models import Body

pytestmark = pytest.mark.django_db
BOARD = "/desk/freshness/"


@pytest.fixture(autouse=True)
def in_italian(settings: Settings) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def enter(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def shown(login: str, query: str = "") -> str:
    answer = enter(login).get(BOARD + query)
    assert answer.status_code == 200, login
    return str(answer.content.decode())


def bodies_of_a_plan(count: int) -> list[tuple[UUID, str]]:
    """Those of the cast, and as many more as a plan has: here a body is an id and a name."""
    known = list(Body.objects.order_by("code").values_list("pk", "name"))
    return (known + [(uuid4(), f"Ente {n}") for n in range(count)])[:count]


def plan_of_things(bodies: int = 60, each: int = 25) -> None:
    """Fifteen hundred public things; of each body some stale, some soon, some with dead links, some that readers write about."""
    for body_id, name in bodies_of_a_plan(bodies):
        by = replace(actor("lucia"), body_id=body_id)
        rows = []
        for n in range(each):
            days = 150 if n % 6 == 0 else 110 if n % 6 == 1 else 10
            verified = DEMO_DAY - timedelta(days=days)
            due = verified + timedelta(days=120)
            rows.append(
                Vouch(
                    kind="guide" if n % 2 else "service", object_id=uuid4(), body_id=body_id, body_name=name, title=f"{name} {n}",
                    path=f"x/{n}/", period_days=120, verified_at=verified, due_at=due, demoted_at=DEMO_DAY if due < DEMO_DAY else None,
                )
            )  # fmt: skip
        with acting(by):
            Vouch.objects.bulk_create(rows)
            Problem.objects.bulk_create(
                Problem(
                    vouch=row, kind=ProblemKind.DEAD_LINK, what=f"https://{n}.example/", answer="404", seen_at=DEMO_DAY
                )
                for row in rows[::8]
                for n in range(2)
            )
            Suggestion.objects.bulk_create(
                Suggestion(
                    kind=row.kind, object_id=row.object_id, body_id=body_id, text="Chiuso", language="it", visitor="v"
                )
                for row in rows[::12]
            )


@pytest.mark.parametrize(("login", "most"), [("paolo", 18), ("elena", 18), ("lucia", 17)])
def test_the_board_is_few_queries_at_the_size_of_a_plan(
    login: str, most: int, django_assert_max_num_queries: Any
) -> None:
    """Seven of them are the frame's: who asks, as whom, the transaction."""
    plan_of_things()
    client = enter(login)
    client.get(BOARD)
    for query in ("", "?state=wrong", "?state=waiting&kind=service&page=2", "?sort=-body_name", "?q=3"):
        with django_assert_max_num_queries(most):
            assert client.get(BOARD + query).status_code == 200


def test_my_day_counts_in_three_queries(django_assert_max_num_queries: Any) -> None:
    plan_of_things()
    paolo = actor("paolo")
    with acting(paolo), django_assert_max_num_queries(3):
        content = tile(paolo)
    assert content is not None
    counts = {row.url.rpartition("=")[2]: row.side for row in content.rows}
    assert (counts["wrong"], counts["suggested"]) == ("240", "180")
    assert enter("lucia").get("/desk/").content.decode().count("/desk/freshness/?state=") == 4


def test_each_filter_shows_what_it_says_and_the_sums_agree() -> None:
    plan_of_things(bodies=12)
    with acting(actor("paolo")):
        rows = queries.board(actor("paolo"))
        for state in queries.Stands:
            found = list(queries.standing(rows, state))
            named = {
                queries.Stands.WAITING: lambda row: queries.stands(row) != [],
                queries.Stands.FINE: lambda row: queries.stands(row) == [],
            }.get(state, lambda row, state=state: state in [one for _tone, one in queries.stands(row)])
            assert {row.pk for row in found} == {row.pk for row in rows if named(row)}, state
        sums = queries.sums(actor("paolo"))
        assert sum(row.public for row in sums) == len(rows) == 12 * 25
        for state, count in queries.figures(sums):
            assert count == queries.standing(rows, state).count(), state
        urgent = [row.urgency for row in rows]
        assert urgent == sorted(urgent)
    asti = Body.objects.get(name="Comune di Asti")
    listed = shown("paolo", f"?body={asti.pk}&state=waiting").partition('id="entries"')[2].partition('id="bodies"')[0]
    assert listed.count("<tr") - 1 == len([row for row in rows if row.body_id == asti.pk and queries.stands(row)])


def test_a_body_sees_its_own_and_the_plan_sees_all() -> None:
    a_service("Sportello di Asti")
    a_service("Doposcuola della scuola", by=actor("franca"))
    assert "Sportello di Asti" in shown("lucia")
    assert "Doposcuola" not in shown("lucia")
    for login in ("paolo", "elena"):
        page = shown(login)
        assert "Sportello di Asti" in page
        assert "Doposcuola" in page
        assert 'id="bodies"' in page
    assert "/desk/directory/services/" in shown("paolo"), "IRES opens every entry"
    assert "/desk/directory/services/" not in shown("elena"), (
        "the Region, which keeps no services, is led to the public page"
    )
    assert "/services/sportello-di-asti/" in shown("elena")
    for login in ("giulia", "amina", "sara"):
        assert enter(login).get(BOARD).status_code == 403


def test_from_the_board_one_confirms_corrects_and_withdraws() -> None:
    made = a_service("Sportello di Asti")
    lucia = enter("lucia")
    vouch = Vouch.objects.get(object_id=made.pk)
    with clock.at(DEMO_DAY + timedelta(days=112)):
        page = lucia.get(f"{BOARD}?state=soon").content.decode()
        assert f"/desk/freshness/{vouch.pk}/still-true/" in page
        assert f"/desk/directory/services/{made.pk}/withdraw/" in page
        answer = lucia.post(f"{BOARD}{vouch.pk}/still-true/", {"back": "state=soon&evil=1"})
        assert answer.headers["Location"] == f"{BOARD}?state=soon"
        assert "Sportello di Asti" not in lucia.get(f"{BOARD}?state=soon").content.decode().partition('id="entries"')[2]
    vouch.refresh_from_db()
    assert (vouch.verified_at, vouch.verified_way) == (DEMO_DAY + timedelta(days=112), Way.PAGE)
    lucia.post(f"/desk/directory/services/{made.pk}/withdraw/")
    assert "Sportello di Asti" not in shown("lucia")
    outside = lucia.post(f"{BOARD}{uuid4()}/still-true/", {"back": "https://evil.example/"})
    assert outside.status_code == 404


def test_the_list_leaves_as_a_workbook() -> None:
    plan_of_things(bodies=3)
    answer = enter("paolo").get(f"{BOARD}?state=wrong&export=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 1 + 3 * 4
    assert len(rows[0]) == 9, "without the column of buttons"
    assert "https://0.example/" in str(rows[1])
    assert isinstance(rows[1][4], datetime | date)


# --- hours that never come ------------------------------------------------------------------------------------------------------------


def courses(hours: list[directory.Open], **more: Any) -> Any:
    where = {"municipality": TORINO, "address": "Via delle Rose 3"}
    place = directory.Place(location=where, hours=hours, **{k: v for k, v in more.items() if k in ("closures", "note")})
    return a_service("Corso", places=[place], **{k: v for k, v in more.items() if k not in ("closures", "note")})


def the_night(day: int = 1) -> None:
    with clock.at(DEMO_DAY.replace(hour=2) + timedelta(days=day)):
        checking.go_on(pause=0, seconds=60)


def found(login: str = "lucia") -> list[tuple[str, str]]:
    with acting(actor(login)):
        return list(Problem.objects.values_list("kind", "what"))


OVER = replace(MORNINGS, valid_to=date(2020, 1, 31))
NEVER = [(ProblemKind.NEVER_OPEN.value, "Via delle Rose 3, Torino (TO)")]


@pytest.mark.parametrize(
    ("hours", "more", "problem"),
    [
        ([MORNINGS], {}, False),
        ([OVER], {}, True),
        ([OVER, MORNINGS], {}, False),
        ([replace(MORNINGS, valid_from=date(2020, 6, 15))], {}, False),  # the summer is near enough
        ([replace(MORNINGS, valid_from=date(2021, 6, 15))], {}, True),
        ([MORNINGS], {"closures": [["01-01", "12-31"]]}, True),
        ([MORNINGS], {"closures": [["2020-02-01", "2020-05-31"]]}, False),
        ([directory.Open("FREQ=WEEKLY;BYDAY=MO;UNTIL=20191231T000000", time(9), time(12))], {}, True),
        ([directory.Open("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", time(9), time(12))], {}, True),
        ([OVER], {"alert": "Chiuso per lavori"}, False),  # it says so
        ([OVER], {"note": "Su appuntamento"}, False),
        ([], {}, False),  # says nothing about hours
    ],
)
def test_hours_without_an_opening(hours: list[directory.Open], more: dict[str, Any], problem: bool) -> None:
    courses(hours, **more)
    the_night()
    assert found() == (NEVER if problem else [])


def test_a_service_that_never_opens_is_told_corrected_and_forgotten() -> None:
    made = courses([OVER])
    the_night()
    with clock.at(DEMO_DAY + timedelta(days=1)):
        keep.function()
    with service("outbox"):
        (letter,) = Message.objects.filter(purpose="freshness.ask")
    assert "Via delle Rose 3" in letter.text
    lucia = enter("lucia")
    assert "Via delle Rose 3" in lucia.get(f"{BOARD}?state=wrong").content.decode()
    assert "/dismiss/" in lucia.get(f"/desk/directory/services/{made.pk}/").content.decode()
    place = made.places.get()
    with clock.at(DEMO_DAY + timedelta(days=1)):
        directory.save_place(
            service=made,
            place_id=place.pk,
            place=directory.Place(location_id=place.location_id, hours=[MORNINGS]),
            by=actor("lucia"),
        )
    assert found() == []


def test_a_place_of_two_that_never_opens_is_named() -> None:
    a_service(
        "Corso",
        places=[
            directory.Place(location={"municipality": TORINO, "address": "Via Uno 1"}, hours=[MORNINGS]),
            directory.Place(
                location={"municipality": TORINO, "name": "Biblioteca", "address": "Via Due 2"}, hours=[OVER]
            ),
        ],
    )
    the_night()
    assert found() == [(ProblemKind.NEVER_OPEN.value, "Biblioteca, Torino (TO)")]


def test_another_word_on_the_entry_leaves_the_hours_as_they_are() -> None:
    made = courses([OVER])
    the_night()
    as_saved(made, cost="Gratis.")
    assert found() == NEVER
    as_saved(made, alert="I corsi sono finiti.")
    assert found() == []
