from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

WORKER = (Path(__file__).parent / "sw.js").read_text()


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may open any page of ours."""
    return HttpResponse(WORKER, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


service_worker.public = True  # type: ignore[attr-defined]
