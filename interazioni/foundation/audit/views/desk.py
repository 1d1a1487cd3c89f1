from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries
from interazioni.foundation.core.models import as_uuid

PER_PAGE = 50


@desk(Permission.AUDIT_VIEW)
def recent(request: HttpRequest) -> HttpResponse:
    """What the body did lately, newest first."""
    body_id = request.actor.body_id  # type: ignore[attr-defined]
    lines = queries.recent(body_id, limit=PER_PAGE + 1, before=as_uuid(request.GET.get("before", "")))
    shown = lines[:PER_PAGE]
    more = shown[-1].id if len(lines) > PER_PAGE else None
    return render(request, "audit/recent.html", {"lines": shown, "more": more, "older": "before" in request.GET})
