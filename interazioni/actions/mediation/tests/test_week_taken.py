"""A week's plan is taken, moved by hand, and made anew when something breaks."""

from datetime import datetime, time
from typing import Any

import pytest

from interazioni.actions.mediation import rules, tasks_week
from interazioni.actions.mediation.models import Call, CallState, Offer, WeekPlan, WeekPlanState
from interazioni.actions.mediation.queries import week as queries
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.rules import week as week_rules
from interazioni.actions.mediation.tests.cast import (
    TOMORROW,
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
from interazioni.actions.mediation.tests.test_week import FRIDAY, MONDAY, planned, visits
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


def taken(plan: WeekPlan, moment: datetime = DEMO_DAY, **values: Any) -> week_rules.TakenPlan:
    with clock.at(moment):
        return week_rules.take_plan(plan=plan, by=dispatcher(), **values)


def test_taking_the_plan_asks_each_for_the_planned_hour() -> None:
    a_dispatch()
    awa = a_mediator()
    call = a_call(options=[rules.Option(at(TOMORROW, time(9)), at(TOMORROW, time(12)))])
    plan = planned()
    (visit,) = visits(plan)
    done = taken(plan)
    assert len(done.taken) == 1
    assert not done.refused
    with acting(dispatcher()):
        offer = Offer.objects.get(call=call)
    assert (offer.mediator_id, offer.starts_at, offer.ends_at) == (awa.pk, visit.starts_at, visit.ends_at)
    assert seen(Call, call.pk).state == CallState.PROPOSED
    assert seen(WeekPlan, plan.pk).state == WeekPlanState.TAKEN
    assert not taken(plan).taken, "what was taken is not taken twice"


def test_what_no_longer_fits_is_said_call_by_call_and_the_rest_goes_through() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    first, second = a_call(), a_call(options=[fixed(FRIDAY)])
    plan = planned()
    promised(a_call(options=[fixed(TOMORROW, time(10, 30))], minutes=30), awa)  # meanwhile she is busy at half past ten
    done = taken(plan, agreed=True)
    assert [visit.call_id for visit in done.taken] == [second.pk]
    assert [visit.call_id for visit, _why in done.refused] == [first.pk]
    assert "Awa Keita" in done.refused[0][1]
    assert seen(Call, first.pk).state == CallState.SENT
    assert visits(plan)[0].reasons[0][0] == "refused", "and the page goes on saying why"
    assert seen(Call, second.pk).state == CallState.CONFIRMED


def test_a_second_plan_waits_for_those_who_are_being_asked() -> None:
    a_dispatch()
    a_mediator("Awa Keita")
    sara = a_mediator("Sara Diallo")
    call = a_call()
    asked(call, sara)
    plan = planned()
    (visit,) = visits(plan)
    assert visit.mediator_id == sara.pk
    done = taken(plan)
    assert len(done.taken) == 1
    with acting(dispatcher()):
        assert Offer.objects.filter(call=call).count() == 1, "she is not asked twice"


def test_the_next_plan_says_what_changed_and_why() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    call = a_call()
    first = planned()
    assert visits(first)[0].mediator_id == awa.pk
    a_mediator("Sara Diallo")
    with clock.at(after(0.5)):
        rules.add_exception(
            mediator=awa, starts_at=at(TOMORROW, time(8)), ends_at=at(TOMORROW, time(18)), by=dispatcher()
        )
    with clock.at(after(1)), acting(dispatcher()):
        stands = queries.standing(dispatcher().body_id, MONDAY)
        assert stands is not None
        assert queries.broken_since(stands)["off"] == 1
    second = planned(moment=after(1))
    (visit,) = visits(second)
    assert visit.call_id == call.pk
    assert visit.instead_of == "Awa Keita"
    assert visit.reasons[0][0] == "changed"
    assert visit.reasons[0][1]["why"][0] == "off"
    assert seen(WeekPlan, first.pk).state == WeekPlanState.DROPPED


def test_a_planned_visit_is_moved_by_hand_and_the_next_plan_keeps_it() -> None:
    a_dispatch()
    awa, sara = a_mediator("Awa Keita"), a_mediator("Sara Diallo", {"bm": 1, "fr": 1})
    call = a_call()
    plan = planned()
    (visit,) = visits(plan)
    assert visit.mediator_id == awa.pk, "mother tongue"
    with clock.at(DEMO_DAY):
        moved = week_rules.move_planned(visit=visit, mediator_id=sara.pk, by=dispatcher())
    assert moved.mediator_id == sara.pk
    assert moved.instead_of == "Awa Keita"
    assert seen(Call, call.pk).locked_mediator_id == sara.pk
    assert visits(planned(moment=after(1)))[0].mediator_id == sara.pk


def test_a_long_plan_is_taken_by_the_worker_in_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    a_dispatch()
    a_mediator()
    for hour in (9, 11, 13, 15):
        a_call(options=[fixed(FRIDAY, time(hour))])
    plan = planned()
    monkeypatch.setattr(tasks_week, "LOT", 3)
    with clock.at(DEMO_DAY), acting(dispatcher()):
        chosen = week_rules.to_take(plan)
        week_rules.take_plan_later(plan=plan, visits=chosen, by=dispatcher())
    with clock.at(DEMO_DAY):
        tasks_week.take_week.function(
            by=dispatcher(), plan_id=str(plan.pk), visits=[str(one) for one in chosen], agreed=False
        )
    with acting(dispatcher()):
        assert Offer.objects.count() == 4
        assert not week_rules.to_take(plan)


def test_what_breaks_is_planned_again_by_itself_and_nobody_is_asked() -> None:
    a_dispatch()
    a_mediator("Awa Keita")
    a_call()
    first = planned()
    with clock.at(after(0.5)):
        tasks_week.plan_again.function()
    assert seen(WeekPlan, first.pk).state == WeekPlanState.READY, "nothing broke"
    a_call(options=[fixed(FRIDAY)], moment=after(0.6))
    with clock.at(after(1)):
        tasks_week.plan_again.function()
    assert seen(WeekPlan, first.pk).state == WeekPlanState.DROPPED
    with acting(dispatcher()):
        stands = queries.standing(dispatcher().body_id, MONDAY)
        assert stands is not None
        assert stands.covered == 2
        assert not Offer.objects.exists()
