from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from interazioni.foundation.ui.registry import Link
from interazioni.foundation.vocabularies.municipalities import by_istat
from interazioni.front.portal.public import public
from interazioni.plan.partners.models import BodyKind
from interazioni.plan.partners.queries import bodies as all_bodies
from interazioni.plan.programme.models import Plan


def address(page: str, language: str) -> str:
    return reverse(f"portal:{page}" + ("" if language == settings.LANGUAGE_CODE else f"_{language}"))


def frame(page: str) -> dict[str, object]:
    """The same page in the other languages, and the navigation in this one."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "alternatives": [(code, address(page, code), code == current) for code, _name in settings.LANGUAGES],
        "links": [
            Link(label, address(name, current), current=name == page)
            for name, label in (
                ("home", translation.gettext("Home")),
                ("bodies", translation.gettext("Who takes part")),
            )
        ],
        "canonical_root": settings.BASE_URL,
        "home_url": address("home", current),
    }


@public
def home(request: HttpRequest) -> HttpResponse:
    plans = Plan.objects.order_by("starts_date").prefetch_related("action_set__activities", "recipientgroup_set")
    groups = {plan.pk: _targets(plan) for plan in plans}
    return render(request, "portal/home.html", {**frame("home"), "plans": [(plan, groups[plan.pk]) for plan in plans]})


def _targets(plan: Plan) -> list[tuple[str, object]]:
    """Each group of recipients with the target of the indicator that counts it."""
    targets = {code: i.target for i in plan.indicator_set.all() if i.target for code in i.texts.get("groups", [])}
    return [(group.title, targets[group.code]) for group in plan.recipientgroup_set.all() if group.code in targets]


@public
def bodies(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    listed = [
        (body, place.name if (place := by_istat(body.municipality)) else "")
        for body in all_bodies()
        if not kind or body.kind == kind
    ]
    return render(
        request, "portal/bodies.html", {**frame("bodies"), "bodies": listed, "kinds": BodyKind.choices, "kind": kind}
    )
