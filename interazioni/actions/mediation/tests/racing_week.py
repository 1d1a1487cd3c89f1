"""Run by `test_week_races` as processes of their own, with a database of their own: real transactions that commit.

`… plan` lets two dispatchers ask for a plan at once, in threads with their own connections; `… taking` lets two of them take the same
plan while a mediator answers; `… die` plans until it is killed; `… look` says how things stand.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: E402

from interazioni.actions.mediation import rules, tasks_week  # noqa: E402
from interazioni.actions.mediation.models import Assignment, Offer, PlannedVisit, WeekPlan  # noqa: E402
from interazioni.actions.mediation.planning.problem import Plan, Problem  # noqa: E402
from interazioni.actions.mediation.queries import week as queries  # noqa: E402
from interazioni.actions.mediation.rules import week as week_rules  # noqa: E402
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, a_mediator, asked, dispatcher  # noqa: E402
from interazioni.actions.mediation.tests.test_week import FRIDAY, MONDAY, fixed  # noqa: E402
from interazioni.foundation.access.context import acting  # noqa: E402
from interazioni.foundation.core import clock  # noqa: E402
from interazioni.front.demo.region import DEMO_DAY  # noqa: E402


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, which begins when all are ready. What was refused comes back as its message."""
    ready, done = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            with clock.at(DEMO_DAY):
                ready.wait()
                done.append(act())
        except Exception as fault:  # noqa: BLE001  # the test looks at it
            done.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def plan() -> dict[str, Any]:
    a_dispatch()
    a_mediator("Awa Keita")
    a_mediator("Sara Diallo")
    for _number in range(2):
        a_call()
    a_call(options=[fixed(FRIDAY)])
    made = together(*[lambda: week_rules.ask_for_plan(monday=MONDAY, by=dispatcher())] * 2)
    with clock.at(DEMO_DAY):
        tasks_week.run(made[0].pk, dispatcher(), 2)
    return {
        "plans": len({one.pk for one in made}),
        "jobs": ProcrastinateJob.objects.filter(task_name="mediation.plan_week").count(),
        **look(),
    }


def taking() -> dict[str, Any]:
    """Two take the same plan at once; meanwhile somebody who had been asked before says yes."""
    with acting(dispatcher()):
        stands = queries.standing(dispatcher().body_id, MONDAY)
        assert stands is not None
        visit = (
            PlannedVisit.objects.filter(plan=stands).select_related("call", "mediator").order_by("starts_at").first()
        )
        assert visit is not None
    (offer,) = asked(visit.call, visit.mediator)
    done = together(
        lambda: week_rules.take_plan(plan=stands, by=dispatcher()),
        lambda: week_rules.take_plan(plan=stands, agreed=True, by=dispatcher()),
        lambda: rules.accept_offer(offer=offer, by=dispatcher()),
    )
    return {"faults": [repr(one) for one in done if isinstance(one, Exception)], **look()}


def look() -> dict[str, Any]:
    with acting(dispatcher()):
        stands = queries.standing(dispatcher().body_id, MONDAY)
        return {
            "stands": str(stands.pk) if stands else "",
            "visits": PlannedVisit.objects.filter(plan=stands).count() if stands else 0,
            "states": sorted(WeekPlan.objects.values_list("state", flat=True)),
            "all_visits": PlannedVisit.objects.count(),
            "promises": Assignment.objects.count(),
            "calls_asked_or_promised": len(
                {
                    *Offer.objects.values_list("call_id", flat=True),
                    *Assignment.objects.values_list("call_id", flat=True),
                }
            ),
        }


def die() -> None:
    """Plans, says so, and never ends."""

    def endless(problem: Problem, *, progress: Callable[[Plan], None], **_values: Any) -> Plan:
        progress(Plan({}, 0, None, 0))
        sys.stdout.write("planning\n")
        sys.stdout.flush()
        while True:
            time.sleep(0.05)

    with clock.at(DEMO_DAY):
        made = week_rules.ask_for_plan(monday=MONDAY, start=False, by=dispatcher())
        tasks_week.run(made.pk, dispatcher(), 60, solve=endless)


def again() -> dict[str, Any]:
    """What the queue does with the work of a killed worker: the same work once more."""
    with acting(dispatcher()):
        left = WeekPlan.objects.get(state="planning")
    with clock.at(DEMO_DAY):
        tasks_week.run(left.pk, dispatcher(), 2)
    return look()


if __name__ == "__main__":
    if sys.argv[1] == "die":
        die()
    else:
        acts = {"plan": plan, "taking": taking, "look": look, "again": again}
        sys.stdout.write(json.dumps(acts[sys.argv[1]]()))
