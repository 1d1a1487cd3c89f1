"""The public site. Each page is the same for everybody: see `ui.public`."""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from interazioni.actions.content import queries as content
from interazioni.actions.content.models import KINDS as CONTENTS
from interazioni.actions.directory import queries as directory
from interazioni.actions.directory.models import Theme
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.core.visitors import visitor
from interazioni.foundation.freshness import rules as freshness
from interazioni.foundation.search.queries import Filters, Found, Results, themes
from interazioni.foundation.search.queries import search as found_by
from interazioni.foundation.translation.queries import Marked
from interazioni.foundation.ui.public import about, address, public, public_now, spoken, under
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.municipalities import by_istat
from interazioni.front.api.feeds import discovery
from interazioni.front.portal import maps
from interazioni.front.portal.forms import SearchForm, SuggestForm
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.partners.queries import bodies as all_bodies
from interazioni.plan.partners.queries import system_actor
from interazioni.plan.programme.models import Plan, RecipientGroup

PER_PAGE = 20
MOST_ON_MAP = 500
MOST_WIDER = 5  # where nothing was found
THEME_ICONS = {
    Theme.ARRIVING: "it-map-marker-circle", Theme.PERMITS: "it-card", Theme.SCHOOL: "it-pencil", Theme.HOME: "it-key", Theme.WORK: "it-tool",
    Theme.HEALTH: "it-plus-circle", Theme.FAMILY: "it-user", Theme.RIGHTS: "it-flag",
}  # fmt: skip


# The numbers that answer by day and by night: the single emergency number; the one against violence (contents/guides/violenza-1522).
URGENT = [("112", _("Emergencies: police, ambulance, fire brigade")), ("1522", _("Violence and stalking"))]
LATEST = 3  # of a kind, on the first page


@public_now
def home(request: HttpRequest) -> HttpResponse:
    latest = []
    for kind in ("event", "opportunity", "news"):
        found = found_by("", spoken(), Filters(kinds=(kind,), since=clock.now()), per_page=LATEST)
        if found.items:
            latest.append((kind, LISTS[kind][0], found.items, address(f"portal:{kind}_list")))
    return render(
        request, "portal/home.html",
        {"needs": [(theme, THEME_ICONS[theme]) for theme in Theme], "urgent": URGENT, "latest": latest, "plans": Plan.objects.order_by("starts_date")},
    )  # fmt: skip


@public_now
def plan(request: HttpRequest) -> HttpResponse:
    """What is done, for whom, and what its bodies write about it."""
    plans = Plan.objects.order_by("starts_date").prefetch_related(
        "action_set__activities", "recipientgroup_set", "indicator_set"
    )
    title, intro = LISTS["plan_page"]
    pages = found_by("", spoken(), Filters(kinds=("plan_page",)), per_page=PER_PAGE)
    return render(
        request, "portal/plan.html",
        {"title": title, "intro": intro, "pages": pages.items, "plans": [(each, _targets(each)) for each in plans]},
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
    if form.as_map():  # one question: the pins are all that is found, the list below is a page of it
        everything = found_by(form.words(), spoken(), filters, per_page=MOST_ON_MAP)
        results = replace(everything, items=everything.items[(page - 1) * PER_PAGE : page * PER_PAGE])
    else:
        results = found_by(form.words(), spoken(), filters, page=page, per_page=PER_PAGE, gathered=form.gathered())
    context = {
        "form": form, "results": results, "page": page, "pages": -(-results.total // PER_PAGE), "words": form.words(),
        "filtered": filters.any(), "narrowed": replace(filters, municipality="", near=None).any(), "wider": None if results.items else _wider(form, filters),
        "more": form.address(page=page + 1) if page * PER_PAGE < results.total else "", "fewer": form.address(page=page - 1) if page > 1 else "",
        "same_question": form.address(page=1),
        "bare": form.address_without_filters(), "needs": list(Theme), "as_list": form.address(view="", page=1), "as_map": form.address(view="map", page=1),
    }  # fmt: skip
    if form.as_map():
        drawing = maps.drawn(everything.items, filters.near)
        context |= {
            "map": drawing,
            "pins": [(pin, form.address(place=pin.istat, view="", page=1)) for pin in drawing.pins],
        }
    return render(request, "portal/search.html", context)


def _wider(form: SearchForm, filters: Filters) -> Results:
    """Nothing found: what there is without the filters; or else where somebody can be asked. No page without a next step."""
    since = Filters(since=filters.since)
    if form.words() and filters.any():
        found = found_by(form.words(), spoken(), since, per_page=MOST_WIDER, gathered=True)
        if found.items:
            return found
    of_theme = replace(since, theme=filters.theme or Theme.ARRIVING, municipality=filters.municipality)
    for wider in (of_theme, since):
        found = found_by("", spoken(), wider, per_page=PER_PAGE, gathered=True)
        if found.items:  # offices before what is only to be read
            return replace(found, items=sorted(found.items, key=lambda one: one.kind != "service")[:MOST_WIDER])
    return Results([], 0)


@public_now
def service(request: HttpRequest, slug: str) -> HttpResponse:
    sheet = directory.sheet(slug, spoken())
    if sheet is None:
        raise Http404
    near = _near(sheet.service.theme, sheet.service.pk)
    spoken_here = [languages.name_of(languages.tag(code), spoken().partition("-")[0]) for code in sheet.service.spoken]
    page = render(
        request, "portal/service.html",
        {"sheet": sheet, "service": sheet.service, "words": sheet.words, "near": near, "spoken_here": spoken_here,
         "base": settings.BASE_URL.rstrip("/")},
    )  # fmt: skip
    return about(page, "service", sheet.service.pk)


def _near(theme: str, other_than: UUID) -> list[Found]:
    """What else there is on a theme: the next step from a page."""
    found = found_by("", spoken(), Filters(theme=theme, since=clock.now()), per_page=6, gathered=True)
    return [one for one in found.items if one.object_id != other_than][:5]


@public
def bodies(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    listed = [
        (body, place.name if (place := by_istat(body.municipality)) else "")
        for body in all_bodies()
        if not kind or body.kind == kind
    ]
    return render(request, "portal/bodies.html", {"bodies": listed, "kinds": BodyKind.choices, "kind": kind})


LISTS = {
    "service": (_("Services"), _("Help, courses and services for people who come from other countries")),
    "guide": (_("Guides"), _("What to do, step by step, in plain words.")),
    "plan_page": (_("The plan"), _("What InterAzioni is, and how to take part.")),
    "news": (_("News"), _("What is new for people who come from other countries.")),
    "opportunity": (_("Opportunities"), _("Courses, calls and help that end on a day.")),
    "event": (_("Events"), _("Meetings, courses and feasts that are coming.")),
}


@public_now
def entries(request: HttpRequest, kind: str) -> HttpResponse:
    """All of a kind, by theme; what has a day comes first that comes first."""
    form = SearchForm(request.GET)
    title, intro = LISTS[kind]
    filters = replace(form.filters(), kinds=(kind,))
    page = form.page()
    results = found_by("", spoken(), filters, page=page, per_page=PER_PAGE, gathered=True)
    return render(
        request, "portal/entries.html",
        {
            "kind": kind, "title": title, "intro": intro, "results": results, "chips": _chips(filters), "page": page, "pages": -(-results.total // PER_PAGE), "theme": filters.theme,
            "more": form.address(page=page + 1) if page * PER_PAGE < results.total else "", "fewer": form.address(page=page - 1) if page > 1 else "",
        },
    )  # fmt: skip


def _chips(filters: Filters) -> list[Theme]:
    """The themes that something is about: no choice leads to an empty list."""
    there = themes(spoken(), replace(filters, theme=""))
    return [theme for theme in Theme if theme.value in there]


@public_now
def entry(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = content.page(kind, slug, spoken())
    if page is None:
        if now_at := content.moved(f"{CONTENTS[kind].folder}/{slug}/"):
            return redirect(under(now_at), permanent=True)
        raise Http404
    also = content.led_to(page.entry, spoken())
    near = also or _near(page.entry.theme, page.entry.pk)
    drawn = render(
        request, "portal/entry.html", {"page": page, "near": near, "also": also, "suggest": f"portal:suggest_{kind}"}
    )
    return about(drawn, kind, page.entry.pk)


@public
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the service worker, shown where there is no connection."""
    return render(request, "portal/offline.html")


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the portal an application on a phone's first page, in its language."""
    start = address("portal:home")
    icons = [
        {"src": static(f"ui/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
    ]
    said = {
        "name": "InterAzioni", "short_name": "InterAzioni", "lang": languages.tag(spoken()), "dir": languages.direction(spoken()), "start_url": start,
        "id": start, "scope": "/", "display": "standalone", "background_color": "#ffffff", "theme_color": "#0066cc",
        "description": str(_("Help, courses and services for people who come from other countries")), "icons": icons,
    }  # fmt: skip
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/manifest+json")


@public
def open_data(request: HttpRequest) -> HttpResponse:
    """The addresses for other systems, for who would like to use them."""
    addresses = [
        (_("Services, after the standard HSDS 3.1"), reverse("api:hsds")), (_("Search"), reverse("api:search")),
        (_("Services as linked data (CPSV-AP)"), reverse("api:cpsv_services", args=["ttl"])),
        (_("The catalogue of these data (DCAT-AP)"), reverse("api:dcat_catalogue", args=["ttl"])),
        (_("Description of all addresses (OpenAPI)"), reverse("api:openapi")), (_("All public pages"), reverse("api:sitemap")),
    ]  # fmt: skip
    return render(
        request, "portal/open_data.html",
        {"themes": list(Theme), "feeds": discovery.NAMES.items(), "licence": settings.OPEN_DATA_LICENCE, "addresses": addresses, "tag": languages.tag(spoken())},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    with translation.override(language):
        sheet = directory.sheet(slug, spoken())
        if sheet is None:
            raise Http404
        topic = Topic(
            "service", sheet.service.pk, sheet.service.body, sheet.words["name"], address("portal:service", slug=slug)
        )
        return _suggest(request, language, topic)


@require_http_methods(["GET", "HEAD", "POST"])
def suggest_on_entry(request: HttpRequest, language: str, kind: str, slug: str) -> HttpResponse:
    with translation.override(language):
        page = content.page(kind, slug, spoken())
        if page is None:
            raise Http404
        topic = Topic(kind, page.entry.pk, page.entry.body, page.words["title"], address(f"portal:{kind}", slug=slug))
        return _suggest(request, language, topic)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a reader's suggestion is about."""

    kind: str
    object_id: UUID
    body: Body
    name: Marked
    back: str


def _suggest(request: HttpRequest, language: str, topic: Topic) -> HttpResponse:
    """What is wrong or missing, in the reader's words and language. No account, no name; kept by no proxy."""
    form = SuggestForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        by = system_actor(topic.body)
        try:
            with acting(by):
                freshness.suggest(
                    kind=topic.kind, object_id=topic.object_id, text=form.cleaned_data["text"], contact=form.cleaned_data["contact"],
                    language=language, visitor=visitor(request), by=by,
                )  # fmt: skip
        except freshness.TooMany as refusal:
            form.add_error(None, refusal)
            status = 429
        else:
            return render(request, "portal/suggest.html", {"topic": topic, "thanks": True})
    response = render(request, "portal/suggest.html", {"topic": topic, "form": form}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


# Whoever is logged in reads and writes here as everybody does: their own body's eyes would not see another's entry.
suggest.anonymous = suggest.public = True  # type: ignore[attr-defined]
suggest_on_entry.anonymous = suggest_on_entry.public = True  # type: ignore[attr-defined]  # read by tests/access and the middleware
