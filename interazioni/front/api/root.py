"""The API as a whole: django-ninja reads addresses and writes the OpenAPI; `ui.public` keeps the answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from interazioni.foundation.ui.public import public, public_now
from interazioni.front.api import problems
from interazioni.front.api.feeds.router import router as feeds
from interazioni.front.api.hsds.router import router as hsds
from interazioni.front.api.linked.router import router as linked
from interazioni.front.api.parameters import absolute
from interazioni.front.api.search import router as search

View = Callable[..., HttpResponse]


class Letters(JSONRenderer):
    """Letters as they are: an answer in Arabic is a third as long."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


api = NinjaAPI(
    title="InterAzioni, open data", version="1", urls_namespace="api", docs_url=None, openapi_url=None, renderer=Letters(),
    description="What the portal tells, for other systems: no key, no account, the same for everybody. Every answer has an ETag; "
    "ask again with If-None-Match and what has not changed costs nothing. Faults are problems after RFC 9457.",
)  # fmt: skip
problems.teach(api)
api.add_router("/hsds", hsds)
api.add_router("/v1", search)
api.add_router("", linked)
api.add_router("/feeds", feeds)


@api.get("/", summary="Where everything is", tags=["InterAzioni"])
def root(request: HttpRequest) -> HttpResponse:
    return JsonResponse({name: absolute(path) for name, path in ADDRESSES.items()})


@api.get("/openapi.json", summary="This description", tags=["InterAzioni"])
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/"))


ADDRESSES = {
    "openapi": "/api/openapi.json",
    "hsds": "/api/hsds/",
    "search": "/api/v1/search",
    "cpsv": "/api/cpsv/services.ttl",
    "dcat": "/api/dcat.ttl",
    "rss": "/api/feeds/latest.rss",
    "atom": "/api/feeds/latest.atom",
    "json_feed": "/api/feeds/latest.json",
    "events": "/api/feeds/events.ics",
    "page": "/open-data/",
}


def given_away(view: View, *, timed: bool = False) -> View:
    """A public page for programs: ETag and 304 without a look at the rows, kept until something changes, readable from any site's script."""
    kept = (public_now if timed else public)(_as_get(view))

    @wraps(kept)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return problems.problem(405, "Here one can only read.", headers={"Allow": "GET, HEAD"})
        response = kept(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    wrapper.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is ever written: a POST is refused above
    return wrapper


def _as_get(view: View) -> View:
    """ninja knows HEAD only as another method; the server sends no body either way."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method, request.method = request.method, "GET"
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = method

    return wrapper
