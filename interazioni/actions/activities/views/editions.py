"""The list of editions, opening one, and an edition's page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.actions.activities import queries, rules
from interazioni.actions.activities.calendar import Laid, lay
from interazioni.actions.activities.forms import EditionFilterForm, EditionForm, OpenEditionForm, PatternForm
from interazioni.actions.activities.models import EditionState, SessionState
from interazioni.actions.activities.tables import EditionTable
from interazioni.actions.activities.views.fetching import edition_of
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.registry import tabbed
from interazioni.foundation.ui.tables import export_asked, paged
from interazioni.plan.partners.models import Body

NAMES = {"starts_date": "starts", "ends_date": "ends"}


@require_safe
@desk(Permission.EDITIONS_VIEW)
def editions(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = EditionFilterForm(request.GET)
    table = EditionTable(form.narrow(queries.listed(actor)))
    if export_asked(request):
        return table.workbook(_("editions"))
    return render(
        request,
        "activities/editions.html",
        {
            "form": form,
            "table": paged(request, table),
            "narrowed": any(request.GET.get(name) for name in form.fields),
            "missing": queries.missing(actor).count() if actor.can(Permission.ATTENDANCE_RECORD) else 0,
            "may_manage": actor.can(Permission.EDITIONS_MANAGE),
            "may_deliver": actor.can(Permission.DELIVERIES_RECORD),
        },
    )


def laid_out(form: PatternForm, starts: Any, ends: Any, body_id: UUID) -> Laid | None:
    """The sessions that the pattern would make, and what it leaves out."""
    if not form.asked:
        return None
    return lay(form.pattern(starts, ends), Body.objects.get(pk=body_id).closures)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def open_edition(request: HttpRequest) -> HttpResponseBase:
    """One page: what, where, who, and when it meets. "Look at the days" shows them before anything is made."""
    actor = request.actor  # type: ignore[attr-defined]
    post = request.POST or None
    initial = {"led_by": [str(actor.user_id)], "code": queries.next_code(actor), "starts": clock.today()}
    form, pattern = OpenEditionForm(post, actor=actor, initial=initial), PatternForm(post)
    context: dict[str, Any] = {"form": form, "pattern": pattern}
    status = 200
    if request.method == "POST":
        if form.is_valid() & pattern.is_valid():
            data = form.cleaned_data
            context["laid"] = laid = laid_out(pattern, data["starts"], data["ends"], actor.body_id)
            if "preview" not in request.POST:
                try:
                    with transaction.atomic():  # the edition with its sessions, or neither
                        edition = rules.open_edition(by=actor, **data)
                        if laid:
                            rules.plan_sessions(
                                edition=edition, pattern=pattern.pattern(data["starts"], data["ends"]), by=actor
                            )
                except ValidationError as error:
                    into(form, error, NAMES)
                else:
                    messages.success(request, _("The edition is open. Now say who takes part."))
                    return redirect("activities:enrol", edition.pk)
        if form.errors or pattern.errors:
            status = 422 if request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "activities/open.html", context, status=status)


@require_safe
@desk(Permission.EDITIONS_VIEW)
def detail(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    """The sessions, with what is to be done about each."""
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    now = clock.now()
    sessions = list(edition.sessions.order_by("starts_at"))
    return render(
        request,
        "activities/edition.html",
        {
            **tabbed(request, "edition", edition_id),
            "edition": edition,
            "sessions": [(session, session.starts_at <= now) for session in sessions],
            "months": sorted(
                {clock.in_rome(s.starts_at).strftime("%Y-%m") for s in sessions if s.state != SessionState.CANCELLED}
            ),
            "leaders": [leader.get_full_name() for leader in queries.leaders_of([edition.pk]).get(edition.pk, [])],
            "may_take": actor.can(Permission.ATTENDANCE_RECORD),
            "may_manage": actor.can(Permission.EDITIONS_MANAGE),
            "open": edition.state == EditionState.OPEN,
        },
    )


@require_safe
@desk(Permission.ATTENDANCE_RECORD)
def attendance(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    held, lines = queries.grid(edition)
    rows = [(line, [line.marks.get(session.pk) for session in held]) for line in lines]
    return render(
        request,
        "activities/attendance.html",
        {**tabbed(request, "edition", edition_id), "edition": edition, "held": held, "rows": rows},
    )


@require_safe
@desk(Permission.EDITIONS_VIEW)
def history(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    edition = edition_of(request.actor, edition_id)  # type: ignore[attr-defined]
    return render(
        request,
        "activities/history.html",
        {**tabbed(request, "edition", edition_id), "events": audit.history("edition", edition.pk)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def correct(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    initial = {
        "title": edition.title, "site": edition.site_id, "place": edition.place, "municipality": edition.municipality,
        "starts": edition.starts_date, "ends": edition.ends_date,
        "led_by": [str(pk) for pk in edition.leadings.values_list("user_id", flat=True)],
    }  # fmt: skip
    form = EditionForm(request.POST or None, actor=actor, initial=initial)
    version = request.POST.get("version", "")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            rules.correct_edition(
                edition=edition, version=int(version) if version.isdigit() else 0, by=actor, **form.cleaned_data
            )
        except ValidationError as error:
            into(form, error, NAMES)
            status = 409 if getattr(error, "code", "") == "stale" else 422
        else:
            messages.success(request, _("The edition is corrected."))
            return redirect("activities:edition", edition_id)
    return render(request, "activities/correct.html", {"form": form, "edition": edition}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def close(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    if request.method == "POST":
        rules.close_edition(edition=edition, by=actor)
        messages.success(request, _("The edition is closed."))
        return redirect("activities:edition", edition_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("Close the edition"), "kicker": edition.title, "question": _("Is this edition over?"),
            "explanation": _("Nothing more is planned and nobody more is enrolled. Registers that are missing can still be taken."),
            "submit": _("Close it"), "cancel": reverse("activities:edition", args=[edition_id]),
        },
    )  # fmt: skip
