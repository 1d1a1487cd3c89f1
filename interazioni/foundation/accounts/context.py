from typing import Any

from django.conf import settings
from django.http import HttpRequest

from interazioni.foundation.access.middleware import second_factor_missing
from interazioni.foundation.accounts.registry import login_notes


def login_pages(request: HttpRequest) -> dict[str, Any]:
    """What the pages of the login say beside their forms: nothing on any other page."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    if page == "account_login":
        return {"login_notes": login_notes() if settings.DEMO else []}
    if page == "mfa_index":
        return {"second_factor_missing": second_factor_missing(request)}
    return {}
