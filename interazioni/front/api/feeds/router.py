"""Feeds, by language, theme and territory."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from interazioni.actions.directory.models import Theme
from interazioni.foundation.ui.public import address
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.feeds import formats
from interazioni.front.api.feeds.items import FED, Wanted, events, newest
from interazioni.front.api.parameters import Language, PlaceCode, ThemeCode, absolute, places, refuse

router = Router(tags=["Feeds"])
Form = Annotated[Literal["rss", "atom", "json"], Path(description="RSS 2.0, Atom or JSON Feed 1.1.")]
Kind = Annotated[
    str,
    Query(max_length=30, description=f"Only things of this kind: {', '.join(FED)}."),
]
MEDIA = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
WRITERS = {"rss": formats.rss, "atom": formats.atom, "json": formats.json_feed}


def documented(*media: str) -> dict[str, Any]:
    return {
        "responses": {
            200: {"description": "The feed.", "content": {one: {"schema": {"type": "string"}} for one in media}}
        }
    }


@router.get("/latest.{form}", summary="What is new or has changed", openapi_extra=documented(*MEDIA.values()))
def feed(
    request: HttpRequest,
    form: Form,
    language: Language = "it",
    theme: ThemeCode = "",
    place: PlaceCode = "",
    kind: Kind = "",
) -> HttpResponse:
    if kind and kind not in FED:
        raise refuse("kind", f"one of: {', '.join(FED)}")
    with translation.override(language):
        items = newest(_wanted(language, theme, place, kind))
        text = WRITERS[form](_channel(request, language, theme, place), items)
    return _served(HttpResponse(text, content_type=f"{MEDIA[form]}; charset=utf-8"), language)


@router.get("/events.ics", summary="Events, for calendars", openapi_extra=documented("text/calendar"))
def feed_events(
    request: HttpRequest, language: Language = "it", theme: ThemeCode = "", place: PlaceCode = ""
) -> HttpResponse:
    with translation.override(language):
        body = formats.calendar(_channel(request, language, theme, place), events(_wanted(language, theme, place)))
    return _served(HttpResponse(body, content_type="text/calendar; charset=utf-8"), language)


@router.get("/events/{uuid:public_id}.ics", summary="One event", openapi_extra=documented("text/calendar"))
def feed_event(request: HttpRequest, public_id: UUID, language: Language = "it") -> HttpResponse:
    with translation.override(language):
        found = events(Wanted(language=language, only=public_id))
        if not found:
            raise Http404
        body = formats.calendar(_channel(request, language, "", ""), found)
    return _served(HttpResponse(body, content_type="text/calendar; charset=utf-8"), language)


def _wanted(language: str, theme: str, place: str, kind: str = "") -> Wanted:
    return Wanted(language, kind, theme, places(place) if place else ())


def _channel(request: HttpRequest, language: str, theme: str, place: str) -> formats.Channel:
    """Named after what it holds, in its language. Its own address has its parameters in one order, however they were asked."""
    asked = {"lang": languages.tag(language), "theme": theme, "place": place, "kind": request.GET.get("kind", "")}
    query = {name: value for name, value in asked.items() if value}
    about = [str(Theme(theme).label) if theme else "", _named(place)]
    searched = {name: value for name, value in (("theme", theme), ("place", place if len(place) == 6 else "")) if value}
    return formats.Channel(
        title=" · ".join(filter(None, ["InterAzioni", *about])), description=_("What is new or has changed"), language=language,
        address=absolute(f"{request.path}?{urlencode(query)}"), page=absolute(address("portal:search", language) + (f"?{urlencode(searched)}" if searched else "")),
    )  # fmt: skip


def _named(place: str) -> str:
    codes = places(place) if place else []
    town = municipalities.by_istat(codes[0]) if codes else None
    if town is None:
        return ""
    return town.province_name if len(place) == 2 else town.name


def _served(response: HttpResponse, language: str) -> HttpResponse:
    response.headers["Content-Language"] = languages.tag(language)
    return response
