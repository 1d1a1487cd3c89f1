"""The board of a dispatch. It asks for its rows again when it hears that something changed (assets/js/board.js)."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from interazioni.actions.mediation.queries.board import Lane
from interazioni.actions.mediation.queries.board import board as read_board
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock

STREAM = "mediation"


def events_url(request: HttpRequest, stream: str) -> str:
    """Where this reader's browser finds the events: beside the page it is on. Empty where there are none."""
    if settings.EVENTS_PORT:
        host = request.get_host().rpartition(":")[0] or request.get_host()
        return f"{request.scheme}://{host}:{settings.EVENTS_PORT}/events/{stream}/"
    return f"{settings.EVENTS_URL.rstrip('/')}/{stream}/" if settings.EVENTS_URL else ""


def _days(request: HttpRequest) -> tuple[date, date, bool]:
    """The day asked for, or today and tomorrow (and whether it is that); a day that does not exist is none."""
    today = clock.today()
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today, today + timedelta(days=1), True
    if not 2000 <= asked.year <= 2100:
        return today, today + timedelta(days=1), True
    return asked, asked, False


def _lanes(found: Any) -> list[dict[str, Any]]:
    words = {
        Lane.UNCOVERED: (_("Not covered"), _("Everything is covered or waits for an answer."), "danger"),
        Lane.WAITING: (_("Waiting for an answer"), "", "warning"),
        Lane.COVERED: (_("Covered"), "", "success"),
        Lane.UNDER_WAY: (_("Under way"), "", "info"),
        Lane.DONE: (_("Done"), "", "neutral"),
        Lane.OFF: (_("Called off"), "", "neutral"),
    }
    return [
        {"key": lane.value, "title": title, "empty": empty, "tone": tone, "rows": found[lane]}
        for lane, (title, empty, tone) in words.items()
    ]


@require_safe
@desk(Permission.CALLS_DISPATCH)
def board(request: HttpRequest) -> HttpResponseBase:
    first, last, usual = _days(request)
    found = read_board(request.actor, first, last)  # type: ignore[attr-defined]
    lanes = _lanes(found)
    values = {
        "board": found, "lanes": lanes, "today": clock.today(), "tomorrow": clock.today() + timedelta(days=1),
        "anything": any(lane["rows"] for lane in lanes), "usual": usual, "uncovered": len(found[Lane.UNCOVERED]),
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "mediation/_board.html", values)
    before = first - timedelta(days=1)
    after = (last if usual else first) + timedelta(days=1)
    return render(
        request, "mediation/board.html",
        {**values, "before": before, "after": after, "events": events_url(request, STREAM)},
    )  # fmt: skip
