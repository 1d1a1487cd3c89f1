"""Wagtail asks Django who may do what; the answer follows from the membership that the person acts by."""

from typing import Any

from interazioni.foundation.access.context import current_actor
from interazioni.foundation.access.permissions import Permission

WRITE = frozenset({"add", "change", "view", "delete"})  # delete: only what was never published (`hooks`)
REVIEW = frozenset({"publish", "lock", "unlock"})


class EditorsBackend:
    """No way to log in: `authenticate` knows nobody."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: Any) -> None:
        return None

    def has_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        actor = current_actor()
        if actor is None or actor.user_id != user.pk:
            return False
        app, _dot, name = perm.partition(".")
        if perm == "wagtailadmin.access_admin":
            return actor.can(Permission.CONTENT_WRITE)
        if app != "content":
            return False
        act = name.partition("_")[0]
        if act in WRITE:
            return actor.can(Permission.CONTENT_WRITE)
        return act in REVIEW and actor.can(Permission.CONTENT_REVIEW)
