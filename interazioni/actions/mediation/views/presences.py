"""Regular presences: desks of community mediation, hours in schools; each day with its hours and how many people came."""

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

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.acting_for import answers_for
from interazioni.actions.mediation.forms.links import HoursForm
from interazioni.actions.mediation.forms.timesheets import EndPresenceForm, PresenceForm
from interazioni.actions.mediation.models import LIVE, HoursState, Presence
from interazioni.actions.mediation.queries import timesheets as queries
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.tables import export_asked, paged

NAMES = {"since_date": "since", "until_date": "until"}


def _presence(actor: Actor, presence_id: UUID) -> Presence:
    found = queries.presence_of(actor, presence_id)
    if found is None:
        raise Http404
    return found


@require_safe
@desk(Permission.CALLS_MAKE)
def presences(request: HttpRequest) -> HttpResponseBase:
    from interazioni.actions.mediation.tables.timesheets import PresenceTable

    actor = request.actor  # type: ignore[attr-defined]
    table = PresenceTable(queries.presences(actor))
    if export_asked(request):
        return table.workbook(_("presences"))
    return render(
        request, "mediation/timesheets_presences.html", {"table": paged(request, table), "keeping": actor.can(Permission.MEDIATORS_KEEP)}
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.MEDIATORS_KEEP)
def begin_presence(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = PresenceForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        if queries.presence_of(actor, form.ident()):  # the same POST again
            return redirect("mediation:presence", form.ident())
        try:
            made = rules.begin_presence(
                mediator=form.cleaned_data["mediator"], kind=form.kinds[form.cleaned_data["kind"]], body=form.cleaned_data["body"],
                data=form.presence_data(), ident=form.ident(), by=actor,
            )  # fmt: skip
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            messages.success(request, _("The presence is planned: each of its days stands in the mediator's calendar."))
            return redirect("mediation:presence", made.pk)
    status = 422 if form.errors and request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "mediation/timesheets_begin_presence.html", {"form": form}, status=status)


@require_safe
@desk(Permission.CALLS_MAKE)
def presence(request: HttpRequest, presence_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = _presence(actor, presence_id)
    return render(
        request, "mediation/timesheets_presence.html",
        {
            "presence": row, "days": queries.days(row), "closed": queries.closed_days(row), "now": clock.now(), "today": clock.today(),
            "keeping": actor.can(Permission.MEDIATORS_KEEP) and row.dispatch_id == actor.body_id, "events": audit.history("presence", row.pk),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.MEDIATORS_KEEP)
def end_presence(request: HttpRequest, presence_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = _presence(actor, presence_id)
    if row.dispatch_id != actor.body_id:
        raise Http404
    form = EndPresenceForm(request.POST or None, initial={"last": clock.today()})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["last"] > row.until_date:
            form.add_error(
                "last", _("It ends earlier already: on %(day)s.") % {"day": row.until_date.strftime("%d/%m/%Y")}
            )
        else:
            count = rules.end_presence(presence=row, last=form.cleaned_data["last"], by=actor)
            messages.success(
                request,
                ngettext("Ended: %(n)s day is cancelled.", "Ended: %(n)s days are cancelled.", count) % {"n": count},
            )
            return redirect("mediation:presence", presence_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("End a regular presence"), "kicker": row.title, "question": _("When is it held for the last time?"),
            "submit": _("End it"), "cancel": reverse("mediation:presence", args=[presence_id]), "form": form,
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def presence_day(request: HttpRequest, assignment_id: UUID) -> HttpResponseBase:
    """One day: how long it took and how many people came; a number, nobody's name."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.assignment_of(actor, assignment_id)
    if row is None or row.presence_id is None:
        raise Http404
    hours = queries.hours_of(row)
    writing = actor.can(Permission.CALLS_ANSWER) and answers_for(row, actor)
    may_report = (
        writing
        and row.starts_at <= clock.now()
        and row.state in (*LIVE, "done")
        and (hours is None or hours.state != HoursState.ATTESTED)
    )
    form = HoursForm(request.POST or None, assignment=row, hours=hours)
    if request.method == "POST":
        if not may_report:
            messages.warning(request, _("These hours can no longer be written down."))
            return redirect("mediation:presence_day", assignment_id)
        if form.is_valid():
            try:
                rules.report_hours(assignment=row, by=actor, **form.values())
            except ValidationError as error:
                into(form, error)
            else:
                messages.success(request, _("The hours are written down."))
                return redirect("mediation:presence", row.presence_id)
    status = 422 if form.errors and request.htmx else 200  # type: ignore[attr-defined]
    return render(
        request, "mediation/timesheets_day.html",
        {"assignment": row, "presence": row.presence, "hours": hours, "form": form, "may_report": may_report, "to_come": row.starts_at > clock.now()},
        status=status,
    )  # fmt: skip
