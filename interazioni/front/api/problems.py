"""What went wrong, for programs: RFC 9457 problem details. Never a value that was sent, so that nothing is echoed."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError


def problem(
    status: int, detail: str, *, errors: Sequence[dict[str, str]] = (), headers: dict[str, str] | None = None
) -> HttpResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    response = JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def teach(api: NinjaAPI) -> None:
    """Every fault that an operation meets leaves as a problem."""

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
        if all(one.get("loc", ("",))[0] == "path" for one in fault.errors):
            return problem(404, "There is nothing public at this address.")
        errors = [
            {
                "parameter": str(one["loc"][-1]) if one.get("loc") else "",
                "detail": str(one.get("msg", "")).removeprefix("Value error, ")[:200],
            }
            for one in fault.errors
        ]
        return problem(422, "Some parameters are not as they should be.", errors=errors)

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, fault: HttpError) -> HttpResponse:
        return problem(fault.status_code, str(fault))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, fault: Http404) -> HttpResponse:
        return problem(404, "There is nothing public at this address.")


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Below /api/ also what is not there answers as a problem; who wrote a stroke too many, or one too few, is led on."""
    meant = request.path[:-1] if request.path.endswith("/") else f"{request.path}/"
    if request.method in ("GET", "HEAD") and resolve(meant).func is not nothing:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{meant}?{query}" if query else meant)
    return problem(404, "There is nothing at this address. /api/ lists what there is.")


nothing.public = True  # type: ignore[attr-defined]  # the same for everybody
