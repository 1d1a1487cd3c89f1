"""The register of mediators: the list, an entry, its availability, how the body answers calls."""

from uuid import UUID

from babel.dates import get_day_names
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.forms.mediators import AvailabilityForm, DispatchForm, ExceptionForm, MediatorForm
from interazioni.actions.mediation.models import Availability, AvailabilityException, Dispatch, Mediator, Mode, Sector
from interazioni.actions.mediation.queries import mine as queries
from interazioni.actions.mediation.tables.mediators import MediatorTable
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.ui.formats import locale
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.tables import export_asked, paged
from interazioni.foundation.vocabularies import languages

NAMES = {"user": "login", "until_date": "until"}
FROM_CALENDAR = 40  # of the times of a calendar handed in: the next ones, of perhaps two thousand


def _mediator(actor: Actor, mediator_id: UUID) -> Mediator:
    found = queries.mediators_visible_to(actor).select_related("body", "dispatch").filter(pk=mediator_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
@desk(Permission.MEDIATORS_KEEP)
def mediators(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.register(actor)
    language, sector, name = (request.GET.get(key, "") for key in ("language", "sector", "q"))
    if language:
        found = found.filter(languages__tag=language)
    if sector:
        found = found.filter(sectors__contains=[sector])
    if name.strip():
        found = found.filter(full_name__icontains=name.strip())
    table = MediatorTable(found)
    if export_asked(request):
        return table.workbook(_("mediators"))
    return render(
        request, "mediation/mediators.html",
        {
            "table": paged(request, table), "narrowed": bool(language or sector or name), "languages": languages.choices(request.LANGUAGE_CODE[:2]),
            "sectors": Sector.choices, "spoken": language, "sector": sector, "q": name, "open": Dispatch.objects.filter(body_id=actor.body_id).exists(),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.MEDIATORS_KEEP)
def register_mediator(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = MediatorForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = rules.register_mediator(data=form.mediator_data(), by=actor)
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            messages.success(request, _("On the register. Now say when she or he works."))
            return redirect("mediation:availability", made.pk)
    return render(request, "mediation/mediator_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.MEDIATORS_KEEP)
def correct_mediator(request: HttpRequest, mediator_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = _mediator(actor, mediator_id)
    form = MediatorForm(request.POST or None, actor=actor, mediator=row)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            rules.correct_mediator(
                mediator=row, data=form.mediator_data(), version=int(version) if version.isdigit() else None, by=actor
            )
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            messages.success(request, _("The entry is corrected."))
            return redirect("mediation:mediator", mediator_id)
    return render(request, "mediation/mediator_form.html", {"form": form, "mediator": row})


@require_safe
@desk(Permission.CALLS_ANSWER)
def mediator(request: HttpRequest, mediator_id: UUID) -> HttpResponseBase:
    """An entry of the register; a mediator sees her own."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _mediator(actor, mediator_id)
    week = list(queries.week_of(row, clock.now()))
    spans: dict[int, list[Availability]] = {}
    for span in queries.availability(row):
        spans.setdefault(span.weekday, []).append(span)
    days = get_day_names("wide", context="stand-alone", locale=locale())
    used = sum(int((one.ends_at - one.starts_at).total_seconds() // 60) for one in week)
    return render(
        request, "mediation/mediator.html",
        {
            "mediator": row, "languages": row.languages.order_by("-level", "tag"), "qualifications": row.qualifications.all(), "week": week, "used": used,
            "share": used / row.week_cap_minutes, "days": [(days[number], found) for number, found in sorted(spans.items())], "exceptions": queries.exceptions(row)[:FROM_CALENDAR],
            "events": audit.history("mediator", mediator_id), "keeps": actor.can(Permission.MEDIATORS_KEEP),
            "sectors": [Sector(one).label for one in row.sectors], "remote": [Mode(one).label for one in row.remote_modes],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_ANSWER)
def availability(request: HttpRequest, mediator_id: UUID) -> HttpResponseBase:
    """The week's pattern, and times off or on against it."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _mediator(actor, mediator_id)
    adding = "add" in request.POST
    form = AvailabilityForm(
        request.POST if request.method == "POST" and not adding else None, spans=queries.availability(row)
    )
    off = ExceptionForm(request.POST if adding else None)
    if request.method == "POST":
        try:
            if adding and off.is_valid():
                rules.add_exception(
                    mediator=row,
                    starts_at=off.cleaned_data["starts_at"],
                    ends_at=off.cleaned_data["ends_at"],
                    available=off.cleaned_data["available"],
                    by=actor,
                )
                messages.success(request, _("Written down."))
                return redirect("mediation:availability", mediator_id)
            if not adding and form.is_valid():
                rules.set_availability(mediator=row, spans=form.cleaned_data["spans"], by=actor)
                messages.success(request, _("The week is saved."))
                return redirect("mediation:availability", mediator_id)
        except ValidationError as error:
            into(off if adding else form, error)
    return render(
        request,
        "mediation/availability.html",
        {
            "keeps": actor.can(Permission.MEDIATORS_KEEP),
            "form": form,
            "off": off,
            "mediator": row,
            "exceptions": queries.exceptions(row).filter(uid=""),
            "from_calendar": queries.exceptions(row).exclude(uid="")[:FROM_CALENDAR],
        },
    )


@require_POST
@desk(Permission.CALLS_ANSWER)
def remove_exception(request: HttpRequest, exception_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = (
        AvailabilityException.objects.filter(pk=exception_id, mediator__in=queries.mediators_visible_to(actor))
        .select_related("mediator")
        .first()
    )
    if row is None:
        raise Http404
    rules.remove_exception(exception=row, by=actor)
    messages.success(request, _("Taken out."))
    return redirect("mediation:availability", row.mediator_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.MEDIATORS_KEEP)
def dispatch_settings(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = Dispatch.objects.filter(body_id=actor.body_id).first() or Dispatch(body_id=actor.body_id)
    form = DispatchForm(request.POST or None, initial={name: getattr(row, name) for name in DispatchForm.base_fields})
    if request.method == "POST" and form.is_valid():
        rules.set_dispatch(values=form.cleaned_data, by=actor)
        messages.success(request, _("Saved."))
        return redirect("mediation:mediators")
    return render(request, "mediation/dispatch_settings.html", {"form": form})
