"""What the rooms above tell this one: which kinds of things are kept fresh, and who keeps a body's things."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from interazioni.foundation.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Kind:
    """`days`: how long a body's word is good. `changed(ids)`: these were verified or demoted; called inside the rule.

    `page`: where its owner corrects it.
    """

    label: str | Promise
    days: int
    changed: Callable[[list[UUID]], None]
    page: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class Keepers:
    """`actor(body)`: who carries out what a signed link or the worker does for a body. `addresses(body)`: who is asked, with their language."""

    actor: Callable[[UUID], Actor]
    addresses: Callable[[UUID], Sequence[tuple[str, str]]]


kinds: dict[str, Kind] = {}
_keepers: list[Keepers] = []


def register(kind: str, value: Kind) -> None:
    kinds[kind] = value


def set_keepers(value: Keepers) -> None:
    _keepers[:] = [value]


def keepers() -> Keepers:
    if not _keepers:
        raise RuntimeError("no room has registered who keeps a body's things")
    return _keepers[0]
