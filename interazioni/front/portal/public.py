"""`@public`: a page for everybody. The language stands in the address, no cookie is read or set, any proxy may keep it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_response_headers
from django.views.decorators.http import conditional_page, require_safe

SHARED_SECONDS = 60


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @require_safe
    @conditional_page
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(kwargs.pop("language", settings.LANGUAGE_CODE)):
            response = view(request, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        patch_response_headers(response, cache_timeout=SHARED_SECONDS)
        response.headers["Cache-Control"] = f"public, max-age={SHARED_SECONDS}"
        return response

    wrapper.public = True  # type: ignore[attr-defined]  # the middleware asks for no actor: the answer depends on nobody
    return wrapper
