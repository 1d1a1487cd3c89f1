"""What can be translated: rooms register each kind of thing, and hear when a version of one was published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """`published(ids)`: these have new words in some language; called inside the rule that published them."""

    label: str | Promise
    published: Callable[[list[UUID]], None]


kinds: dict[str, Kind] = {}
themes: dict[str, str | Promise] = {}  # code → label: what the board's filter offers


def register(
    kind: str,
    label: str | Promise,
    published: Callable[[list[UUID]], None],
    *,
    about: Mapping[str, str | Promise] | None = None,
) -> None:
    """`about`: the themes that things of this kind stand under (`sync(theme=…)`)."""
    kinds[kind] = Kind(label, published)
    themes.update(about or {})


def label_of(kind: str) -> str | Promise:
    return kinds[kind].label if kind in kinds else kind
