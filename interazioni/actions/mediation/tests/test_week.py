"""The week of calls planned together. The demo's day is Wednesday 12 February 2020, 9:30 in Italy."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from interazioni.actions.mediation import candidates, planning_desk, rules, tasks_week
from interazioni.actions.mediation.models import (
    Assignment,
    Call,
    CallState,
    Gap,
    PlannedVisit,
    WeekPlan,
    WeekPlanState,
)
from interazioni.actions.mediation.planning import check
from interazioni.actions.mediation.planning.problem import Plan, Problem, Visit
from interazioni.actions.mediation.queries import week as queries
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.rules import week as week_rules
from interazioni.actions.mediation.tests.cast import (
    ALESSANDRIA,
    SCHOOL_A,
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
from interazioni.foundation.access.actor import Denied
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.models import Body

pytestmark = pytest.mark.django_db
MONDAY = date(2020, 2, 10)
FRIDAY = date(2020, 2, 14)


def planned(monday: date = MONDAY, moment: datetime = DEMO_DAY, seconds: float = 2) -> WeekPlan:
    """Asked for, and planned at once instead of by the worker."""
    with clock.at(moment):
        plan = week_rules.ask_for_plan(monday=monday, start=False, by=dispatcher())
        tasks_week.run(plan.pk, dispatcher(), seconds)
    return seen(WeekPlan, plan.pk)


def visits(plan: WeekPlan) -> list[PlannedVisit]:
    with acting(dispatcher()):
        return list(PlannedVisit.objects.filter(plan=plan).select_related("mediator").order_by("starts_at"))


def gaps(plan: WeekPlan) -> list[Gap]:
    with acting(dispatcher()):
        return list(Gap.objects.filter(plan=plan))


def problem_of(monday: date = MONDAY, moment: datetime = DEMO_DAY) -> planning_desk.Week:
    with clock.at(moment), acting(dispatcher()):
        return planning_desk.read_week(dispatcher().body_id, monday)


def test_a_week_is_planned_whole_and_says_how_good_it_is() -> None:
    a_dispatch()
    awa, sara = a_mediator("Awa Keita"), a_mediator("Sara Diallo")
    same_hour = [a_call(), a_call()]
    later = a_call(options=[fixed(FRIDAY)])
    plan = planned()
    assert plan.state == WeekPlanState.READY
    assert (plan.calls, plan.covered) == (3, 3)
    found = visits(plan)
    assert {one.call_id for one in found} == {call.pk for call in (*same_hour, later)}
    assert {one.mediator_id for one in found[:2]} == {awa.pk, sara.pk}, "nobody is at two places"
    assert plan.bound is not None
    assert plan.cost is not None
    assert plan.bound <= plan.cost
    assert all(one.reasons[0][0] == "speaks" for one in found)
    assert all(seen(Call, call.pk).state == CallState.SENT for call in same_hour), "a plan promises nothing"


def test_what_is_promised_stays_and_is_not_planned_again() -> None:
    a_dispatch()
    awa = a_mediator()
    first = a_call()
    promised(first, awa)
    near = a_call(municipality=ALESSANDRIA, options=[fixed(TOMORROW, time(11, 15))])
    plan = planned()
    assert not visits(plan), "from Torino to Alessandria nobody gets in a quarter of an hour"
    assert gaps(plan)[0].call_id == near.pk
    week = problem_of()
    assert [call.fixed for call in week.stated().calls] == [True, False]


def test_calls_of_the_past_and_hours_gone_by_are_left_out() -> None:
    a_dispatch()
    a_mediator()
    a_call(options=[rules.Option(at(date(2020, 2, 12), time(9, 45)), at(date(2020, 2, 12), time(9, 45)))])
    span = a_call(options=[rules.Option(at(date(2020, 2, 12), time(9, 45)), at(date(2020, 2, 12), time(15)))])
    plan = planned(moment=DEMO_DAY + timedelta(hours=1, minutes=5))
    (visit,) = visits(plan)
    assert visit.call_id == span.pk
    assert clock.in_rome(visit.starts_at).time() >= time(10, 45)
    assert clock.in_rome(visit.starts_at).minute % 15 == 0


def test_an_exception_a_lock_a_decline_and_a_budget_are_kept_to() -> None:
    a_dispatch()
    awa, sara = a_mediator("Awa Keita"), a_mediator("Sara Diallo")
    with clock.at(DEMO_DAY):
        rules.add_exception(mediator=sara, starts_at=at(FRIDAY, time(8)), ends_at=at(FRIDAY, time(18)), by=dispatcher())
        rules.grant_hours(
            body=Body.objects.get(code=SCHOOL_A),
            kind="caller",
            minutes=150,
            starts=MONDAY,
            ends=FRIDAY,
            by=dispatcher(),
        )
    friday, locked = a_call(options=[fixed(FRIDAY)]), a_call(options=[fixed(TOMORROW, time(12))])
    (offer,) = asked(friday, awa)
    with clock.at(DEMO_DAY):
        rules.decline_offer(offer=offer, reason="busy", by=dispatcher())
        rules.lock_call(call=locked, mediator_id=sara.pk, by=dispatcher())
    a_call(options=[fixed(TOMORROW, time(15))])
    a_call(options=[fixed(TOMORROW, time(17))])
    plan = planned()
    found = {one.call_id: one for one in visits(plan)}
    assert friday.pk not in found, "Sara is off on Friday, Awa has declined"
    assert found[locked.pk].mediator_id == sara.pk
    assert sum(60 for _one in found) <= 150
    assert len(found) == 2
    assert [gap.cause for gap in gaps(plan) if gap.call_id != friday.pk] == [["caller_budget", {"left": 30}]]
    assert any(cure[0] == "cure_hours" and cure[1]["minutes"] == 30 for gap in gaps(plan) for cure in gap.cures)


def test_for_what_stays_open_the_plan_says_the_one_thing_that_would_help() -> None:
    a_dispatch()
    a_mediator("Awa Keita", {"bm": 3, "fr": 3}, remote_modes=["phone"])
    far = a_mediator("Omar Traoré", {"wo": 3}, radius_km=20)
    man = a_call(gender_required="M")
    nobody = a_call(language="ti", options=[fixed(FRIDAY)])
    away = a_call(language="wo", municipality=ALESSANDRIA, options=[fixed(FRIDAY, time(15))])
    evening = a_call(options=[fixed(FRIDAY, time(19))])
    plan = planned()
    found = {gap.call_id: gap for gap in gaps(plan)}
    assert found[man.pk].cause[0] == "only_one"
    assert ["cure_gender", {"name": "Awa Keita"}] in found[man.pk].cures
    assert found[nobody.pk].cause == ["nobody_speaks", {"language": "ti"}]
    assert any(cure[0] == "cure_far" and cure[1]["name"] == far.full_name for cure in found[away.pk].cures)
    hour = next(cure[1]["at"] for cure in found[evening.pk].cures if cure[0] == "cure_hour")
    assert planning_desk.moment(hour) == at(FRIDAY, time(17)), "the last hour of the day that Awa can give"


def test_of_two_plannings_at_once_there_is_one_and_a_dead_one_makes_way() -> None:
    a_dispatch()
    with clock.at(DEMO_DAY):
        first = week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())
        assert week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher()).pk == first.pk
    with clock.at(after(0.2)):
        second = week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())
    assert second.pk != first.pk
    assert seen(WeekPlan, first.pk).state == WeekPlanState.FAILED


def test_a_planner_that_fails_leaves_the_old_plan() -> None:
    a_dispatch()
    a_mediator()
    a_call()
    stands = planned()

    def broken(problem: Problem, **_values: Any) -> Plan:
        raise MemoryError

    with clock.at(after(1)):
        again = week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())
        with pytest.raises(MemoryError):
            tasks_week.run(again.pk, dispatcher(), 1, solve=broken)
    assert seen(WeekPlan, again.pk).state == WeekPlanState.FAILED
    with acting(dispatcher()):
        found = queries.standing(dispatcher().body_id, MONDAY)
    assert found is not None
    assert found.pk == stands.pk
    assert len(visits(found)) == 1


def test_who_stops_the_planning_gets_no_plan_and_keeps_the_old_one() -> None:
    a_dispatch()
    a_mediator()
    a_call()
    with clock.at(DEMO_DAY):
        plan = week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())

        def slow(problem: Problem, **_values: Any) -> Plan:
            week_rules.stop_plan(plan=plan, by=dispatcher())
            return Plan({}, 0, 0, 0)

        tasks_week.run(plan.pk, dispatcher(), 1, solve=slow)
    assert seen(WeekPlan, plan.pk).state == WeekPlanState.DROPPED
    assert not visits(plan)


def test_weights_are_numbers_of_the_dispatch_and_change_the_plan() -> None:
    a_dispatch()
    a_mediator("Awa Keita", municipality=ALESSANDRIA)
    a_mediator("Sara Diallo", {"bm": 1}, radius_km=30)
    a_call()
    assert visits(planned())[0].mediator.full_name == "Sara Diallo", "near rather than fluent"
    with clock.at(DEMO_DAY):
        week_rules.set_weights(values={"travel_per_km": 0, "level_short": 5000}, by=dispatcher())
    assert visits(planned(moment=after(1)))[0].mediator.full_name == "Awa Keita"
    with pytest.raises(ValidationError):
        week_rules.set_weights(values={"unfilled": -1}, by=dispatcher())
    with pytest.raises(ValidationError):
        week_rules.set_weights(values={"overload": [[0.5, 9], [1.0, 4]]}, by=dispatcher())


def test_the_week_when_the_clocks_change() -> None:
    """On 29 March 2020 two o'clock is three: the Sunday has 23 hours, and ten o'clock stays ten o'clock."""
    a_dispatch()
    a_mediator(spans=[rules.Span(day, time(0), time(23, 59)) for day in range(7)])
    sunday, saturday = date(2020, 3, 29), date(2020, 3, 28)
    call = a_call(options=[fixed(sunday, time(10))])
    night = a_call(options=[rules.Option(at(sunday, time(1, 30)), at(sunday, time(1, 30)))], minutes=60)
    late = a_call(options=[fixed(saturday, time(22))])
    plan = planned(monday=date(2020, 3, 23))
    found = {one.call_id: one for one in visits(plan)}
    assert clock.in_rome(found[call.pk].starts_at).hour == 10
    assert found[night.pk].ends_at - found[night.pk].starts_at == timedelta(hours=1)
    assert clock.in_rome(found[night.pk].ends_at).hour == 3
    assert late.pk in found
    assert not gaps(plan)


def test_starts_fall_on_quarters_of_an_hour_where_that_costs_nothing() -> None:
    a_dispatch()
    a_mediator()
    for _number in range(3):
        a_call(options=[rules.Option(at(TOMORROW, time(8, 7)), at(TOMORROW, time(17)))], minutes=50)
    found = visits(planned())
    assert len(found) == 3
    assert all(clock.in_rome(one.starts_at).minute % 15 == 0 for one in found)


def test_promises_beyond_the_rules_close_the_day_and_break_nothing() -> None:
    a_dispatch(day_cap_minutes=480)
    awa = a_mediator(week_cap=1500)
    for hour in (8, 10, 12, 14, 16):
        promised(a_call(options=[fixed(TOMORROW, time(hour))], minutes=90), awa)
    a_dispatch(day_cap_minutes=240)
    call = a_call(options=[rules.Option(at(TOMORROW, time(8)), at(TOMORROW, time(18)))], minutes=30)
    friday = a_call(options=[fixed(FRIDAY)])
    plan = planned()
    assert [one.call_id for one in visits(plan)] == [friday.pk]
    assert [gap.call_id for gap in gaps(plan)] == [call.pk]


def test_only_the_dispatcher_plans() -> None:
    a_dispatch()
    with pytest.raises(Denied), clock.at(DEMO_DAY):
        week_rules.ask_for_plan(monday=MONDAY, start=False, by=actor("giulia"))


def test_a_greedy_answer_reads_back_as_visits_that_hold() -> None:
    """Whatever the planner is: what it answers is checked, read and written the same way."""
    a_dispatch()
    a_mediator()
    a_call()

    def greedy(problem: Problem, *, seconds: float, **_values: Any) -> Plan:
        kept: dict[int, Visit] = {}
        for number in range(len(problem.calls)):
            for (call, worker), slots in problem.slots.items():
                for slot in slots if call == number and number not in kept else ():
                    tried = {**kept, number: Visit(worker, slot.earliest, slot.remote)}
                    if not [one for one in check.violations(problem, tried) if "promised" not in one]:
                        kept = tried
        return Plan(kept, check.cost(problem, kept), None, seconds)

    with clock.at(DEMO_DAY):
        plan = week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())
        tasks_week.run(plan.pk, dispatcher(), 1, solve=greedy)
    assert len(visits(plan)) == 1
    assert seen(WeekPlan, plan.pk).bound is None
    with acting(dispatcher()):
        assert not Assignment.objects.exists()


def test_for_one_call_alone_the_plan_chooses_the_best_candidate() -> None:
    """The week and the candidates of a call weigh the same things the same way."""
    a_dispatch()
    a_mediator("Awa Keita", municipality=ALESSANDRIA)
    a_mediator("Sara Diallo", {"bm": 1})
    a_mediator("Oumou Sangaré", {"bm": 2, "fr": 3}, sectors=["legal"], week_cap=300)
    call = a_call(options=[rules.Option(at(TOMORROW, time(8)), at(TOMORROW, time(17)))])
    with clock.at(DEMO_DAY), acting(dispatcher()):
        best = candidates.rank(call).candidates[0]
    plan = planned()
    (visit,) = visits(plan)
    assert visit.mediator_id == best.mediator_id
    assert plan.cost == best.cost
