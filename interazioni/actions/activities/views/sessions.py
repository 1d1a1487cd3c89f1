"""Sessions: those that wait for a register, planning more, moving, cancelling; and what a person attended."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.actions.activities import queries, rules
from interazioni.actions.activities.forms import MoveForm, PatternForm, ReasonForm
from interazioni.actions.activities.models import EditionState, SessionState
from interazioni.actions.activities.views.editions import laid_out
from interazioni.actions.activities.views.fetching import edition_of, session_of
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.registry import tabbed

SHOWN = 100


@require_safe
@desk(Permission.ATTENDANCE_RECORD)
def sessions(request: HttpRequest) -> HttpResponseBase:
    """What waits for a register, today's, and what comes: the body's (`?all=1`), or the actor's own."""
    actor = request.actor  # type: ignore[attr-defined]
    everybody = "all" in request.GET
    return render(
        request,
        "activities/sessions.html",
        {
            "missing": queries.missing(actor, mine=not everybody)[:SHOWN],
            "today": queries.today(actor),
            "upcoming": queries.upcoming(actor)[:20],
            "everybody": everybody,
            "now": clock.now(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def plan(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    """More sessions for an edition that is open. The days are shown, with what is left out, before they are made."""
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    form = PatternForm(request.POST or None)
    laid = None
    if request.method == "POST" and form.is_valid():
        starts = max(clock.today(), edition.starts_date) if form.cleaned_data["weekdays"] else edition.starts_date
        if not form.asked:
            form.add_error("weekdays", _("Choose days of the week, or write days."))
        else:
            laid = laid_out(form, starts, edition.ends_date, actor.body_id)
            if "preview" not in request.POST:
                try:
                    made = rules.plan_sessions(
                        edition=edition, pattern=form.pattern(starts, edition.ends_date), by=actor
                    )
                except ValidationError as error:
                    into(form, error)
                else:
                    n = len(made.starts)
                    messages.success(
                        request, ngettext("%(n)d session is planned.", "%(n)d sessions are planned.", n) % {"n": n}
                    )
                    return redirect("activities:edition", edition_id)
    return render(request, "activities/plan.html", {"edition": edition, "pattern": form, "laid": laid})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def move(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    session = session_of(actor, session_id)
    local = clock.in_rome(session.starts_at)
    form = MoveForm(
        request.POST or None, initial={"day": local.date(), "at": local.time(), "minutes": session.planned_minutes}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        moment = datetime.combine(data["day"], data["at"], tzinfo=clock.ROME)
        try:
            rules.move_session(session=session, starts_at=moment, minutes=data["minutes"], by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The session is moved."))
            return redirect("activities:edition", session.edition_id)
    return render(request, "activities/move.html", {"form": form, "session": session, "edition": session.edition})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def cancel(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    session = session_of(actor, session_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.cancel_session(session=session, reason=form.cleaned_data["reason"], by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The session is cancelled."))
            return redirect("activities:edition", session.edition_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("Cancel the session"), "kicker": session.edition.title, "question": _("Is this session not held?"),
            "explanation": _("It no longer counts, and no register is missing for it."), "submit": _("Cancel the session"),
            "cancel": reverse("activities:edition", args=[session.edition_id]), "form": form,
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def take_back(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """The register was taken by mistake."""
    actor = request.actor  # type: ignore[attr-defined]
    session = session_of(actor, session_id)
    if request.method == "POST":
        try:
            rules.unhold_session(session=session, by=actor)
        except ValidationError as error:
            messages.info(request, " ".join(error.messages))
        else:
            messages.success(request, _("The register is taken back: the session counts as not held."))
        return redirect("activities:edition", session.edition_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("Take the register back"), "kicker": session.edition.title, "question": _("Was this session not held?"),
            "explanation": _("Its marks are removed, and the figures no longer count it."), "submit": _("Take it back"),
            "cancel": reverse("activities:register", args=[session_id]),
        },
    )  # fmt: skip


@require_safe
@desk(Permission.ATTENDANCE_RECORD)
def person(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    """The tab of a person's page: what is attended, and work done for the person."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.can(Permission.PEOPLE_VIEW):
        raise Http404
    return render(
        request,
        "activities/person.html",
        {
            **tabbed(request, "person", person_id),
            "parts": queries.parts_of(actor, person_id),
            "deliveries": queries.deliveries_for(actor, person_id),
            "open": EditionState.OPEN,
            "held": SessionState.HELD,
        },
    )
