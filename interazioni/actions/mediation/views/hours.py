"""Hours that a mediator wrote down: the body that called confirms or disputes them, the dispatcher corrects and reopens."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.forms.links import DisputeForm, HoursForm
from interazioni.actions.mediation.forms.timesheets import ReopenForm, signature_of
from interazioni.actions.mediation.models import LIVE, Assignment, Hours, HoursState
from interazioni.actions.mediation.queries import timesheets as queries
from interazioni.actions.mediation.words import hours as in_words
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import into


def _assignment(actor: Actor, assignment_id: UUID) -> Assignment:
    found = queries.assignment_of(actor, assignment_id)
    if found is None:
        raise Http404
    return found


def _hours(actor: Actor, assignment_id: UUID) -> tuple[Assignment, Hours]:
    assignment = _assignment(actor, assignment_id)
    hours = queries.hours_of(assignment)
    if hours is None:
        raise Http404
    return assignment, hours


def _ours(actor: Actor, assignment: Assignment) -> bool:
    """Whether the actor's body may say whether the hours are right: it called, or it sends and was told by phone."""
    return actor.body_id in (assignment.body_id, assignment.dispatch_id)


def _dispatching(actor: Actor, assignment: Assignment) -> bool:
    return actor.can(Permission.CALLS_DISPATCH) and actor.body_id == assignment.dispatch_id


@require_safe
@desk(Permission.CALLS_MAKE)
def hours_to_confirm(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    return render(
        request, "mediation/timesheets_confirm.html",
        {
            "waiting": queries.to_confirm(actor), "doubt": queries.in_doubt(actor), "lately": queries.confirmed_lately(actor)[:20],
            "dispatching": actor.can(Permission.CALLS_DISPATCH),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def confirm_hours(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    """The hours of one assignment. A POST confirms them, with a signature or by one touch."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        _row, hours = _hours(actor, assignment_id)
        try:
            signature = signature_of(request.POST.get("signature", ""))
            if "sign" in request.POST and not signature:
                raise ValidationError(_("There is no signature yet: sign in the field, or confirm without."))
            version = request.POST.get("version", "")
            rules.attest_hours(
                hours=hours, how="signature" if signature else "touch", signature=signature,
                version=int(version) if version.isdigit() else None, by=actor,
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("mediation:confirm_hours", assignment_id)
        messages.success(request, _("Confirmed: %(hours)s. Thank you.") % {"hours": in_words(hours.minutes)})
        return redirect("mediation:hours_to_confirm" if "from_list" in request.POST else request.path)
    return _page(request, _assignment(actor, assignment_id))


def _page(request: HttpRequest, row: Assignment, dispute: DisputeForm | None = None) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    hours = queries.hours_of(row)
    ours, dispatching = _ours(actor, row), _dispatching(actor, row)
    by_time = hours is not None and hours.state == HoursState.ATTESTED and hours.attested_how == "time"
    waiting = hours is not None and hours.state == HoursState.REPORTED
    return render(
        request, "mediation/timesheets_hours.html",
        {
            "assignment": row, "hours": hours, "may_confirm": ours and waiting, "may_dispute": ours and (waiting or by_time),
            "may_correct": dispatching and (hours is None or hours.state != HoursState.ATTESTED) and row.state in (*LIVE, "done") and row.starts_at <= clock.now(),
            "may_reopen": dispatching and hours is not None and hours.state == HoursState.ATTESTED and not hours.paid_only,
            "dispute": dispute or DisputeForm(), "by_time": by_time, "ours": ours, "events": audit.history("assignment", row.pk),
            "may_call": actor.body_id in (row.body_id, row.dispatch_id),
        },
        status=422 if dispute is not None and request.htmx else 200,  # type: ignore[attr-defined]
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def dispute_hours(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    """What is wrong, in words: the mediator is told and corrects."""
    actor = request.actor  # type: ignore[attr-defined]
    assignment, hours = _hours(actor, assignment_id)
    form = DisputeForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                rules.dispute_hours(hours=hours, words=form.cleaned_data["words"], by=actor)
            except ValidationError as error:
                into(form, error)
            else:
                messages.info(request, _("The mediator has been told, and corrects the hours or talks to you."))
                return redirect("mediation:confirm_hours", assignment_id)
        return _page(request, assignment, form)
    return _page(request, assignment)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_DISPATCH)
def correct_hours(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    """The dispatcher writes the hours down, or corrects them, for the mediator: they wait to be confirmed again."""
    actor = request.actor  # type: ignore[attr-defined]
    assignment = _assignment(actor, assignment_id)
    if not _dispatching(actor, assignment):
        raise Http404
    hours = queries.hours_of(assignment)
    form = HoursForm(request.POST or None, assignment=assignment, hours=hours)
    if request.method == "POST" and form.is_valid():
        try:
            rules.report_hours(assignment=assignment, by=actor, **form.values())
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The hours are written down. The body that called confirms them."))
            return redirect("mediation:confirm_hours", assignment_id)
    status = 422 if form.errors and request.htmx else 200  # type: ignore[attr-defined]
    return render(
        request,
        "mediation/timesheets_correct.html",
        {"form": form, "assignment": assignment, "hours": hours},
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_DISPATCH)
def reopen_hours(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    """Confirmed by mistake."""
    actor = request.actor  # type: ignore[attr-defined]
    assignment, hours = _hours(actor, assignment_id)
    if not _dispatching(actor, assignment):
        raise Http404
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.reopen_hours(hours=hours, words=form.cleaned_data["words"], by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The confirmation is taken back: the figures no longer count these hours."))
            return redirect("mediation:confirm_hours", assignment_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("Take the confirmation back"), "kicker": assignment.mediator_name,
            "question": _("Were %(hours)s confirmed by mistake?") % {"hours": in_words(hours.minutes)},
            "explanation": _("The figures of the plan no longer count them, and the mediator is asked to correct them. Both stay readable, with your reason."),
            "submit": _("Take it back"), "cancel": reverse("mediation:confirm_hours", args=[assignment_id]), "form": form,
        },
    )  # fmt: skip
