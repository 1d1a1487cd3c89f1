"""What can be translated: rooms register each kind of thing, and hear when a version of one was published."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """`published(ids)`: these have new words in some language; called inside the rule that published them."""

    label: str | Promise
    published: Callable[[list[UUID]], None]


kinds: dict[str, Kind] = {}


def register(kind: str, label: str | Promise, published: Callable[[list[UUID]], None]) -> None:
    kinds[kind] = Kind(label, published)
