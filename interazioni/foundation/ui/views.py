"""The health page, and the pages that say what went wrong and what to do next."""

from contextlib import nullcontext
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interazioni.foundation.ui import public


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while this process serves and reaches the database, else 503. For whoever watches: it needs no login."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


# It must answer although no transaction can be opened.
health.no_transaction = True  # type: ignore[attr-defined]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _failed(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _failed(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _failed(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Mostly a page that stayed open over a login or an end of session: what was typed is one step back."""
    return _failed(request, 403, "ui/errors/csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the frame: whatever failed may be what the frame needs."""
    return HttpResponse(render_to_string("ui/errors/500.html"), status=500)


def _failed(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    """In the language that stands in the address, if one does; else in the one that was chosen on the desk."""
    language = public.language_of(request.path)
    with translation.override(language) if language else nullcontext():
        context = {"public_language": language, "base_template": "ui/portal.html"} if language else {}
        response = render(request, template or f"ui/errors/{status}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


WORKER = (Path(__file__).parent / "sw.js").read_text(encoding="utf-8")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may open any page of ours."""
    return HttpResponse(WORKER, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


service_worker.public = True  # type: ignore[attr-defined]
