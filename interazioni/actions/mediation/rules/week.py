"""The week's plan: asked for, written, dropped, taken. A plan promises nothing: taking it asks mediators, or writes down what they agreed to.

The plan before stands until the new one is written whole, in one transaction: a planner that dies leaves nothing behind.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from interazioni.actions.mediation import candidates, planning_desk, roster
from interazioni.actions.mediation.candidates import Ranking
from interazioni.actions.mediation.fitting import Need, Reason
from interazioni.actions.mediation.models import (
    OPEN_CALL,
    WEIGHTS,
    Call,
    CallState,
    Dispatch,
    Gap,
    Offer,
    OfferState,
    PlannedVisit,
    WeekPlan,
    WeekPlanState,
)
from interazioni.actions.mediation.planning_desk import Proposal
from interazioni.actions.mediation.rules.calls import lock_call
from interazioni.actions.mediation.rules.mediators import set_dispatch
from interazioni.actions.mediation.rules.offers import ask_as_planned, assign
from interazioni.actions.mediation.week_reasons import Left
from interazioni.actions.mediation.words import sentence
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock

SECONDS = 20  # of planning
SILENCE = timedelta(minutes=3)  # a planner that has said nothing for so long is dead
WITH_VISITS = (WeekPlanState.READY, WeekPlanState.TAKEN, WeekPlanState.DROPPED)
SOON = 8  # hours: asking no earlier keeps the rest free for what is still to come (bench/mediation_online.py)
AT_ONCE = 100  # visits that are taken while the dispatcher waits; more are taken by the worker
NOT_FITTING = (
    "changed",
    "by_hand",
    "refused",
)  # what stands among a visit's reasons without being one for the mediator
STEP_OF_TRAVEL = 10  # the planner counts tenths of a kilometre in whole cents


@rule(Permission.CALLS_DISPATCH)
def ask_for_plan(*, monday: date, seconds: int = SECONDS, start: bool = True, by: Actor) -> WeekPlan:
    """Puts the planning of a week into the queue; while one is under way it gives that one. `start=False`: the caller plans itself.

    A planning that died is marked as failed first. The plan that stands is not touched.
    """
    if monday.weekday() != 0:
        raise ValidationError(_("A week begins on Monday."))
    if monday + timedelta(days=7) <= clock.today():
        raise ValidationError(_("This week is over: there is nothing left to plan."))
    if not Dispatch.objects.filter(body_id=by.body_id).exists():
        raise ValidationError(_("This body sends no mediators."))
    under_way = _under_way(monday, by)
    if under_way is not None and not silent(under_way):
        record(by, "mediation.plan_under_way", object_kind="weekplan", object_id=under_way.pk)
        return under_way
    if under_way is not None:
        under_way.state = WeekPlanState.FAILED
        under_way.save(update_fields=["state"])
    dispatch = Dispatch.objects.get(body_id=by.body_id)
    plan = WeekPlan(
        dispatch_id=by.body_id, monday=monday, asked_by_id=by.user_id, weights=dispatch.weights, created_at=clock.now()
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:  # another dispatcher, a moment earlier, from another connection
        there = _under_way(monday, by)
        if there is None:
            raise
        record(by, "mediation.plan_under_way", object_kind="weekplan", object_id=there.pk)
        return there
    if start:
        from interazioni.actions.mediation.tasks_week import plan_week

        plan_week.defer(by=by, key=str(plan.pk), plan_id=str(plan.pk), seconds=seconds)
    record(by, "mediation.ask_for_plan", object_kind="weekplan", object_id=plan.pk, detail={"monday": str(monday)})
    return plan


def silent(plan: WeekPlan) -> bool:
    """No sign of life for too long: `seconds` is how long it had planned when it last said something."""
    return clock.now() - plan.created_at - timedelta(seconds=plan.seconds) > SILENCE


@rule(Permission.CALLS_DISPATCH)
def note_progress(*, plan: WeekPlan, cost: int, bound: int | None, calls: int, covered: int, by: Actor) -> bool:
    """A sign of life of the planner, with how far it is. False: nobody waits for it any more."""
    changed = WeekPlan.objects.filter(pk=plan.pk, state=WeekPlanState.PLANNING).update(
        cost=cost, bound=bound, calls=calls, covered=covered, seconds=(clock.now() - plan.created_at).total_seconds()
    )
    record(by, "mediation.plan_progress", object_kind="weekplan", object_id=plan.pk, detail={"covered": covered})
    return bool(changed)


@rule(Permission.CALLS_DISPATCH)
def write_plan(
    *, plan: WeekPlan, visits: Sequence[Proposal], left: Sequence[Left], changed: Mapping[UUID, Reason], cost: int, bound: int | None,
    kilometres: Decimal, seconds: float, by: Actor,
) -> WeekPlan:  # fmt: skip
    """The whole plan at once. Earlier ones of the week that nobody took are dropped; dropped meanwhile itself, it is not written."""
    row = WeekPlan.objects.select_for_update().get(pk=plan.pk)
    if row.state != WeekPlanState.PLANNING:
        raise ValidationError(_("Nobody waits for this plan any more."))
    WeekPlan.objects.filter(dispatch_id=row.dispatch_id, monday=row.monday, state=WeekPlanState.READY).update(
        state=WeekPlanState.DROPPED
    )
    now = clock.now()
    PlannedVisit.objects.bulk_create(
        PlannedVisit(
            dispatch_id=row.dispatch_id, plan=row, call_id=one.call_id, mediator_id=one.mediator_id, starts_at=one.starts_at, ends_at=one.ends_at,
            mode=one.mode, language=one.language, created_at=now,
            reasons=[list(reason) for reason in ([changed[one.call_id]] if one.call_id in changed else [])] + [list(r) for r in one.reasons],
            instead_of=changed[one.call_id][1]["name"] if one.call_id in changed else "",
        )
        for one in visits
    )  # fmt: skip
    Gap.objects.bulk_create(
        Gap(
            dispatch_id=row.dispatch_id, plan=row, call_id=one.call_id, cause=list(one.cause), cures=[list(cure) for cure in one.cures], created_at=now
        )
        for one in left
    )  # fmt: skip
    row.cost, row.bound, row.kilometres, row.seconds = cost, bound, kilometres, seconds
    row.calls, row.covered = len(visits) + len(left), len(visits)
    row.state, row.ready_at = WeekPlanState.READY, now
    row.save()
    record(
        by, "mediation.write_plan", object_kind="weekplan", object_id=row.pk,
        detail={"calls": row.calls, "covered": row.covered, "cost": cost, "bound": bound},
    )  # fmt: skip
    return row


@rule(Permission.CALLS_DISPATCH)
def fail_plan(*, plan: WeekPlan, by: Actor) -> None:
    """The planner could not go on. The plan before stands."""
    WeekPlan.objects.filter(pk=plan.pk, state=WeekPlanState.PLANNING).update(state=WeekPlanState.FAILED)
    record(by, "mediation.fail_plan", object_kind="weekplan", object_id=plan.pk)


@rule(Permission.CALLS_DISPATCH)
def stop_plan(*, plan: WeekPlan, by: Actor) -> None:
    """Nobody wants to wait: the planner ends by itself at its next breath."""
    WeekPlan.objects.filter(pk=plan.pk, state=WeekPlanState.PLANNING).update(state=WeekPlanState.DROPPED)
    record(by, "mediation.stop_plan", object_kind="weekplan", object_id=plan.pk)


@dataclass(slots=True)
class TakenPlan:
    """What became of each visit that was taken; `refused` with the reason in words, call by call."""

    taken: list[PlannedVisit] = field(default_factory=list)
    refused: list[tuple[PlannedVisit, str]] = field(default_factory=list)


@rule(Permission.CALLS_DISPATCH)
def take_plan(*, plan: WeekPlan, visits: Collection[UUID] | None = None, agreed: bool = False, by: Actor) -> TakenPlan:
    """Takes the whole plan, or the visits named: each mediator is asked for the planned hour; `agreed` writes the promise down at once.

    What no longer fits is told call by call and left as it was; the rest goes through. A plan that a newer one has replaced can still be
    taken: each visit is looked at as things stand now.
    """
    row = WeekPlan.objects.select_for_update().get(pk=plan.pk)
    if row.state not in WITH_VISITS:
        raise ValidationError(_("There is no plan to take."))
    chosen = PlannedVisit.objects.filter(plan=row, offered=False).select_related("mediator").order_by("starts_at", "id")
    if visits is not None:
        chosen = chosen.filter(pk__in=visits)
    rows = list(chosen)
    done = TakenPlan()
    # Always the calls first, in one order, then the mediators: an answer that arrives meanwhile locks in the same order.
    calls = {
        call.pk: call
        for call in Call.objects.select_for_update(of=("self",))
        .filter(pk__in=[visit.call_id for visit in rows]).select_related("body").prefetch_related("options").order_by("id")
    }  # fmt: skip
    loaded = roster.load(row.dispatch_id, row.monday, row.monday + timedelta(days=6))
    needs = roster.needs(list(calls.values()))
    for visit in rows:
        call = calls[visit.call_id]
        try:
            loaded = _take(visit, call, needs[call.pk], loaded, agreed, by)
        except ValidationError as refusal:
            done.refused.append((visit, " ".join(refusal.messages)))
        else:
            done.taken.append(visit)
    for visit, why_not in done.refused:  # said again on the page, until the week is planned anew
        visit.reasons = [["refused", {"words": why_not}], *(one for one in visit.reasons if one[0] != "refused")]
        visit.save(update_fields=["reasons"])
    if done.taken:
        PlannedVisit.objects.filter(pk__in=[visit.pk for visit in done.taken]).update(offered=True)
        row.state = WeekPlanState.TAKEN
        row.save(update_fields=["state"])
    record(
        by, "mediation.take_plan", object_kind="weekplan", object_id=row.pk,
        detail={"taken": len(done.taken), "refused": len(done.refused), "agreed": agreed},
    )  # fmt: skip
    return done


@rule(Permission.CALLS_DISPATCH)
def take_plan_later(*, plan: WeekPlan, visits: Sequence[UUID], agreed: bool = False, by: Actor) -> None:
    """The same by the worker, some at a time, each lot in a transaction of its own: nobody's answer has to wait for all of them."""
    from interazioni.actions.mediation.tasks_week import take_week

    take_week.defer(
        by=by, key=f"{plan.pk}/{agreed}", plan_id=str(plan.pk), visits=[str(one) for one in visits], agreed=agreed
    )
    record(
        by, "mediation.take_plan_later", object_kind="weekplan", object_id=plan.pk, detail={"visits": len(visits), "agreed": agreed}
    )  # fmt: skip


def to_take(plan: WeekPlan, within: timedelta | None = None) -> list[UUID]:
    """The visits of a plan that can still be taken; those alone that begin `within` such a time."""
    found = PlannedVisit.objects.filter(plan=plan, offered=False, starts_at__gt=clock.now())
    if within is not None:
        found = found.filter(starts_at__lte=clock.now() + within)
    return list(found.order_by("starts_at", "id").values_list("pk", flat=True))


def _take(visit: PlannedVisit, call: Call, need: Need, loaded: roster.Roster, agreed: bool, by: Actor) -> roster.Roster:
    if call.state not in (*OPEN_CALL, CallState.UNCOVERED):
        raise ValidationError(_("Somebody else has taken care of this call meanwhile."))
    if visit.starts_at <= clock.now():
        raise ValidationError(_("This time has passed already."))
    begins = roster.minute(visit.starts_at)
    if not any(first <= begins <= last for first, last in need.options):
        raise ValidationError(_("The hour is no longer one of those asked for."))
    if (visit.ends_at - visit.starts_at) != timedelta(minutes=need.minutes):
        raise ValidationError(_("It takes another time than when the plan was made."))
    waiting = Offer.objects.filter(call=call, state=OfferState.WAITING).select_related("mediator")
    others = [offer.mediator.full_name for offer in waiting if offer.mediator_id != visit.mediator_id]
    if others and not agreed:
        raise ValidationError(_("%(names)s is being asked: wait for the answer.") % {"names": ", ".join(others)})
    someone = loaded.people.get(visit.mediator_id)
    if someone is None:
        raise ValidationError(_("The mediator no longer works here."))
    asked = replace(need, options=[(begins, begins)], mode=visit.mode, other_modes=())
    if visit.mode not in (need.mode, *need.other_modes):
        raise ValidationError(_("It is no longer wanted this way."))
    candidate, why = candidates.weigh(asked, someone, loaded)
    if candidate is None:
        raise ValidationError(_("%(name)s cannot come: %(why)s.") % {"name": someone.name, "why": sentence(why)})
    fitting_reasons = [tuple(reason) for reason in visit.reasons if reason[0] not in NOT_FITTING]
    candidate = replace(candidate, reasons=fitting_reasons)
    if agreed:
        assign(call=call, mediator_id=visit.mediator_id, candidate=candidate, by=by)
    else:
        ask_as_planned(call=call, candidate=candidate, by=by)
    return planning_desk.with_visits(
        loaded, [(call.pk, someone.id, visit.starts_at, visit.ends_at, visit.mode)], {call.pk: need}
    )


def choices(visit: PlannedVisit) -> Ranking:
    """Who else could make a planned visit with everything else as the plan has it; and for the others, why not."""
    plan = visit.plan
    others = list(
        PlannedVisit.objects.filter(plan=plan).exclude(pk=visit.pk)
        .values_list("call_id", "mediator_id", "starts_at", "ends_at", "mode")
    )  # fmt: skip
    week = planning_desk.read_week(plan.dispatch_id, plan.monday)
    need = week.needs.get(visit.call_id)
    if need is None:
        return Ranking()
    still_open = [other for other in others if other[0] in week.needs]
    filled = planning_desk.with_visits(week.loaded, still_open, week.needs)
    return candidates.rank_need(replace(need, fixed_to=None), filled)


@rule(Permission.CALLS_DISPATCH)
def move_planned(*, visit: PlannedVisit, mediator_id: UUID, lock: bool = True, by: Actor) -> PlannedVisit:
    """Gives a planned visit to somebody else who can. `lock`: the next plan keeps the choice."""
    row = (
        PlannedVisit.objects.select_for_update(of=("self",)).select_related("plan", "call", "mediator").get(pk=visit.pk)
    )
    if row.offered:
        raise ValidationError(_("The mediator has been asked already: change it on the call's own page."))
    candidate = choices(row).of(mediator_id)
    if candidate is None:
        raise ValidationError(_("At that time the mediator cannot come any more. Look at the list again."))
    before = row.mediator.full_name
    row.instead_of = before if row.mediator_id != mediator_id else row.instead_of
    row.mediator_id, row.starts_at, row.ends_at = mediator_id, candidate.starts_at, candidate.ends_at
    row.mode, row.language = candidate.mode, candidate.language
    row.reasons = [["by_hand", {}], *(list(reason) for reason in candidate.reasons)]
    row.save(update_fields=["mediator", "starts_at", "ends_at", "mode", "language", "reasons", "instead_of"])
    if lock:
        lock_call(call=row.call, mediator_id=mediator_id, by=by)
    record(by, "mediation.move_planned", object_kind="call", object_id=row.call_id)
    return row


@rule(Permission.CALLS_DISPATCH)
def set_weights(*, values: Mapping[str, Any], by: Actor) -> Dispatch:
    """What is worse than what, in the dispatch's own numbers: the names of `WEIGHTS`. Rates of load must not fall as the week fills."""
    unknown = set(values) - set(WEIGHTS)
    if unknown:
        raise ValidationError(", ".join(sorted(unknown)))
    row = Dispatch.objects.get(body_id=by.body_id)
    weights = {**WEIGHTS, **row.weights, **values}
    for name, value in weights.items():
        if name != "overload" and (not isinstance(value, int) or not 0 <= value <= 1_000_000):
            raise ValidationError({name: _("A whole number, not negative.")})
    if weights["travel_per_km"] % STEP_OF_TRAVEL:
        raise ValidationError({"travel_per_km": _("In steps of %(step)s.") % {"step": STEP_OF_TRAVEL}})
    rates = [rate for _share, rate in weights["overload"]]
    if rates != sorted(rates) or any(rate < 0 for rate in rates):
        raise ValidationError({"overload": _("A fuller week cannot weigh less than an emptier one.")})
    saved = set_dispatch(values={"weights": weights}, by=by)
    record(
        by, "mediation.set_weights", object_kind="dispatch", object_id=saved.pk,
        changed=[name for name, value in weights.items() if row.weights.get(name) != value],
    )  # fmt: skip
    return saved


def _under_way(monday: date, by: Actor) -> WeekPlan | None:
    return (
        WeekPlan.objects.select_for_update()
        .filter(dispatch_id=by.body_id, monday=monday, state=WeekPlanState.PLANNING)
        .first()
    )
