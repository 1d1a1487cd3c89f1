"""What the rooms above tell this one: which kinds of things are kept fresh, and who keeps a body's things."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission

SHORTEST_DAYS, LONGEST_DAYS = 90, 180  # of a body's word, whatever the kind
Found = Mapping[UUID, Sequence[str]]  # by thing; what has none may be left out


def _none(_ids: Sequence[UUID]) -> Found:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """`days`: how long a body's word is good. `changed(ids)`: these were verified or demoted; called inside the rule.

    `page`: where its owner looks at it and corrects it. `withdraw`: the room's own address that takes it from the public with a POST.
    `permission`: what its owner needs to vouch for it. `links(ids)`: the addresses on the pages of what is public, in every language.
    `never_open(ids)`: the places of each that have hours, and no opening ahead. Both are asked within a body's context, and without one.
    """

    label: str | Promise
    days: int
    changed: Callable[[list[UUID]], None]
    page: Callable[[UUID], str]
    withdraw: Callable[[UUID], str]
    permission: Permission
    links: Callable[[Sequence[UUID]], Found] = _none
    never_open: Callable[[Sequence[UUID]], Found] = _none


@dataclass(frozen=True, slots=True)
class Keepers:
    """`actor(body)`: who carries out what a signed link or the worker does for a body. `addresses(body)`: who is asked, with their language."""

    actor: Callable[[UUID], Actor]
    addresses: Callable[[UUID], Sequence[tuple[str, str]]]


kinds: dict[str, Kind] = {}
_keepers: list[Keepers] = []


def register(kind: str, value: Kind) -> None:
    if not SHORTEST_DAYS <= value.days <= LONGEST_DAYS:
        raise ValueError(f"{kind}: a body's word is good for {SHORTEST_DAYS} to {LONGEST_DAYS} days")
    kinds[kind] = value


def set_keepers(value: Keepers) -> None:
    _keepers[:] = [value]


def keepers() -> Keepers:
    if not _keepers:
        raise RuntimeError("no room has registered who keeps a body's things")
    return _keepers[0]
