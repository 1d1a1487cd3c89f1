"""Whose wish decides which language a page is in."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers


class ReadersLocaleMiddleware(LocaleMiddleware):
    """Django's, but for public pages: their language stands in the address, so what a browser prefers changes nothing there, and no proxy
    has to keep a copy for every list of languages that some browser sends."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        match = request.resolver_match
        if match and getattr(match.func, "public", False) and response.status_code in (200, 304):
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        return super().process_response(request, response)
