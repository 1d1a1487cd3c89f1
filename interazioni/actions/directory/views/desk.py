"""A body's entries on the desk: what is public, how fresh it is, what readers say of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.actions.directory import publishing, queries, rules
from interazioni.actions.directory.forms import OrganisationForm, PlaceForm, ServiceForm
from interazioni.actions.directory.importing import queries as importing
from interazioni.actions.directory.importing.rules import publish_all
from interazioni.actions.directory.models import Organisation, Service, ServiceAtLocation, State
from interazioni.actions.directory.tables import ServiceFilter, ServiceTable
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.freshness.queries import problems_of
from interazioni.foundation.freshness.rules import confirm
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.public import under
from interazioni.foundation.ui.tables import export_asked, paged


@require_safe
@desk(Permission.DIRECTORY_KEEP)
def services(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    chosen = ServiceFilter(request.GET, queryset=queries.kept_by(actor))
    table = ServiceTable(chosen.qs)
    if export_asked(request):
        return table.workbook(_("services"))
    return render(
        request, "directory/services.html",
        {
            "filter": chosen, "table": paged(request, table), "organisations": list(queries.organisations_of(actor)),
            "may_import": actor.can(Permission.IMPORTS_RUN),
        },
    )  # fmt: skip


def _fetched(request: HttpRequest, service_id: UUID, *, to_write: bool = True) -> Service:
    """Also who assists the plan reads every entry; only the body itself writes it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.service_of(actor, service_id)
    if found is None:
        raise Http404
    if to_write and found.body_id != actor.body_id:
        raise Denied(Permission.DIRECTORY_KEEP)
    return found


@require_safe
@desk(Permission.DIRECTORY_KEEP)
def service(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id, to_write=False)
    places = ServiceAtLocation.objects.filter(service=found).select_related("location").prefetch_related("schedules")
    return render(
        request, "directory/service.html",
        {
            "service": found, "places": [queries.shown(place) for place in places], "vouch": Vouch.objects.filter(object_id=found.pk).first(),
            "suggestions": list(queries.suggestions_on(found.pk)[:50]), "problems": problems_of(found.pk), "events": audit.history("service", found.pk), "public": found.state == State.PUBLISHED,
            "mine": found.body_id == request.actor.body_id, "address": under(publishing.path(found), "it"),  # type: ignore[attr-defined]
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def add_organisation(request: HttpRequest) -> HttpResponseBase:
    form = OrganisationForm(request.POST or None, initial={"name": request.actor.body_name})  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            rules.save_organisation(values=form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("Now add the first service."))
            return redirect("directory:add_service")
    return render(
        request, "directory/form.html", {"form": form, "title": _("Who offers services"), "back": "directory:services"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.organisations_of(actor).filter(pk=organisation_id).first()
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rules.save_organisation(organisation_id=found.pk, values=form.cleaned_data, by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The entry is corrected."))
            return redirect("directory:services")
    return render(request, "directory/form.html", {"form": form, "title": found.name, "back": "directory:services"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def add_service(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    organisations: list[Organisation] = list(queries.organisations_of(actor))
    if not organisations:
        return redirect("directory:add_organisation")
    form = ServiceForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        values = {"organisation_id": organisations[0].pk, **form.values()}
        try:
            made = rules.save_service(values=values, by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("Kept as a draft. Now say where and when."))
            return redirect("directory:add_place", made.pk)
    return render(request, "directory/service_form.html", {"form": form, "service": None})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def correct_service(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id)
    version = request.POST.get("version", str(found.version))
    form = ServiceForm(request.POST or None, organisations=[], service=found, initial=ServiceForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            rules.save_service(
                service_id=found.pk, values=form.values(), version=int(version) if version.isdecimal() else 0,
                minor=form.cleaned_data["minor"], by=request.actor,  # type: ignore[attr-defined]
            )  # fmt: skip
        except rules.Changed as error:
            form.add_error(None, error)
            return render(
                request, "directory/service_form.html", {"form": form, "service": found, "version": found.version, "stands": ServiceForm.initial_of(found)}, status=409
            )  # fmt: skip
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(
                request, _("Saved. It is public as it stands here.") if found.state == State.PUBLISHED else _("Saved.")
            )
            return redirect("directory:service", found.pk)
    return render(request, "directory/service_form.html", {"form": form, "service": found, "version": version})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def add_place(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    return _place(request, _fetched(request, service_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def correct_place(request: HttpRequest, service_id: UUID, place_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id)
    place = ServiceAtLocation.objects.filter(pk=place_id, service=found).select_related("location").first()
    if place is None:
        raise Http404
    return _place(request, found, place)


def _place(request: HttpRequest, found: Service, place: ServiceAtLocation | None) -> HttpResponseBase:
    form = PlaceForm(request.POST or None, initial=PlaceForm.initial_of(place) if place else None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.save_place(
                service=found,
                place=form.place(place),
                place_id=place.pk if place else None,
                by=request.actor,  # type: ignore[attr-defined]
            )
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("directory:service", found.pk)
    return render(request, "directory/place_form.html", {"form": form, "service": found, "place": place})


@require_POST
@desk(Permission.DIRECTORY_KEEP)
def remove_place(request: HttpRequest, service_id: UUID, place_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id)
    rules.remove_place(service=found, place_id=place_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("The place is taken away."))
    return redirect("directory:service", found.pk)


@require_POST
@desk(Permission.DIRECTORY_KEEP)
def publish(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id)
    try:
        rules.publish_service(service=found, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("Published: everybody can find it now, and your body vouches for it."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("directory:service", found.pk)


@require_POST
@desk(Permission.DIRECTORY_KEEP)
def withdraw(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id)
    try:
        rules.withdraw_service(service=found, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("Withdrawn: nobody finds it any more. It can be published again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("directory:service", found.pk)


@require_POST
@desk(Permission.DIRECTORY_KEEP)
def still_true(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    found = _fetched(request, service_id)
    vouch = Vouch.objects.filter(object_id=found.pk).first()
    if vouch is None:
        raise Http404
    confirm(vouch=vouch, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("Thank you: it is marked as verified today."))
    return redirect("directory:service", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DIRECTORY_KEEP)
def imported(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """What an import brought, to be looked at; the drafts that are ready are published together."""
    actor = request.actor  # type: ignore[attr-defined]
    handed = importing.import_of(actor, import_id)
    if handed is None:
        raise Http404
    entries = importing.entries_of(handed)
    if request.method == "POST":
        done = publish_all(services=entries, by=actor)
        messages.success(
            request, ngettext("%(n)s entry is published.", "%(n)s entries are published.", done) % {"n": done}
        )
        return redirect("directory:imported", import_id)
    rows = [(entry, publishing.lacking(entry)) for entry in entries]
    ready = sum(entry.state == State.DRAFT and not lacking for entry, lacking in rows)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    return render(
        request, "directory/imported.html", {"handed": handed, "page": page, "ready": ready, "total": len(rows)}
    )
