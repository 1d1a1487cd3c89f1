"""A mediator's own pages, made for an old phone: what is asked of me, where I am expected, what I have worked."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.acting_for import answers_for
from interazioni.actions.mediation.forms.links import DeclineForm, HoursForm, WordsForm
from interazioni.actions.mediation.models import LIVE, Assignment, DeclineReason, Hours, Offer
from interazioni.actions.mediation.queries import mine as queries
from interazioni.actions.mediation.settings_of import plan_rules
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.outbox import push
from interazioni.foundation.ui.forms import into


@require_safe
@desk(Permission.CALLS_ANSWER)
def mine(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    mediator = queries.mediator_of(actor)
    if mediator is None:
        return render(request, "mediation/not_a_mediator.html", {"keeps": actor.can(Permission.MEDIATORS_KEEP)})
    promises = list(queries.promises(mediator))
    today = clock.today()
    return render(
        request, "mediation/mine.html",
        {
            "mediator": mediator, "offers": queries.offers_to_answer(mediator), "reasons": DeclineReason.choices, "push_key": push.application_key(),
            "today": [one for one in promises if clock.in_rome(one.starts_at).date() == today],
            "late": [one for one in promises if clock.in_rome(one.starts_at).date() < today],
            "later": [one for one in promises if clock.in_rome(one.starts_at).date() > today], "hours": queries.hours_under_way(mediator),
        },
    )  # fmt: skip


def _offer(actor: Actor, offer_id: UUID) -> Offer:
    found = Offer.objects.select_related("mediator").filter(pk=offer_id).first()
    if found is None or not answers_for(found, actor):
        raise Http404
    return found


def _promise(actor: Actor, assignment_id: UUID) -> Assignment:
    found = queries.promise_of(actor, assignment_id)
    if found is None:
        raise Http404
    return found


@require_POST
@desk(Permission.CALLS_ANSWER)
def answer_offer(request: HttpRequest, offer_id: UUID) -> HttpResponseBase:
    """Yes, or no with a reason. Too late and promised elsewhere are said kindly."""
    actor = request.actor  # type: ignore[attr-defined]
    offer = _offer(actor, offer_id)
    try:
        if "accept" in request.POST:
            made = rules.accept_offer(offer=offer, by=actor)
            messages.success(request, _("Thank you: you are expected."))
            if made.mediator_user_id == actor.user_id:
                return redirect("mediation:promise", made.pk)
        else:
            form = DeclineForm(request.POST)
            if form.is_valid():
                rules.decline_offer(
                    offer=offer, reason=form.cleaned_data["reason"], words=form.cleaned_data["words"], by=actor
                )
                messages.info(request, _("You have declined. Thank you for saying so in time."))
            else:
                messages.error(request, _("Say why not: choose a reason."))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("mediation:mine")


@require_safe
@desk(Permission.CALLS_ANSWER)
def promise(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    """One promise: where exactly, whom to ask for, what to prepare; and what to do now."""
    actor = request.actor  # type: ignore[attr-defined]
    return _page(request, _promise(actor, assignment_id))


def _page(
    request: HttpRequest, row: Assignment, done: HoursForm | None = None, back: WordsForm | None = None
) -> HttpResponseBase:
    reported = Hours.objects.filter(assignment=row).first()
    now, known_for = clock.now(), plan_rules(row.kind.activity.plan).known_for_days
    return render(
        request, "mediation/promise.html",
        {
            "assignment": row, "hours": reported, "done": done or HoursForm(assignment=row, hours=reported), "back": back or WordsForm(),
            "confidence": queries.confidence_of(row, timedelta(days=known_for)), "known_for": known_for,
            "live": row.state in LIVE, "begun": row.starts_at <= now,
            "may_arrive": row.state in ("accepted", "confirmed") and row.starts_at - now < rules.EARLY, "may_give_back": row.state in ("accepted", "confirmed"),
            "may_report": row.starts_at <= now and row.state in (*LIVE, "done") and (reported is None or reported.state != "attested"),
            "own": row.mediator_user_id == request.actor.user_id,  # type: ignore[attr-defined]
        },
    )  # fmt: skip


@require_POST
@desk(Permission.CALLS_ANSWER)
def arrive(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    try:
        rules.arrive(assignment=_promise(actor, assignment_id), by=actor)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Written down: you are there."))
    return redirect("mediation:promise", assignment_id)


@require_POST
@desk(Permission.CALLS_ANSWER)
def nobody_there(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    try:
        rules.report_nobody_there(assignment=_promise(actor, assignment_id), by=actor)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Written down: nobody came."))
    return redirect("mediation:promise", assignment_id)


@require_http_methods(["POST"])
@desk(Permission.CALLS_ANSWER)
def finish(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = _promise(actor, assignment_id)
    form = HoursForm(request.POST, assignment=row)
    if form.is_valid():
        try:
            rules.report_hours(assignment=row, by=actor, **form.values())
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The hours are written down. The body that called confirms them."))
            return redirect("mediation:promise", assignment_id)
    return _page(request, row, done=form)


@require_http_methods(["POST"])
@desk(Permission.CALLS_ANSWER)
def give_back(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = _promise(actor, assignment_id)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            rules.withdraw(assignment=row, words=form.cleaned_data["words"], by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.info(request, _("Given back. Somebody else is being looked for."))
            return redirect("mediation:mine")
    return _page(request, row, back=form)
