"""What a calendar says now, what it said before, what stands here: field by field, who is right (ADR 0020). Pure.

A field that stands here as the calendar said it follows the calendar. One that stands differently was edited here: it stays, and the difference is said.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from interazioni.actions.content.importing.saying import FIELDS

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """`follows`: fields that take what the calendar says; `ours`: fields that were edited here and differ from it."""

    follows: Values = field(default_factory=dict)
    ours: tuple[str, ...] = ()


def merge(now: Mapping[str, Any], before: Mapping[str, Any], here: Mapping[str, Any]) -> Merged:
    follows: Values = {}
    ours = []
    for name in FIELDS:
        if name not in now or same(now[name], here[name]):
            continue
        if name in before and same(before[name], here[name]):
            follows[name] = now[name]
        else:
            ours.append(name)
    return Merged(follows, tuple(ours))


def same(one: Any, other: Any) -> bool:
    """Spaces and ends of lines aside: an editor's browser writes them its own way."""
    return bool(_bare(one) == _bare(other))


def _bare(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"\s+", " ", value).strip()
    if isinstance(value, Mapping):
        return {key: _bare(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    return value


def standing(data: Mapping[str, Any]) -> Values:
    """An event as its row or its revision holds it (Wagtail's serializable data), in the words of `saying.FIELDS`."""
    return {
        **{name: data.get(name) or "" for name in ("title", "summary", "theme", "where", "municipality", "online", "sources")},
        "text": [_block(one) for one in _raw(data.get("text"))],
        "when": {
            "starts": _minute(data["starts_at"]), "ends": _minute(data["ends_at"]), "rule": data.get("rule") or "", "until": _day(data.get("until")),
            "except": sorted(data.get("except_days") or []),
        },
    }  # fmt: skip


def _raw(text: Any) -> list[Mapping[str, Any]]:
    return list(json.loads(text)) if isinstance(text, str) and text else list(text or [])


def _block(raw: Mapping[str, Any]) -> list[Any]:
    value = raw["value"]
    return [
        raw["type"],
        [one["value"] if isinstance(one, Mapping) else one for one in value] if isinstance(value, list) else value,
    ]


def _minute(said: Any) -> str:
    moment = datetime.fromisoformat(said) if isinstance(said, str) else said
    return str(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"))


def _day(said: Any) -> str:
    return said.isoformat() if isinstance(said, date) else said or ""


def columns(values: Mapping[str, Any]) -> Values:
    """The same as columns of `Event`; the text, which has ids of its own, aside."""
    found = {name: value for name, value in values.items() if name not in ("when", "text")}
    if "when" in values:
        when = values["when"]
        found |= {
            "starts_at": datetime.fromisoformat(when["starts"]), "ends_at": datetime.fromisoformat(when["ends"]), "rule": when["rule"],
            "until": date.fromisoformat(when["until"]) if when["until"] else None, "except_days": list(when["except"]),
        }  # fmt: skip
    return found
