"""The one who acts: a person in a body, with what the person's roles there allow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import PERSONAL_DATA, ROLES, Role


class Denied(Exception):
    """The actor's roles in the body it acts as do not include the permission: 403. (Another body's object is 404.)"""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.value)
        self.permission = permission


@dataclass(frozen=True, slots=True)
class Actor:
    """Built for each request and task by the room `partners`; carries everything a rule or query asks about the actor.

    `figure_bodies` are the bodies whose figures it may read beside its own (a partnership's, for its coordinator).
    """

    user_id: UUID
    user_name: str
    body_id: UUID
    body_name: str
    roles: frozenset[Role]
    figure_bodies: frozenset[UUID] = frozenset()
    permissions: frozenset[Permission] = field(init=False)

    def __post_init__(self) -> None:
        granted: frozenset[Permission] = frozenset().union(*(ROLES[role] for role in self.roles))
        object.__setattr__(self, "permissions", granted)

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def plan_wide(self) -> bool:
        return Permission.FIGURES_VIEW_PLAN in self.permissions

    @property
    def sees_personal_data(self) -> bool:
        return not PERSONAL_DATA.isdisjoint(self.permissions)


def require(actor: Actor | None, permission: Permission) -> None:
    """Raises `Denied` unless the actor may."""
    if actor is None or permission not in actor.permissions:
        raise Denied(permission)


# `partners` knows memberships and registers how an actor is built; this floor knows no body.
Builder = Callable[[UUID, UUID | None], "tuple[Actor, list[Membership]] | None"]


@dataclass(frozen=True, slots=True)
class Membership:
    """A body the person may act as."""

    body_id: UUID
    body_name: str


_builder: Builder | None = None


def set_builder(builder: Builder) -> None:
    global _builder
    _builder = builder


def build(user_id: UUID, body_id: UUID | None) -> tuple[Actor, list[Membership]] | None:
    """The actor for a user in a body (None: the first one) and all bodies to choose from; None without a membership."""
    if _builder is None:
        raise RuntimeError("no room has registered how actors are built")
    return _builder(user_id, body_id)
