"""Where an engine answers. Signed for one text; whoever has no such address is told nothing."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import build
from interazioni.foundation.translation.drafting import errand_of
from interazioni.foundation.translation.models import Errand
from interazioni.foundation.translation.rules.machine import answer_errand

LONGEST = 60_000


@csrf_exempt  # another server posts; the address itself is signed
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """eTranslation's REST v2 sends JSON: `translatedText` (or `result`), or `errorCode`. What comes twice changes nothing."""
    ident = errand_of(token)
    errand = Errand.objects.select_related("run").filter(pk=ident).first() if ident else None
    if errand is None:
        return HttpResponse(status=404)
    if errand.answered_at is not None:
        return HttpResponse(status=200)
    if len(request.body) > LONGEST:
        return HttpResponse(status=413)
    text = _said(request)
    if text is None:
        return HttpResponse(status=200)  # a notification without words: they come with another
    with context.user_only(errand.run.by_id):
        built = build(errand.run.by_id, errand.run.body_id)
    if built is None or built[0].body_id != errand.run.body_id:
        return HttpResponse(status=410)  # who ordered it is no longer there
    with context.acting(built[0]):
        answer_errand(errand=errand, text=text, by=built[0])
    return HttpResponse(status=200)


answer.signed_link = "translation.errand"  # type: ignore[attr-defined]  # read by tests/access


def _said(request: HttpRequest) -> str | None:
    """Empty: the engine could not. None: nothing is said here."""
    found: Any
    try:
        found = json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        return None
    if not isinstance(found, dict):
        return None
    if found.get("errorCode") is not None:
        return ""
    text = found.get("translatedText", found.get("result"))
    return text if isinstance(text, str) and text.strip() else None
