"""Planning a week, by the worker: reading, planning for a limited time with signs of life, and writing all at once."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError

from interazioni.actions.mediation import planning_desk, roster, week_reasons
from interazioni.actions.mediation.acting_for import as_body
from interazioni.actions.mediation.models import GrantKind, PlannedVisit, WeekPlan, WeekPlanState
from interazioni.actions.mediation.planning import check
from interazioni.actions.mediation.planning.problem import Plan
from interazioni.actions.mediation.planning_desk import Proposal, Week
from interazioni.actions.mediation.queries import week as queries
from interazioni.actions.mediation.queries.calls import next_best
from interazioni.actions.mediation.rules.week import (
    SECONDS,
    ask_for_plan,
    fail_plan,
    note_progress,
    take_plan,
    write_plan,
)
from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock
from interazioni.plan.partners.models import Body

LOT = 25  # visits taken in one transaction
BREATH = 3.0  # seconds between two signs of life
SERVICE = "mediation"
log = logging.getLogger(__name__)

Solver = Callable[..., Plan]


@task("mediation.plan_week", attempts=1, one_transaction=False)
def plan_week(*, by: Actor, plan_id: str, seconds: int = SECONDS) -> None:
    """Nothing is written before the end but signs of life. Killed half-way and begun again it plans again from the start."""
    run(UUID(plan_id), by, seconds)


@task("mediation.plan_again", service=SERVICE, every="*/10 * * * *", attempts=1, one_transaction=False)
def plan_again() -> None:
    """A week that was planned and in which something broke since is planned anew. Nobody is asked by that: the dispatcher takes it or not."""
    with context.service(SERVICE):
        dispatches = list(Body.objects.filter(dispatch_settings__isnull=False))
    for dispatch in dispatches:
        actor = as_body(dispatch)
        this_week = roster.monday_of(clock.today())
        for monday in (this_week, this_week + timedelta(days=7)):
            with context.acting(actor):
                stands = queries.standing(dispatch.pk, monday)
                broken = stands is not None and bool(queries.broken_since(stands))
                plan = ask_for_plan(monday=monday, start=False, by=actor) if broken else None
            if plan is not None and plan.asked_by_id == actor.user_id and plan.seconds == 0:
                run(plan.pk, actor, SECONDS)


@task("mediation.take_week", attempts=1, one_transaction=False)
def take_week(*, by: Actor, plan_id: str, visits: list[str], agreed: bool) -> None:
    """Begun again after a fault it goes on with what is left: what was taken is not taken twice."""
    with context.acting(by):
        plan = WeekPlan.objects.filter(pk=plan_id).first()
    for at in range(0, len(visits) if plan else 0, LOT):
        with context.acting(by), suppress(ValidationError):
            take_plan(plan=plan, visits=[UUID(one) for one in visits[at : at + LOT]], agreed=agreed, by=by)  # type: ignore[arg-type]


def run(plan_id: UUID, by: Actor, seconds: float, solve: Solver | None = None) -> None:
    """Plans and writes. Whatever fails marks the planning as failed; the plan before stands."""
    begun = time.monotonic()
    with context.acting(by):
        plan = WeekPlan.objects.filter(pk=plan_id, state=WeekPlanState.PLANNING).first()
        if plan is None:
            return
    try:
        _plan(plan, by, seconds, solve or _solver(), begun)
    except Exception:
        with context.acting(by):
            fail_plan(plan=plan, by=by)
        raise


def _solver() -> Solver:
    from interazioni.actions.mediation.planning.solve import plan_week as solve

    return solve


class _Breathing:
    """What the planner calls: keeps the best so far, says it from time to time, and learns whether anybody still waits."""

    def __init__(self, plan: WeekPlan, week: Week, by: Actor) -> None:
        self.plan, self.week, self.by = plan, week, by
        self.best: Plan | None = None
        self.wanted, self.said = True, time.monotonic()
        self.thread = threading.get_ident()  # whose connection to the database is used

    def progress(self, better: Plan) -> None:
        self.best = better
        self.stop()

    def stop(self) -> bool:
        if self.wanted and threading.get_ident() == self.thread and time.monotonic() - self.said >= BREATH:
            self.said = time.monotonic()
            with context.acting(self.by):
                if self.best is None:
                    self.wanted = WeekPlan.objects.filter(pk=self.plan.pk, state=WeekPlanState.PLANNING).exists()
                else:
                    covered = sum(1 for call in self.best.visits if self.week.ids[call] is not None)
                    self.wanted = note_progress(
                        plan=self.plan, cost=self.best.cost, bound=self.best.bound, calls=len(self.week.needs), covered=covered, by=self.by
                    )  # fmt: skip
        return not self.wanted


def _plan(plan: WeekPlan, by: Actor, seconds: float, solve: Solver, begun: float) -> None:
    with context.acting(by):
        week = planning_desk.read_week(plan.dispatch_id, plan.monday)
        stands = queries.standing(plan.dispatch_id, plan.monday)
        before = _before(stands)
        earlier = [(call, row[0], row[2], mode) for call, (row, mode) in before.items()]
    problem = week.stated()
    kept = planning_desk.visits_of(week, earlier)
    start = Plan(kept, check.cost(problem, kept), None, 0) if kept else None
    breathing = _Breathing(plan, week, by)
    found = solve(problem, seconds=seconds, start=start, progress=breathing.progress, stop=breathing.stop)
    if breathing.stop():
        return
    visits = planning_desk.on_quarters(week, found.visits)
    proposed = planning_desk.proposals(week, visits)
    with context.acting(by):
        near: dict[str, list[str]] = {}

        def nearby(tag: str) -> list[str]:
            if tag not in near:
                near[tag] = next_best(plan.dispatch_id, tag)
            return near[tag]

        left = week_reasons.left_over(week, proposed, nearby, _names(week))
        changed = week_reasons.changes(week, proposed, {call: row for call, (row, _mode) in before.items()})
        with suppress(ValidationError):  # dropped at the last moment: then nobody waits
            write_plan(
                plan=plan, visits=proposed, left=left, changed=changed, cost=check.cost(problem, visits), bound=found.bound,
                kilometres=Decimal(check.tenths(problem, visits)) / 10, seconds=time.monotonic() - begun, by=by,
            )  # fmt: skip
    log.info("week %s planned: %s visits", plan.monday, len(proposed))


def _before(stands: WeekPlan | None) -> dict[UUID, tuple[tuple[UUID, str, datetime], str]]:
    """The visits of the plan that stands: (mediator, name, start), mode."""
    if stands is None:
        return {}
    rows = PlannedVisit.objects.filter(plan=stands).values_list(
        "call_id", "mediator_id", "mediator__full_name", "starts_at", "mode"
    )
    return {call: ((mediator, name, starts_at), mode) for call, mediator, name, starts_at, mode in rows}


def _names(week: Week) -> dict[UUID, str]:
    """Of the bodies whose hours are counted."""
    ids = {body_id for kind, body_id in week.loaded.budgets if kind in GrantKind.values}
    return dict(Body.objects.filter(pk__in=ids).values_list("pk", "name"))


__all__: list[str] = ["Proposal", "plan_again", "plan_week", "run", "take_week"]
