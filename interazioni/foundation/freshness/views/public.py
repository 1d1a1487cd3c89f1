"""The page behind the link in the mail: look, then say yes. A GET shows; only a POST from the page confirms (mail scanners open links)."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from interazioni.foundation.access.context import acting
from interazioni.foundation.freshness import links, registry
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.freshness.queries import problems_of
from interazioni.foundation.freshness.rules import confirm_by_link


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        link = links.read(token)
    except links.Unreadable as fault:
        status = 410 if fault.expired else 404
        return _private(render(request, "freshness/gone.html", {"expired": fault.expired}, status=status))
    vouch = Vouch.objects.filter(pk=link.vouch_id, body_id=link.body_id).first()
    if vouch is None:
        return _private(render(request, "freshness/gone.html", {"expired": True}, status=410))
    by = registry.keepers().actor(link.body_id)
    with acting(by):  # what is wrong with it is shown to who holds the mail before they say yes
        problems = problems_of(vouch.object_id)
    context = {
        "vouch": vouch,
        "problems": problems,
        "done": vouch.verified_at != link.verified_at,
        "page": registry.kinds[vouch.kind].page(vouch.object_id),
    }
    if request.method == "POST":
        try:
            with acting(by):
                context |= {"vouch": confirm_by_link(link=link, by=by), "done": True, "thanks": True}
        except ValidationError as refusal:
            context |= {"done": True, "refusal": " ".join(refusal.messages)}
    return _private(render(request, "freshness/confirm.html", context))


confirm.signed_link = "freshness"  # type: ignore[attr-defined]  # read by tests/access


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
