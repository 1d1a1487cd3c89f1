"""The week planned together: how good the plan is, what it leaves and what would help, day by day; taken whole or in parts."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from interazioni.actions.mediation import planning_desk, roster, rules, words_week
from interazioni.actions.mediation.forms.week import WeightsForm
from interazioni.actions.mediation.models import Dispatch, Mediator, PlannedVisit, WeekPlan
from interazioni.actions.mediation.queries import calls as call_queries
from interazioni.actions.mediation.queries import week as queries
from interazioni.actions.mediation.rules import week as week_rules
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.ui.forms import into

OPEN_AT_ONCE = 60  # lines; a fuller week shows its first day open and folds the others
REFUSED_SHOWN = 12
HOURS_OF_A_WEEK = 168


def _monday(request: HttpRequest, year: int | None = None, week: int | None = None) -> date:
    """Of the week asked for, by any of its days; this week, or on a Sunday the next, where nothing is asked."""
    try:
        if year and week:
            return date.fromisocalendar(year, week, 1)
        text = request.POST.get("monday") or request.GET.get("monday") or ""
        if text:
            asked = date.fromisoformat(text)
            if 2000 <= asked.year <= 2100:
                return roster.monday_of(asked)
    except ValueError as fault:
        if year:
            raise Http404 from fault
    return roster.monday_of(clock.today() + timedelta(days=1))


def _to(monday: date) -> str:
    return f"{reverse('mediation:week')}?monday={monday}"


def _plan(actor: Actor, plan_id: UUID) -> WeekPlan:
    found = queries.visible_to(actor).filter(pk=plan_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
@desk(Permission.CALLS_DISPATCH)
def week(request: HttpRequest, year: int | None = None, week: int | None = None) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    monday = _monday(request, year, week)
    return _page(request, actor, monday, queries.standing(actor.body_id, monday))


@require_safe
@desk(Permission.CALLS_DISPATCH)
def week_plan(request: HttpRequest, weekplan_id: UUID) -> HttpResponseBase:
    """One plan of a week, also one that another has replaced."""
    actor = request.actor  # type: ignore[attr-defined]
    plan = _plan(actor, weekplan_id)
    return _page(request, actor, plan.monday, plan)


def _page(request: HttpRequest, actor: Actor, monday: date, plan: WeekPlan | None) -> HttpResponseBase:
    under_way = queries.under_way(actor.body_id, monday)
    if request.headers.get("HX-Target") == "planning":
        if under_way is None:
            return HttpResponseClientRefresh()
        return render(
            request, "mediation/_week_planning.html", {"under_way": under_way, "monday": monday, **_progress(under_way)}
        )
    stands = queries.standing(actor.body_id, monday)
    days = queries.days(plan, actor.body_id, monday)
    loads = queries.loads(plan, actor.body_id, monday)
    lines = sum(len(day.lines) for day in days)
    context = {
        "monday": monday, "sunday": monday + timedelta(days=6), "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
        "plan": plan, "current": plan is not None and stands is not None and plan.pk == stands.pk, "under_way": under_way,
        "over": monday + timedelta(days=7) <= clock.today(), "failed": None if under_way else queries.last_failed(actor.body_id, monday),
        "quality": words_week.quality(plan.cost, plan.bound) if plan else "", "broken": _broken(plan) if plan and not under_way else [],
        "days": days, "all_open": lines <= OPEN_AT_ONCE, "to_take": sum(1 for day in days for line in day.lines if _takeable(line.visit)), "soon": week_rules.SOON,
        "gaps": list(queries.gaps(plan)) if plan else [], "loads": [load for load in loads if load.promised or load.planned],
        "idle": [load.mediator for load in loads if not load.promised and not load.planned],
        "waiting": len(planning_desk.open_calls(actor.body_id, monday)) if plan is None else 0, "now": clock.now(),
        "earlier": [one for one in queries.earlier(actor.body_id, monday)[:6] if plan is None or one.pk != plan.pk],
        **(_progress(under_way) if under_way else {}),
    }  # fmt: skip
    return render(request, "mediation/week.html", context)


def _takeable(visit: PlannedVisit | None) -> bool:
    return visit is not None and not visit.offered and visit.starts_at > clock.now()


def _progress(plan: WeekPlan) -> dict[str, object]:
    return {
        "so_far": words_week.quality(plan.cost, plan.bound) if plan.cost is not None else "",
        "silent": week_rules.silent(plan),
    }


def _broken(plan: WeekPlan) -> list[str]:
    """What happened since, in words."""
    found = queries.broken_since(plan)
    said = {
        "calls": ngettext("%(n)s new call", "%(n)s new calls", found.get("calls", 0)),
        "given_back": ngettext(
            "%(n)s promise given back", "%(n)s promises given back", found.get("given_back", 0)
        ),
        "cancelled": ngettext("%(n)s call cancelled", "%(n)s calls cancelled", found.get("cancelled", 0)),
        "declined": ngettext(
            "%(n)s offer declined or not answered", "%(n)s offers declined or not answered", found.get("declined", 0)
        ),
        "off": ngettext(
            "%(n)s change of availability", "%(n)s changes of availability", found.get("off", 0)
        ),
    }  # fmt: skip
    return [said[kind] % {"n": number} for kind, number in found.items()]


@require_POST
@desk(Permission.CALLS_DISPATCH)
def plan_week(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    monday = _monday(request)
    try:
        week_rules.ask_for_plan(monday=monday, by=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_to(monday))


@require_POST
@desk(Permission.CALLS_DISPATCH)
def stop_plan(request: HttpRequest, weekplan_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    plan = _plan(actor, weekplan_id)
    week_rules.stop_plan(plan=plan, by=actor)
    messages.info(request, _("The planning is stopped. What stood before stands."))
    return redirect(_to(plan.monday))


@require_POST
@desk(Permission.CALLS_DISPATCH)
def take_plan(request: HttpRequest, weekplan_id: UUID) -> HttpResponseBase:
    """Everything, what begins soon, or what is ticked; asked, or agreed already."""
    actor = request.actor  # type: ignore[attr-defined]
    plan = _plan(actor, weekplan_id)
    ticked = [ident for ident in map(as_uuid, request.POST.getlist("visit")) if ident is not None]
    agreed = request.POST.get("how") == "agreed"
    try:
        if "all" in request.POST:
            chosen = week_rules.to_take(plan)
        elif "soon" in request.POST:
            chosen = week_rules.to_take(plan, within=_hours(request))
        elif ticked:
            chosen = ticked
        else:
            raise ValidationError(_("Tick at least one visit, or take the whole plan."))
        if len(chosen) > week_rules.AT_ONCE:
            week_rules.take_plan_later(plan=plan, visits=chosen, agreed=agreed, by=actor)
            messages.success(
                request,
                _("%(n)s visits are being taken, one after the other. Look again in a minute.") % {"n": len(chosen)},
            )
            return redirect(_to(plan.monday))
        done = week_rules.take_plan(plan=plan, visits=chosen, agreed=agreed, by=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_to(plan.monday))
    if done.taken:
        number = len(done.taken)
        messages.success(
            request,
            (
                ngettext("%(n)s promise is written down.", "%(n)s promises are written down.", number)
                if agreed
                else ngettext("%(n)s mediator is being asked.", "%(n)s offers are on their way.", number)
            )
            % {"n": number},
        )
    for visit, why in done.refused[:REFUSED_SHOWN]:
        messages.warning(request, f"{visit.call.code}: {why}")
    if len(done.refused) > REFUSED_SHOWN:
        messages.warning(
            request,
            _("And %(n)s more that no longer fit: they are still in the list.")
            % {"n": len(done.refused) - REFUSED_SHOWN},
        )
    if not done.taken and not done.refused:
        messages.info(request, _("Everything in this plan has been taken already."))
    return redirect(_to(plan.monday))


def _hours(request: HttpRequest) -> timedelta:
    typed = request.POST.get("hours", "").strip()
    if not typed.isdecimal() or not 1 <= int(typed) <= HOURS_OF_A_WEEK:
        raise ValidationError(_("Write in how many hours a visit begins that you want to take: 1 to 168."))
    return timedelta(hours=int(typed))


def _lock(request: HttpRequest, call_id: UUID, mediator_id: UUID | None) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    call = call_queries.call_of(actor, call_id)
    if call is None or call.dispatch_id != actor.body_id:
        raise Http404
    rules.lock_call(call=call, mediator_id=mediator_id, by=actor)
    if mediator_id:
        messages.success(request, _("Kept: the next plan gives %(code)s to nobody else.") % {"code": call.code})
    else:
        messages.info(request, _("The next plan is free to choose for %(code)s.") % {"code": call.code})
    return redirect(_to(_monday(request)))


@require_POST
@desk(Permission.CALLS_DISPATCH)
def lock(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    """Keeps the mediator whom the page showed: a newer plan may have chosen another meanwhile."""
    actor = request.actor  # type: ignore[attr-defined]
    ident = as_uuid(request.POST.get("mediator", ""))
    mediator = Mediator.objects.filter(pk=ident, dispatch_id=actor.body_id).first() if ident else None
    if mediator is None:
        raise Http404
    return _lock(request, call_id, mediator.pk)


@require_POST
@desk(Permission.CALLS_DISPATCH)
def unlock(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    return _lock(request, call_id, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_DISPATCH)
def move_planned(request: HttpRequest, visit_id: UUID) -> HttpResponseBase:
    """Who else could go, with everything else as the plan has it; and why the others cannot."""
    actor = request.actor  # type: ignore[attr-defined]
    visit = (
        PlannedVisit.objects.select_related("plan", "call__body", "mediator")
        .filter(pk=visit_id, dispatch_id=actor.body_id)
        .first()
    )
    if visit is None:
        raise Http404
    if request.method == "POST":
        ident = as_uuid(request.POST.get("mediator", ""))
        try:
            if ident is None:
                raise ValidationError(_("Choose a mediator first."))
            moved = week_rules.move_planned(visit=visit, mediator_id=ident, lock="lock" in request.POST, by=actor)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request, _("%(name)s goes to %(code)s.") % {"name": moved.mediator.full_name, "code": visit.call.code}
            )
            return redirect(_to(visit.plan.monday))
    ranking = week_rules.choices(visit)
    return render(
        request, "mediation/week_move.html",
        {
            "visit": visit, "back": _to(visit.plan.monday),
            "candidates": [(one, words_week.sentence(one.reasons)) for one in ranking.candidates if one.mediator_id != visit.mediator_id],
            "others": [(one, words_week.sentence(one.reasons)) for one in ranking.others],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_DISPATCH)
def weights(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    dispatch = Dispatch.objects.filter(body_id=actor.body_id).first()
    if dispatch is None:
        messages.info(request, _("This body sends no mediators."))
        return redirect("mediation:week")
    standing = roster.rules_of(dispatch).weights
    form = WeightsForm(request.POST or None, weights=standing)
    if request.method == "POST":
        ordinary = "ordinary" in request.POST
        if ordinary or form.is_valid():
            try:
                week_rules.set_weights(values=form.ordinary() if ordinary else form.values(), by=actor)
            except ValidationError as error:
                into(form, error, {"overload": "rate_3"})
            else:
                messages.success(request, _("The weights are kept. They count from the next plan on."))
                return redirect("mediation:weights")
    status = 422 if request.method == "POST" and request.htmx else 200  # type: ignore[attr-defined]
    return render(
        request, "mediation/week_weights.html", {"form": form, "per_call": _per_call(standing)}, status=status
    )


def _per_call(weights: object) -> int:
    """So many kilometres weigh as much as an ordinary call left uncovered: the numbers made tangible."""
    per_km = weights["travel_per_km"]  # type: ignore[index]
    return round(weights["unfilled"] / per_km) if per_km else 0  # type: ignore[index]
