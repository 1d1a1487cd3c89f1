"""What a feed is made of. A room's things come in by one provider each (`providers.py`); formats know no rooms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

MOST = 50  # items of a feed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody subscribes to. `municipalities` (ISTAT): any of these; empty: everywhere. `kinds`: those that a provider has and is asked for."""

    language: str
    kinds: Sequence[str] = ()
    theme: str = ""
    municipalities: Sequence[str] = ()
    limit: int = MOST
    only: UUID | None = None  # this one; of calendars


@dataclass(frozen=True, slots=True)
class Item:
    """Something new or changed. `language`: of title and summary; `path`: of its page, below the language of the portal."""

    id: UUID
    kind: str
    title: str
    summary: str
    language: str
    path: str
    published_at: datetime
    updated_at: datetime
    theme: str = ""
    municipalities: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Event:
    """Something that takes place, once or again and again (`rule`: RFC 5545, without COUNT beyond a year). Moments are aware. A value: it can be hashed.

    From 0:00 to 23:59 in Italy it is the whole day: its UNTIL is a day, too.
    """

    id: UUID
    title: str
    summary: str
    language: str
    path: str
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime
    rule: str = ""
    except_at: tuple[datetime, ...] = ()
    place: str = ""
    cancelled: bool = False
    revision: int = 0
    theme: str = ""


# Items: of the kinds that are wanted the newest first, at most `limit`, in a fixed number of queries. Events: those that have not ended.
Provider = Callable[[Wanted], Sequence[Item]]
Calendar = Callable[[Wanted], Sequence[Event]]
providers: dict[str, Provider] = {}  # by kind; one may give several
calendars: dict[str, Calendar] = {}


def register(provider: Provider, *kinds: str) -> None:
    providers.update(dict.fromkeys(kinds, provider))


def register_events(kind: str, calendar: Calendar) -> None:
    calendars[kind] = calendar


def newest(wanted: Wanted, kind: str = "") -> list[Item]:
    """Of all kinds together, or of one."""
    asked: dict[Provider, list[str]] = {}
    for name, one in providers.items():
        if not kind or name == kind:
            asked.setdefault(one, []).append(name)
    found = [item for one, kinds in asked.items() for item in one(replace(wanted, kinds=kinds))]
    return sorted(found, key=lambda item: (item.updated_at, item.id), reverse=True)[: wanted.limit]


def events(wanted: Wanted) -> list[Event]:
    return sorted(
        (event for one in calendars.values() for event in one(wanted)), key=lambda event: (event.starts_at, event.id)
    )
