"""A service as a file states it, and what the statement changes in the entry that stands. Pure (ADR 0019).

Three values meet in every field: what the file says now, what it said when it was last taken (`base`, as a digest), and what
stands here. Only where nobody has changed ours since does the file's word count.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any
from uuid import UUID

from interazioni.actions.directory.rules import Open

NOTHING = ""


@dataclass(frozen=True, slots=True)
class StatedPlace:
    """`key` tells it from the service's other places, in this file and the next. Only what the file speaks of stands in the two."""

    key: str
    where: Mapping[str, Any]  # fields of `rules.LOCATION`
    when: Mapping[str, Any] = field(default_factory=dict)  # hours, closures, holidays, note


@dataclass(frozen=True, slots=True)
class Stated:
    external_id: str
    values: Mapping[str, Any]  # fields of `rules.SERVICE`
    places: Sequence[StatedPlace] = ()
    organisation: Mapping[str, Any] = field(
        default_factory=dict
    )  # its name, and the rest for the case that it is not known
    places_said: bool = True  # whether the file speaks of places at all
    own_id: UUID | None = None  # an entry of ours that this is, by its own id or because somebody said so


def digest(value: Any) -> str:
    """Of a field's value; `NOTHING` for what says nothing. Ids of items and the order of hours make no difference."""
    plain = _plain(value)
    if plain in (None, "", [], {}, False):
        return NOTHING
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Open) or (is_dataclass(value) and not isinstance(value, type)):
        return [str(part)[:8] if name.endswith("_at") else str(part or "") for name, part in asdict(value).items()]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if key != "id" and one not in (None, "")}
    if isinstance(value, list | tuple):
        found = [_plain(one) for one in value]
        return sorted(found) if value and isinstance(value[0], Open) else found
    if isinstance(value, str):
        return value.strip()
    return value


@dataclass(slots=True)
class Compared:
    """What to take, what differs and stays, and what the file's words count as from now on."""

    take: dict[str, Any] = field(default_factory=dict)
    differs: list[str] = field(default_factory=list)
    base: dict[str, str] = field(default_factory=dict)


def compare(said: Mapping[str, Any], standing: Mapping[str, Any], base: Mapping[str, str]) -> Compared:
    found = Compared(base=dict(base))
    for name, value in said.items():
        new, before, ours = digest(value), base.get(name, NOTHING), digest(standing.get(name))
        if new == before:
            continue
        if new == ours:
            found.base[name] = new
        elif ours == before:
            found.take[name], found.base[name] = value, new
        else:
            found.differs.append(name)
    return found


def bases(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: mark for name, value in said.items() if (mark := digest(value))}
