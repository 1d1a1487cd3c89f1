"""One transaction a request, in the actor's database context; read-only for GET and HEAD."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor, Membership, build
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.core.models import as_uuid

# Django asks a middleware about a view's exception only where it ran the view itself; this one runs it in `process_view`.
# Who answers exceptions (the login's "who are you, again?") registers here.
answers: list[Callable[[HttpRequest, Exception], HttpResponse | None]] = []
BODY_KEY = "body"  # session: the body the person acts as


class ActorMiddleware:
    """Sets `request.actor` (an `Actor`, or None for a visitor) and `request.memberships`, then runs the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Also where no view is found: the page that says so is drawn for somebody.
        request.actor = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "no_transaction", False):  # the health page answers even without a database
            return None
        # In production the request's transaction ends with it, and its context too; in a test it is part of a larger one.
        nested = connection.in_atomic_block
        try:
            with transaction.atomic():
                return self._run(request, view, args, kwargs, nested)
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        except Exception as fault:
            for answer in answers:
                if (response := answer(request, fault)) is not None:
                    return response
            raise

    def _run(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        nested: bool,
    ) -> HttpResponse:
        read_only = request.method in ("GET", "HEAD") and not getattr(view, "writes_on_get", False)
        # A public page is the same for everybody: nobody's session is opened for it.
        user_id = None if getattr(view, "public", False) else request.user.pk
        if not user_id:
            if read_only:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            return _finished(view(request, *args, **kwargs))
        body_id = as_uuid(request.session.get(BODY_KEY, ""))
        with context.user_only(user_id, read_only=read_only, restore=nested):
            built: tuple[Actor, list[Membership]] | None = build(user_id, body_id)
        if built is None:
            return _finished(view(request, *args, **kwargs))
        request.actor, request.memberships = built  # type: ignore[attr-defined]
        with context.acting(built[0], restore=nested):
            return _finished(view(request, *args, **kwargs))


def _finished(response: Any) -> HttpResponse:
    """Render inside the transaction: a template may still read. A server's fault undoes what was written."""
    if hasattr(response, "render") and callable(response.render) and not response.is_rendered:
        response = response.render()
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response  # type: ignore[no-any-return]


def second_factor_missing(request: HttpRequest) -> bool:
    """Whether this person must set up a second factor before seeing personal data."""
    return factor_missing(request.user, getattr(request, "actor", None))


def factor_missing(user: Any, actor: Actor | None) -> bool:
    if not settings.SECOND_FACTOR_REQUIRED or actor is None or not actor.sees_personal_data:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(user)
