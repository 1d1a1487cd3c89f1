"""`@desk(permission)`: a page for people who work here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from interazioni.foundation.access.actor import require
from interazioni.foundation.access.middleware import second_factor_missing
from interazioni.foundation.access.permissions import Permission

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk(permission: Permission | None) -> Callable[[View[P]], View[P]]:
    """Login, a membership, a second factor where personal data is seen, and the permission (403 without it).

    None: any member. The permission is kept on the view, where `tests/access` reads it.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = request.actor  # type: ignore[attr-defined]
            if actor is None:
                return render(request, "access/no_membership.html", status=403)
            if second_factor_missing(request):
                return redirect("mfa_index")
            if permission is not None:
                require(actor, permission)
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        wrapper.desk_permission = permission  # type: ignore[attr-defined]
        return wrapper  # type: ignore[return-value]  # wraps() forgets that the arguments are the view's own

    return decorate
