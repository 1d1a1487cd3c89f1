"""The hours of a month, by mediator and by employer: page, PDF to sign, workbook. Hours granted, and what is left of them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.forms.timesheets import GrantForm, MonthForm
from interazioni.actions.mediation.queries import timesheets as queries
from interazioni.actions.mediation.queries.timesheets import Month, Totals
from interazioni.actions.mediation.templatetags.timesheets import how_confirmed, month_of
from interazioni.actions.mediation.timesheet_printed import printed
from interazioni.actions.mediation.words import language_name
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.ui.export import workbook_response
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.tables import export_asked
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners.models import Body

HOUR = Decimal(60)


def _first(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except ValueError as fault:
        raise Http404 from fault


def _asked_month(request: HttpRequest) -> date:
    """`?month=2020-02`, or this one."""
    text = request.GET.get("month") or clock.today().strftime("%Y-%m")
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as fault:
        raise Http404 from fault


def _months(request: HttpRequest, first: date, known: list[date]) -> dict[str, Any]:
    """The month before, the one after, and a choice of those with hours."""
    form = MonthForm(request.GET or None, initial={"month": f"{first:%Y-%m}"})
    offered = sorted({*known, first, clock.today().replace(day=1)}, reverse=True)
    form.fields["month"].choices = [(f"{day:%Y-%m}", month_of(day)) for day in offered]  # type: ignore[attr-defined]
    return {"form": form, "first": first, "before": queries.before(first), "after": queries.after(first)}


@require_safe
@desk(Permission.TIMESHEETS_VIEW)
def timesheets(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    first = _asked_month(request)
    found = queries.month(actor, first)
    if export_asked(request):
        return _workbook(found, _("hours"))
    return render(
        request, "mediation/timesheets.html",
        {
            **_months(request, first, queries.months(actor)), "found": found, "against": queries.against_plan(actor),
            "employers": sorted({sheet.employer for sheet in found.sheets}, key=lambda body: body.name), "dispatching": actor.can(Permission.CALLS_DISPATCH),
        },
    )  # fmt: skip


def _of_mediator(request: HttpRequest, mediator_id: UUID, year: int, month: int) -> tuple[Month, str]:
    actor = request.actor  # type: ignore[attr-defined]
    first = _first(year, month)
    found = queries.month(actor, first, mediator_id=mediator_id)
    mediator = queries.mediator_seen(actor, mediator_id)
    if mediator is None and not found.sheets:
        raise Http404
    return found, mediator.full_name if mediator else found.sheets[0].mediator


@require_safe
@desk(Permission.TIMESHEETS_VIEW)
def timesheet(request: HttpRequest, mediator_id: UUID, year: int, month: int) -> HttpResponseBase:
    found, name = _of_mediator(request, mediator_id, year, month)
    if export_asked(request):
        return _workbook(found, name)
    return render(
        request, "mediation/timesheet.html",
        {"found": found, "name": name, "mediator_id": mediator_id, "first": found.first, "before": queries.before(found.first), "after": queries.after(found.first)},
    )  # fmt: skip


@require_safe
@desk(Permission.TIMESHEETS_VIEW)
def timesheet_pdf(request: HttpRequest, mediator_id: UUID, year: int, month: int) -> HttpResponseBase:
    found, name = _of_mediator(request, mediator_id, year, month)
    return _pdf(found, name, request.actor.body_name)  # type: ignore[attr-defined]


def _of_employer(request: HttpRequest, body_id: UUID, year: int, month: int) -> tuple[Month, Body]:
    actor = request.actor  # type: ignore[attr-defined]
    body = queries.employers(actor).filter(pk=body_id).first()
    if body is None:
        raise Http404
    return queries.month(actor, _first(year, month), employer_id=body_id), body


@require_safe
@desk(Permission.TIMESHEETS_VIEW)
def employer_timesheet(request: HttpRequest, body_id: UUID, year: int, month: int) -> HttpResponseBase:
    found, body = _of_employer(request, body_id, year, month)
    if export_asked(request):
        return _workbook(found, body.name)
    return render(
        request, "mediation/timesheet_employer.html",
        {"found": found, "employer": body, "first": found.first, "before": queries.before(found.first), "after": queries.after(found.first)},
    )  # fmt: skip


@require_safe
@desk(Permission.TIMESHEETS_VIEW)
def employer_timesheet_pdf(request: HttpRequest, body_id: UUID, year: int, month: int) -> HttpResponseBase:
    found, body = _of_employer(request, body_id, year, month)
    return _pdf(found, body.name, request.actor.body_name, employer=body.name)  # type: ignore[attr-defined]


@require_safe
@desk(Permission.CALLS_ANSWER)
def my_timesheet(request: HttpRequest) -> HttpResponseBase:
    """The mediator's own."""
    actor = request.actor  # type: ignore[attr-defined]
    first = _asked_month(request)
    found = queries.month(actor, first, own=True)
    if export_asked(request):
        return _workbook(found, actor.user_name)
    return render(
        request, "mediation/timesheet.html",
        {**_months(request, first, queries.months(actor, own=True)), "found": found, "name": actor.user_name, "mine": True},
    )  # fmt: skip


@require_safe
@desk(Permission.CALLS_ANSWER)
def my_timesheet_pdf(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    return _pdf(queries.month(actor, _asked_month(request), own=True), actor.user_name, actor.body_name)


def _pdf(found: Month, name: str, body: str, *, employer: str = "") -> HttpResponse:
    response = HttpResponse(printed(found, body, employer=employer), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="ore-{found.first:%Y-%m}-{slugify(name)}.pdf"'
    return response


def _workbook(found: Month, name: str) -> HttpResponseBase:
    """Every line of the month; the last one holds the sums."""
    columns = [
        _("Mediator"), _("Employer"), _("Day"), _("From"), _("To"), _("Called by"), _("Municipality"), _("What"), _("Language"),
        _("Minutes worked"), _("Minutes only paid"), _("Hours"), _("Kilometres"), _("Minutes on the way"), _("People met"), _("State"), _("Confirmed on"),
        _("How"), _("Code"),
    ]  # fmt: skip
    return workbook_response(f"{name}-{found.first:%Y-%m}", columns, _lines(found), sheet=month_of(found.first))


def _lines(found: Month) -> Iterator[list[Any]]:
    for sheet in found.sheets:
        for row in sheet.lines:
            one = row.assignment
            yield [
                sheet.mediator, sheet.employer.name, row.happened_date, clock.in_rome(one.starts_at).time(), clock.in_rome(one.ends_at).time(),
                row.body.name, _town(one.municipality), one.kind.title, language_name(one.language) if one.language else "",
                0 if row.paid_only else row.minutes, row.minutes if row.paid_only else 0, _in_hours(row.minutes), row.travel_km, row.travel_minutes,
                row.contacts, row.get_state_display(), clock.in_rome(row.attested_at).date() if row.attested_at else None,
                how_confirmed(row) if row.attested_at else "", one.call.code if one.call else "",
            ]  # fmt: skip
    yield _sums(found.totals)


def _sums(totals: Totals) -> list[Any]:
    return [
        _("Total"), None, None, None, None, None, None, None, None, totals.worked, totals.paid_only, _in_hours(totals.paid), totals.travel_km,
        totals.travel_minutes, totals.contacts, None, None, None, None,
    ]  # fmt: skip


def _in_hours(minutes: int) -> Decimal:
    return (minutes / HOUR).quantize(Decimal("0.01"))


def _town(istat: str) -> str:
    found = municipalities.by_istat(istat) if istat else None
    return str(found) if found else ""


# --- hours granted --------------------------------------------------------------------------------------------------------


@require_safe
@desk(Permission.TIMESHEETS_VIEW)
def grants(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.accounts(actor)
    if export_asked(request):
        return workbook_response(
            _("hours granted"),
            [_("Body"), _("What for"), _("From"), _("To"), _("Hours granted"), _("Reserved"), _("Used"), _("Released"), _("Left")],
            [
                [one.grant.body.name, one.grant.get_kind_display(), one.grant.starts_date, one.grant.ends_date, *map(_in_hours, (one.grant.minutes, one.reserved, one.used, one.released, one.left))]
                for one in found
            ],
        )  # fmt: skip
    return render(
        request, "mediation/timesheets_grants.html",
        {"accounts": found, "against": queries.against_plan(actor), "keeping": actor.can(Permission.MEDIATORS_KEEP)},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.MEDIATORS_KEEP)
def grant_hours(request: HttpRequest) -> HttpResponseBase:
    """The same body, kind and first day again: the grant is changed."""
    actor = request.actor  # type: ignore[attr-defined]
    form = GrantForm(request.POST or None, initial=_grant_asked(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            rules.grant_hours(
                body=said["body"],
                kind=said["kind"],
                minutes=form.minutes(),
                starts=said["starts"],
                ends=said["ends"],
                by=actor,
            )
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The hours are granted."))
            return redirect("mediation:grants")
    status = 422 if form.errors and request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "mediation/timesheets_grant.html", {"form": form}, status=status)


def _grant_asked(request: HttpRequest) -> dict[str, Any]:
    """The grant that is to be changed, from the link beside it (`?body=…&kind=…&hours=…&starts=…&ends=…`)."""
    return {name: request.GET[name] for name in ("body", "kind", "hours", "starts", "ends") if request.GET.get(name)}
