"""The list of a body's people, and the list as a workbook."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.ui.export import workbook_response
from interazioni.foundation.ui.tables import paged
from interazioni.plan.people import queries, rules
from interazioni.plan.people.models import Person
from interazioni.plan.people.record import LABELS, words
from interazioni.plan.people.tables import PeopleFilter, PeopleTable


@require_safe
@desk(Permission.PEOPLE_VIEW)
def people(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    chosen = PeopleFilter(request.GET, queryset=queries.listed(actor), present=queries.citizenships_present(actor))
    table = PeopleTable(chosen.qs if chosen.is_valid() else chosen.queryset.none())
    narrowed = chosen.narrowed_by if chosen.is_valid() else ["state"]
    return render(
        request,
        "people/list.html",
        {
            "filter": chosen,
            "table": paged(request, table),
            "narrowed": narrowed,
            "narrowed_more": set(narrowed) - {"q"},
            "may_register": actor.can(Permission.PEOPLE_REGISTER),
            "may_import": actor.can(Permission.IMPORTS_RUN),
            "may_export": actor.can(Permission.PEOPLE_EXPORT),
        },
    )


@require_POST
@desk(Permission.PEOPLE_EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as it is filtered, with every field, as a workbook."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = PeopleFilter(request.GET, queryset=queries.visible_to(actor), present=queries.citizenships_present(actor))
    if not chosen.is_valid():
        return redirect(reverse("people:list"))
    found = list(chosen.qs.select_related("school").order_by("match_name", "id"))
    rules.export_people(count=len(found), filters=chosen.narrowed_by, by=actor)
    columns = [_("Code"), *(str(label).capitalize() for label in LABELS.values())]
    return workbook_response(_("people"), columns, _rows(found), sheet=_("People"))


def _rows(found: list[Person]) -> Iterator[list[Any]]:
    language = (get_language() or "it")[:2]
    stated = queries.stated_of(found)
    for person in found:
        data = stated[person.pk]
        schools = {person.school.pk: person.school.name} if person.school else {}
        yield [
            person.code,
            *(
                getattr(data, name) if name.endswith("_date") else words(data, name, schools=schools, language=language)
                for name in LABELS
            ),
        ]
