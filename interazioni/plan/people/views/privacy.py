"""Subject access and erasure (Regulation (EU) 2016/679, articles 15 and 17)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.privacy.registry import Section
from interazioni.foundation.ui.export import workbook_response
from interazioni.foundation.ui.registry import tabbed
from interazioni.plan.people import rules
from interazioni.plan.people.forms import EraseForm
from interazioni.plan.people.views.person import fetched


@require_safe
@desk(Permission.PEOPLE_ERASE)
def privacy(request: HttpRequest, person_id: UUID) -> HttpResponse:
    fetched(request.actor, person_id)  # type: ignore[attr-defined]
    return render(request, "people/privacy.html", {**tabbed(request, "person", person_id), "subject_id": person_id})


@require_POST
@desk(Permission.PEOPLE_ERASE)
def give_access(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    """Everything kept about the person: as a page to print, a workbook or JSON (article 20)."""
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    sections = rules.give_access(person_id=person_id, by=actor)
    form = request.POST.get("as", "")
    if form == "xlsx":
        rows = ([str(section.title), *map(_cell, row)] for section in sections for row in section.rows)
        return workbook_response(
            person.code, [_("Part"), _("What"), _("Value"), "", "", "", ""], rows, sheet=person.code
        )
    if form == "json":
        response = JsonResponse(
            {"person": person.code, "sections": [_plain(each) for each in sections]},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{person.code}.json"'
        return response
    return render(request, "people/access.html", {"person": person, "sections": sections})


def _cell(value: object) -> Any:
    return value if isinstance(value, int | float | date) or value is None else str(value)


def _plain(section: Section) -> dict[str, Any]:
    columns = [str(column) for column in section.columns]
    return {
        "title": str(section.title),
        "rows": [
            dict(
                zip(
                    columns,
                    (
                        v.isoformat() if isinstance(v, date | datetime) else v if isinstance(v, int | float) else str(v)
                        for v in row
                    ),
                    strict=False,
                )
            )
            for row in section.rows
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_ERASE)
def erase(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    form = EraseForm(request.POST or None, surname=person.surname)
    if request.method == "POST" and form.is_valid():
        rules.erase_person(person_id=person_id, reason=form.cleaned_data["reason"], by=actor)
        messages.success(request, _("Everything personal about %(code)s is erased.") % {"code": person.code})
        return redirect("people:list")
    return render(request, "people/erase.html", {"person": person, "form": form})
