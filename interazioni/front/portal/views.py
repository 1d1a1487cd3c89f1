"""The public site. Each page is the same for everybody: see `ui.public`."""

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from interazioni.actions.directory import queries as directory
from interazioni.actions.directory.models import Theme
from interazioni.foundation.access.context import acting
from interazioni.foundation.core.visitors import visitor
from interazioni.foundation.freshness import rules as freshness
from interazioni.foundation.search.queries import Filters, Results
from interazioni.foundation.search.queries import search as found_by
from interazioni.foundation.ui.public import about, public, public_now, spoken
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.municipalities import by_istat
from interazioni.front.portal.forms import SearchForm, SuggestForm
from interazioni.plan.partners.models import BodyKind
from interazioni.plan.partners.queries import bodies as all_bodies
from interazioni.plan.partners.queries import system_actor
from interazioni.plan.programme.models import Plan, RecipientGroup

PER_PAGE = 20
THEME_ICONS = {
    Theme.ARRIVING: "it-map-marker-circle", Theme.PERMITS: "it-card", Theme.SCHOOL: "it-pencil", Theme.HOME: "it-key", Theme.WORK: "it-tool",
    Theme.HEALTH: "it-plus-circle", Theme.FAMILY: "it-user", Theme.RIGHTS: "it-flag",
}  # fmt: skip


@public
def home(request: HttpRequest) -> HttpResponse:
    plans = Plan.objects.order_by("starts_date").prefetch_related("action_set__activities", "recipientgroup_set")
    groups = {plan.pk: _targets(plan) for plan in plans}
    return render(
        request, "portal/home.html",
        {"needs": [(theme, THEME_ICONS[theme]) for theme in Theme], "plans": [(plan, groups[plan.pk]) for plan in plans]},
    )  # fmt: skip


def _targets(plan: Plan) -> list[tuple[RecipientGroup, object]]:
    """Each group of recipients with the target of the indicator that counts it."""
    targets = {code: i.target for i in plan.indicator_set.all() if i.target for code in i.texts.get("groups", [])}
    return [(group, targets[group.code]) for group in plan.recipientgroup_set.all() if group.code in targets]


@public_now
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    filters = form.filters()
    page = form.page()
    results = found_by(form.words(), spoken(), filters, page=page, per_page=PER_PAGE)
    context = {
        "form": form, "results": results, "page": page, "pages": -(-results.total // PER_PAGE), "words": form.words(),
        "filtered": filters.any(), "wider": None if results.items else _wider(form, filters),
        "more": form.address(page=page + 1) if page * PER_PAGE < results.total else "", "fewer": form.address(page=page - 1) if page > 1 else "",
        "bare": form.address_without_filters(), "needs": list(Theme),
    }  # fmt: skip
    return render(request, "portal/search.html", context)


def _wider(form: SearchForm, filters: Filters) -> Results | None:
    """Nothing found: what there is without the filters, or on the theme. No page without a next step."""
    if filters.any():
        found = found_by(form.words(), spoken(), Filters(), per_page=5)
        if found.items:
            return found
    return found_by("", spoken(), replace(Filters(), theme=filters.theme), per_page=5)


@public_now
def service(request: HttpRequest, slug: str) -> HttpResponse:
    sheet = directory.sheet(slug, spoken())
    if sheet is None:
        raise Http404
    near = [
        one for one in found_by("", spoken(), Filters(theme=sheet.service.theme), per_page=6).items
        if one.object_id != sheet.service.pk
    ][:5]  # fmt: skip
    spoken_here = [languages.name_of(languages.tag(code), spoken().partition("-")[0]) for code in sheet.service.spoken]
    page = render(
        request, "portal/service.html",
        {"sheet": sheet, "service": sheet.service, "words": sheet.words, "near": near, "spoken_here": spoken_here,
         "source_name": languages.own_name(sheet.words.source_language), "base": settings.BASE_URL.rstrip("/")},
    )  # fmt: skip
    return about(page, "service", sheet.service.pk)


@public
def bodies(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    listed = [
        (body, place.name if (place := by_istat(body.municipality)) else "")
        for body in all_bodies()
        if not kind or body.kind == kind
    ]
    return render(request, "portal/bodies.html", {"bodies": listed, "kinds": BodyKind.choices, "kind": kind})


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """What is wrong or missing, in the reader's words and language. No account, no name; kept by no proxy."""
    with translation.override(language):
        sheet = directory.sheet(slug, spoken())
        if sheet is None:
            raise Http404
        form = SuggestForm(request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            by = system_actor(sheet.service.body)
            try:
                with acting(by):
                    freshness.suggest(
                        kind="service", object_id=sheet.service.pk, text=form.cleaned_data["text"], contact=form.cleaned_data["contact"],
                        language=language, visitor=visitor(request), by=by,
                    )  # fmt: skip
            except freshness.TooMany as refusal:
                form.add_error(None, refusal)
                status = 429
            else:
                return render(request, "portal/suggest.html", {"sheet": sheet, "thanks": True})
        response = render(request, "portal/suggest.html", {"sheet": sheet, "form": form}, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response


suggest.anonymous = True  # type: ignore[attr-defined]  # read by tests/access
