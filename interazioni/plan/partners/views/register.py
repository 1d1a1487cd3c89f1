"""The register of bodies and partnerships, a body's page, and the readable table of who may do what."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.ui.registry import tabbed
from interazioni.foundation.ui.tables import export_asked, paged
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners import queries, rules
from interazioni.plan.partners.forms import BodyForm, Closures, NewBodyForm, PartnershipForm, SiteForm
from interazioni.plan.partners.tables import BodiesFilter, BodiesTable, PartnershipsTable


@desk(None)
def bodies(request: HttpRequest) -> HttpResponseBase:
    chosen = BodiesFilter(request.GET, queryset=queries.register())
    table = BodiesTable(chosen.qs if chosen.is_valid() else queries.register().none())
    if export_asked(request):
        return table.workbook(_("bodies"))
    return render(
        request,
        "partners/bodies.html",
        {
            "filter": chosen,
            "table": paged(request, table),
            "narrowed": any(request.GET.get(name) for name in chosen.filters),
            "may_register": request.actor.can(Permission.BODIES_MANAGE),  # type: ignore[attr-defined]
        },
    )


@desk(None)
def mine(request: HttpRequest) -> HttpResponseBase:
    return redirect("partners:body", request.actor.body_id)  # type: ignore[attr-defined]


@desk(None)
def body(request: HttpRequest, body_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(queries.register().prefetch_related("sites"), pk=body_id)
    return render(
        request,
        "partners/body.html",
        {
            **tabbed(request, "body", body_id),
            "body": found,
            "place": municipalities.by_istat(found.municipality) or found.municipality,
            "sites": [(site, municipalities.by_istat(site.municipality)) for site in found.sites.all()],
            "closures": found.closed_spans(),
            "may_correct": actor.can(Permission.BODIES_MANAGE),
            "may_close": actor.body_id == body_id and actor.can(Permission.EDITIONS_MANAGE),
        },
    )


@desk(Permission.BODIES_MANAGE)
def new_body(request: HttpRequest) -> HttpResponseBase:
    form = NewBodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = rules.register_body(**form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("The body is in the register. Invite its coordinator next."))
        return redirect("partners:members", made.pk)
    trail = [(_("Bodies"), reverse("partners:bodies"))]
    return _form(request, form, _("Register a body"), _("Enter in the register"), reverse("partners:bodies"), trail)


@desk(Permission.BODIES_MANAGE)
def correct_body(request: HttpRequest, body_id: UUID) -> HttpResponseBase:
    found = get_object_or_404(queries.bodies(), pk=body_id)
    form = BodyForm(request.POST or None, initial={name: getattr(found, name) for name in rules.CORRECTABLE})
    if request.method == "POST" and form.is_valid():
        rules.correct_body(body=found, changes=form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("The register is corrected."))
        return redirect("partners:body", body_id)
    page = reverse("partners:body", args=[body_id])
    return _form(request, form, _("Correct the register"), _("Save"), page, [(found.name, page)])


@desk(Permission.BODIES_MANAGE)
def new_site(request: HttpRequest, body_id: UUID) -> HttpResponseBase:
    found = get_object_or_404(queries.bodies(), pk=body_id)
    form = SiteForm(request.POST or None, body=found)
    if request.method == "POST" and form.is_valid():
        rules.register_site(body=found, **form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("The site is in the register."))
        return redirect("partners:body", body_id)
    page = reverse("partners:body", args=[body_id])
    return _form(request, form, _("Add a site"), _("Add"), page, [(found.name, page)])


@desk(Permission.EDITIONS_MANAGE)
def closures(request: HttpRequest, body_id: UUID) -> HttpResponseBase:
    """School holidays and other days without sessions: as many pairs of days as there are, and three empty ones."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.body_id != body_id:
        raise Http404
    found = get_object_or_404(queries.bodies(), pk=body_id)
    initial = [{"first": first, "last": last} for first, last in found.closed_spans()]
    formset = Closures(request.POST or None, initial=initial, prefix="closure")
    if request.method == "POST" and formset.is_valid():
        spans = formset.spans  # type: ignore[attr-defined]
        rules.set_closures(body=found, closures=spans, by=actor)
        messages.success(request, _("The closures are kept. Sessions that are planned from now on leave them out."))
        return redirect("partners:body", body_id)
    return render(request, "partners/closures.html", {"formset": formset, "body": found})


@desk(None)
def partnerships(request: HttpRequest) -> HttpResponseBase:
    table = PartnershipsTable(queries.partnerships())
    if export_asked(request):
        return table.workbook(_("partnerships"))
    may_form = request.actor.can(Permission.BODIES_MANAGE)  # type: ignore[attr-defined]
    return render(request, "partners/partnerships.html", {"table": paged(request, table), "may_form": may_form})


@desk(None)
def partnership(request: HttpRequest, partnership_id: UUID) -> HttpResponseBase:
    found = get_object_or_404(queries.partnerships(), pk=partnership_id)
    return render(request, "partners/partnership.html", {"partnership": found, "members": found.members.all()})


@desk(Permission.BODIES_MANAGE)
def new_partnership(request: HttpRequest) -> HttpResponseBase:
    form = PartnershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rules.form_partnership(**form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        except ValidationError as fault:
            form.add_error(None, fault.messages)
        else:
            messages.success(request, _("The partnership is in the register."))
            return redirect("partners:partnership", made.pk)
    trail = [(_("Partnerships"), reverse("partners:partnerships"))]
    return _form(request, form, _("Form a partnership"), _("Form it"), reverse("partners:partnerships"), trail)


@desk(None)
def who_may_what(request: HttpRequest) -> HttpResponseBase:
    roles, rows = queries.who_may_what()
    return render(request, "partners/roles.html", {"roles": roles, "rows": rows})


def _form(
    request: HttpRequest, form: object, title: str, submit: str, cancel: str, trail: list[tuple[str, str]]
) -> HttpResponseBase:
    said = {"form": form, "title": title, "submit": submit, "cancel": cancel, "trail": trail}
    return render(request, "partners/form.html", said)
