"""The week's pages as the dispatcher sees them, without script."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from interazioni.actions.mediation import tasks_week
from interazioni.actions.mediation.models import Call, CallState, Dispatch, PlannedVisit, WeekPlan, WeekPlanState
from interazioni.actions.mediation.rules import week as week_rules
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, a_mediator, after, dispatcher, fixed, seen
from interazioni.actions.mediation.tests.test_week import FRIDAY, MONDAY, planned, visits
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


WEEK = f"/desk/mediation/week/?monday={MONDAY}"


def logged_in(client: Client, who: str = "davide") -> Client:
    user = User.objects.get(pk=CAST[who].user_id)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, address: str = WEEK) -> str:
    with clock.at(DEMO_DAY):
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def post(client: Client, name: str, *ids: UUID, **values: object) -> str:
    with clock.at(DEMO_DAY):
        answer = client.post(reverse(f"mediation:{name}", args=ids), {"monday": str(MONDAY), **values}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_an_empty_week_to_a_plan_taken(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    a_mediator("Awa Keita")
    call, left = a_call(), a_call(language="ti", options=[fixed(FRIDAY)])
    assert "2 calls wait" in page(client)
    text = post(client, "plan_week")
    assert 'id="planning"' in text
    with acting(dispatcher()):
        asked = WeekPlan.objects.get(state=WeekPlanState.PLANNING)
    with clock.at(DEMO_DAY):
        tasks_week.run(asked.pk, dispatcher(), 2)
        answer = client.get(WEEK, headers={"HX-Request": "true", "HX-Target": "planning"})
    assert answer.headers["HX-Refresh"] == "true", "the page is read anew once the plan is there"
    text = page(client)
    assert "Awa Keita" in text
    assert call.code in text
    assert left.code in text
    (visit,) = visits(asked)
    assert "Tick at least one" in post(client, "take_plan", asked.pk)
    post(client, "take_plan", asked.pk, visit=str(visit.pk), how="ask")
    assert seen(Call, call.pk).state == CallState.PROPOSED
    assert "is being asked" in page(client)


def test_only_what_begins_soon_is_taken_and_the_rest_stays_free(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    a_mediator("Awa Keita")
    soon, later = a_call(options=[fixed(DEMO_DAY + timedelta(hours=7))]), a_call(options=[fixed(FRIDAY)])
    post(client, "plan_week")
    with acting(dispatcher()):
        asked = WeekPlan.objects.get(state=WeekPlanState.PLANNING)
    with clock.at(DEMO_DAY):
        tasks_week.run(asked.pk, dispatcher(), 2)
    assert {visit.call_id for visit in visits(asked)} == {soon.pk, later.pk}
    assert "1 to 168" in post(client, "take_plan", asked.pk, soon="1", how="ask", hours="soon")
    post(client, "take_plan", asked.pk, soon="1", how="ask", hours="8")
    assert seen(Call, soon.pk).state == CallState.PROPOSED
    assert seen(Call, later.pk).state == CallState.SENT


def test_lock_unlock_and_somebody_else(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    a_mediator("Awa Keita")
    sara = a_mediator("Sara Diallo", {"bm": 1})
    call = a_call()
    plan = planned()
    (visit,) = visits(plan)
    post(client, "lock", call.pk, mediator=str(visit.mediator_id))
    assert seen(Call, call.pk).locked_mediator_id == visit.mediator_id
    post(client, "unlock", call.pk)
    assert seen(Call, call.pk).locked_mediator_id is None
    text = page(client, reverse("mediation:move_planned", args=[visit.pk]))
    assert "Sara Diallo" in text
    post(client, "move_planned", visit.pk, mediator=str(sara.pk), lock="1")
    assert seen(PlannedVisit, visit.pk).mediator_id == sara.pk
    assert seen(Call, call.pk).locked_mediator_id == sara.pk
    assert "moved by hand" in page(client)


def test_something_broke_and_the_page_says_what(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    a_mediator("Awa Keita")
    a_call()
    plan = planned()
    assert "1 new call" not in page(client)
    a_call(options=[fixed(FRIDAY)], moment=after(0.2))
    assert "1 new call" in page(client)
    assert page(client, reverse("mediation:week_plan", args=[plan.pk]))
    year, week, _day = date.isocalendar(MONDAY)
    assert "Awa Keita" in page(client, reverse("mediation:week_of_year", args=[year, week]))


def test_weights_are_explained_and_kept(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    address = reverse("mediation:weights")
    assert "500" in page(client, address)
    with acting(dispatcher()):
        before = dict(Dispatch.objects.get(body_id=dispatcher().body_id).weights)
    values = {name: value for name, value in before.items() if name != "overload"}
    rates = {f"rate_{number}": rate for number, (_share, rate) in enumerate(before["overload"])}
    text = post(client, "weights", **{**values, **rates, "travel_per_km": 45})
    assert 'aria-invalid="true"' in text
    post(client, "weights", **{**values, **rates, "travel_per_km": 80})
    with acting(dispatcher()):
        assert Dispatch.objects.get(body_id=dispatcher().body_id).weights["travel_per_km"] == 80
    post(client, "weights", ordinary="1")
    with acting(dispatcher()):
        assert Dispatch.objects.get(body_id=dispatcher().body_id).weights == before


def test_weeks_that_are_none_and_people_who_may_not(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    with clock.at(DEMO_DAY):
        assert client.get("/desk/mediation/week/?monday=1-1-1").status_code == 200
        assert client.get("/desk/mediation/week/2020/54/").status_code == 404
        assert client.post(reverse("mediation:plan_week"), {"monday": "2020-02-03"}, follow=True).status_code == 200
    with acting(dispatcher()):
        assert not WeekPlan.objects.exists(), "a week that is over is not planned"
    logged_in(client, "giulia")
    with clock.at(DEMO_DAY):
        assert client.get(WEEK).status_code == 403


def test_a_planner_without_a_sign_of_life_is_said_to_be_dead(client: Client) -> None:
    a_dispatch()
    logged_in(client)
    with clock.at(DEMO_DAY):
        week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())
    with clock.at(after(0.5)):
        text = client.get(WEEK).content.decode()
    assert "data-hx-trigger" not in text.split('id="planning"')[1].split("</div>")[0]
