"""Registering a person, and the two fragments that help while it is being typed."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.vocabularies import countries, municipalities
from interazioni.plan.people import queries, rules
from interazioni.plan.people.forms import PARENTS, SLOTS, PersonForm, day_asked
from interazioni.plan.people.queries import Alike
from interazioni.plan.people.record import LABELS
from interazioni.plan.people.rules import Outcome, PersonData, Registered
from interazioni.plan.programme.models import Plan


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_REGISTER)
def register(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return render(request, "people/register.html", form_context(PersonForm(actor=actor)))
    form = PersonForm(request.POST, actor=actor)
    context: dict[str, Any] = {}
    if form.is_valid():
        data = form.cleaned_data["stated"]
        answer = request.POST.get("same_as", "")
        found = [] if answer else _alike(actor, data)
        if not found:
            same_as = as_uuid(answer)
            # The page has shown who is alike, or there was nobody: from here on it is somebody new, or the one chosen.
            result = rules.register_person(data=replace(data, same_as=same_as, new=same_as is None), by=actor)
            if result.outcome is not Outcome.CONFLICT:
                _say(request, data, result)
                return redirect("people:detail", result.person_id)
            if "not_found" in result.codes:
                raise Http404
            _refuse_code(form, result, actor)
        context = {"alike": found, "asks": bool(found)}
    status = 422 if request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "people/register.html", {**form_context(form), **context}, status=status)


def _refuse_code(form: PersonForm, result: Registered, actor: Actor) -> None:
    bearer = queries.visible_to(actor).filter(pk__in=result.candidates).first()
    name = f"{bearer.surname} {bearer.name}" if bearer else ""
    form.add_error("tax_code", _("%(name)s, who is on record already, has this tax code.") % {"name": name})


def _say(request: HttpRequest, data: PersonData, result: Registered) -> None:
    name = f"{data.surname} {data.name}"
    if result.outcome is Outcome.CREATED:
        messages.success(request, _("%(name)s is registered.") % {"name": name})
    elif result.outcome is Outcome.MERGED:
        messages.success(
            request, _("%(name)s was on record already: what was missing there was added.") % {"name": name}
        )
    else:
        messages.info(request, _("%(name)s was on record already.") % {"name": name})
    if result.codes:
        fields = ", ".join(str(LABELS[code]) for code in result.codes)
        messages.warning(
            request, _("What you typed differs from what is on record, which stays: %(fields)s.") % {"fields": fields}
        )


def _alike(actor: Actor, data: PersonData) -> list[Alike]:
    return queries.alike(
        actor, surname=data.surname, name=data.name, birth_date=data.birth_date, tax_code=data.tax_code,
        permit_number=data.permit_number,
    )  # fmt: skip


@require_POST
@desk(Permission.PEOPLE_REGISTER)
def alike(request: HttpRequest) -> HttpResponse:
    """Who on record may be the one being typed. POST, though it writes nothing: a name has no place in an address."""
    actor = request.actor  # type: ignore[attr-defined]
    form = PersonForm(request.POST, actor=actor)
    form.is_valid()
    # What cannot be read yet helps nobody to be found.
    found = _alike(actor, form.cleaned_data["stated"])
    but = as_uuid(request.POST.get("but", ""))
    return render(request, "people/_alike.html", {"alike": [each for each in found if each.person.pk != but]})


@require_POST
@desk(Permission.PEOPLE_VIEW)
def preview(request: HttpRequest) -> HttpResponse:
    """For which groups of recipients the one being typed counts."""
    form = PersonForm(request.POST, actor=request.actor)  # type: ignore[attr-defined]
    return render(request, "people/_eligibility.html", eligibility_context(form, day_asked(request.POST.get("on"))))


@require_safe
@desk(Permission.PEOPLE_VIEW)
def places(request: HttpRequest) -> HttpResponse:
    """Municipalities that begin so, for the page's list of suggestions. No personal value: a place's name."""
    typed = (request.GET.get("municipality") or request.GET.get("birth_municipality") or "")[:40]
    found = municipalities.search(typed, region="Piemonte", limit=12) if len(typed) >= 2 else []
    return render(request, "people/_places.html", {"places": found})


def eligibility_context(form: PersonForm, day: Any) -> dict[str, Any]:
    plan = plan_of_today()
    return {"verdicts": queries.verdicts_for(form.facts(), plan, day) if plan else [], "day": day}


def plan_of_today() -> Plan | None:
    """The plan under way; before and after it, the nearest."""
    plans = list(Plan.objects.order_by("-starts_date"))
    today = clock.today()
    return next((plan for plan in plans if plan.starts_date <= today), plans[-1] if plans else None)


def form_context(form: PersonForm) -> dict[str, Any]:
    """The form as the page lays it out."""
    language = (get_language() or "it")[:2]
    return {
        "form": form,
        "citizenships": [
            (form[f"citizenship_{slot}"], form[f"citizenship_{slot}_since"], form[f"citizenship_{slot}_until"])
            for slot in range(1, SLOTS + 1)
        ],
        "parents": [
            (legend, [form[f"{kind}_{part}"] for part in ("name", "citizenship", "birth_country", "phone", "language")])
            for kind, legend in zip(PARENTS, (_("Mother"), _("Father"), _("Guardian")), strict=True)
        ],
        "countries": [name for _code, name in countries.choices(language)],
        "permit_fields": [
            form[name] for name in ("permit_reason", "permit_number", "permit_issued_date", "permit_expiry_date")
        ],
    }
