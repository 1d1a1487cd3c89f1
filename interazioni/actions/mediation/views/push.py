"""What the script of a mediator's page asks: this browser may be notified, or no longer."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from interazioni.actions.mediation.rules.push import allow_push, stop_push
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk


@require_POST
@desk(Permission.CALLS_ANSWER)
def allow(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    try:
        allow_push(
            endpoint=request.POST.get("endpoint", ""), key=request.POST.get("key", ""), secret=request.POST.get("secret", ""), by=actor
        )  # fmt: skip
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@desk(Permission.CALLS_ANSWER)
def stop(request: HttpRequest) -> HttpResponseBase:
    stop_push(endpoint=request.POST.get("endpoint", ""), by=request.actor)  # type: ignore[attr-defined]
    return HttpResponse(status=204)
