"""The register of associations on the desk."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.ui.tables import export_asked, paged
from interazioni.foundation.vocabularies import countries, languages, municipalities
from interazioni.plan.associations import queries, rules
from interazioni.plan.associations.forms import AssociationFilter, AssociationForm, AssociationTable
from interazioni.plan.associations.models import Association


@require_safe
@desk(Permission.ASSOCIATIONS_VIEW)
def associations(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    chosen = AssociationFilter(request.GET, queryset=queries.visible_to(actor))
    table = AssociationTable(chosen.qs)
    if export_asked(request):
        return table.workbook(_("associations"))
    context = {
        "filter": chosen,
        "table": paged(request, table),
        "may_register": actor.can(Permission.ASSOCIATIONS_MANAGE),
    }
    return render(request, "associations/list.html", context)


def _fetched(request: HttpRequest, association_id: UUID) -> Association:
    found = queries.visible_to(request.actor).filter(pk=association_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@require_safe
@desk(Permission.ASSOCIATIONS_VIEW)
def detail(request: HttpRequest, association_id: UUID) -> HttpResponse:
    association, language = _fetched(request, association_id), (get_language() or "it")[:2]
    return render(
        request,
        "associations/detail.html",
        {
            "association": association,
            "municipality": municipalities.by_istat(association.municipality),
            "countries": ", ".join(countries.name_of(code, language) for code in association.countries),
            "languages": ", ".join(languages.name_of(tag, language) for tag in association.languages),
            "may_correct": queries.may_correct(request.actor, association),  # type: ignore[attr-defined]
            "events": audit.history("association", association_id),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.ASSOCIATIONS_MANAGE)
def register(request: HttpRequest) -> HttpResponseBase:
    """Before a new entry is made, those that are called alike are shown once."""
    actor = request.actor  # type: ignore[attr-defined]
    form = AssociationForm(request.POST or None)
    alike: list[Association] = []
    if request.method == "POST" and form.is_valid():
        alike = [] if "new" in request.POST else queries.alike(actor, form.cleaned_data["name"])
        if not alike:
            try:
                association = rules.register_association(**form.cleaned_data, by=actor)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(name)s is in the register.") % {"name": association.name})
                return redirect("associations:detail", association.pk)
    return render(request, "associations/form.html", {"form": form, "alike": alike, "association": None})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.ASSOCIATIONS_MANAGE)
def correct(request: HttpRequest, association_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    association = _fetched(request, association_id)
    if not queries.may_correct(actor, association):
        raise Denied(Permission.ASSOCIATIONS_MANAGE)
    initial = {name: getattr(association, name) for name in rules.FIELDS}
    form = AssociationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rules.correct_association(association_id=association_id, **form.cleaned_data, by=actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The entry is corrected."))
            return redirect("associations:detail", association_id)
    return render(request, "associations/form.html", {"form": form, "alike": [], "association": association})
