"""Where every room says what it keeps about somebody, and how it is blanked. This floor knows no person: `kind` and id.

Registered in `apps.py`'s `ready()`; a room that keeps personal values and registers no eraser fails the erasure test, which
looks for the erased person's values in every column of the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from interazioni.foundation.access.actor import Actor

# Blanks what a room holds about the subject; gives kind of row → how many.
Eraser = Callable[[UUID, Actor], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Section:
    """What one room keeps about the subject: `rows` under `columns`; days and numbers as such."""

    title: Promise | str
    columns: Sequence[Promise | str]
    rows: Sequence[Sequence[object]]


Provider = Callable[[UUID, Actor], Sequence[Section]]
# The other ids under which the same human being is known (records merged into this one), itself included.
Records = Callable[[UUID, Actor], Sequence[UUID]]

_erasers: dict[str, dict[str, Eraser]] = {}
_providers: dict[str, dict[str, Provider]] = {}
_owners: dict[str, tuple[str, Records]] = {}


def register_owner(kind: str, room: str, records: Records) -> None:
    """The room whose rows the subject is: asked which records stand for it, and blanked last."""
    _owners[kind] = (room, records)


def register_eraser(kind: str, room: str, eraser: Eraser) -> None:
    _erasers.setdefault(kind, {})[room] = eraser


def register_provider(kind: str, room: str, provider: Provider) -> None:
    _providers.setdefault(kind, {})[room] = provider


def records_of(kind: str, subject_id: UUID, by: Actor) -> Sequence[UUID]:
    owner = _owners.get(kind)
    return owner[1](subject_id, by) if owner else [subject_id]


def erasers_of(kind: str) -> list[tuple[str, Eraser]]:
    """Rooms that only refer to the subject first, its owner last."""
    owner = _owners.get(kind, ("", None))[0]
    return sorted(_erasers.get(kind, {}).items(), key=lambda item: item[0] == owner)


def providers_of(kind: str) -> list[Provider]:
    owner = _owners.get(kind, ("", None))[0]
    return [provider for _room, provider in sorted(_providers.get(kind, {}).items(), key=lambda item: item[0] != owner)]
