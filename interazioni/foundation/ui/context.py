"""What every page's frame needs and no view should have to pass."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from interazioni.foundation.core import clock


def layout(request: HttpRequest) -> dict[str, Any]:
    """`base_template` (the desk for who is logged in, else the portal), and `demo_banner`."""
    return {
        "base_url": settings.BASE_URL.rstrip("/"),
        "base_template": "ui/desk.html" if getattr(request, "actor", None) else "ui/portal.html",
        "demo_banner": {"day": clock.today(), "second_factor": settings.SECOND_FACTOR_REQUIRED}
        if settings.DEMO
        else None,
    }
