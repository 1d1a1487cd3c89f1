"""Wagtail's admin, let in through one door: who may write contents, the pages that editors need, and a policy of its own for its scripts."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from csp.constants import SELF
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.datastructures import MultiValueDictKeyError

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core.models import as_uuid

# Of Wagtail's hundred and fifty addresses, those that these editors need. Everything else (pages, sites, users, reports …) is not there.
OPEN = frozenset(
    {
        "wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_block_preview", "wagtailadmin_dismissibles",
        "wagtailadmin_editing_sessions:ping", "wagtailadmin_editing_sessions:release",
    }
)  # fmt: skip
OPEN_SPACES = (
    "wagtailsnippets_content_guide", "wagtailsnippets_content_planpage", "wagtailsnippets_content_news", "wagtailsnippets_content_opportunity",
    "wagtailsnippets_content_event", "content_pictures",
)  # fmt: skip
SHUT = frozenset({"usage", "chosen_multiple"})
HOME = "wagtailadmin_home"
# The tightest that Wagtail's editor works under: it writes styles while it runs, and shows the preview in a frame of ours.
POLICY: dict[str, Any] = {
    "default-src": ["'none'"], "script-src": [SELF], "style-src": [SELF, "'unsafe-inline'"], "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"], "connect-src": [SELF], "frame-src": [SELF], "form-action": [SELF], "base-uri": ["'none'"],
    "frame-ancestors": [SELF],
}  # fmt: skip
View = Callable[..., HttpResponseBase]


def let_in(patterns: Sequence[Any], space: str = "") -> list[Any]:
    """The same patterns, each view behind the door."""
    found: list[Any] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = let_in(pattern.url_patterns, pattern.namespace or space)
            found.append(
                URLResolver(pattern.pattern, inner, pattern.default_kwargs, pattern.app_name, pattern.namespace)
            )
        elif pattern.name:
            view = _door(pattern.callback, f"{space}:{pattern.name}" if space else pattern.name)
            found.append(URLPattern(pattern.pattern, view, pattern.default_args, pattern.name))
    return found


def is_open(name: str) -> bool:
    space, _colon, page = name.rpartition(":")
    return name in OPEN or (space in OPEN_SPACES and page not in SHUT)


def _door(view: View, name: str) -> View:
    @desk(Permission.CONTENT_WRITE)
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: Any
        if name == HOME:
            return redirect("content:entries")
        if not is_open(name) or ("pk" in kwargs and as_uuid(str(kwargs["pk"])) is None):
            raise Http404
        try:
            response = view(request, *args, **kwargs)
        except MultiValueDictKeyError as fault:  # a post without the fields that Wagtail's own form always sends
            raise BadRequest from fault
        if hasattr(response, "render") and not response.is_rendered:
            response = response.render()
        # A preview has been through the middleware of a request of its own, which forbids to frame it.
        response.headers.pop("Content-Security-Policy", None)
        response._csp_replace = POLICY  # read by the CSP middleware
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response  # type: ignore[no-any-return]  # Wagtail is untyped

    # Opening an entry notes that somebody is editing it, so that a second editor is told.
    wrapper.writes_on_get = True  # type: ignore[attr-defined]
    wrapper.shut = not is_open(name) and name != HOME  # type: ignore[attr-defined]  # read by tests/access
    return wrapper
