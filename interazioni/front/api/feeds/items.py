"""What a feed is made of: what the public is told last, of all kinds, and events with the days on which they take place. Three queries at most."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from interazioni.actions.content import queries as contents
from interazioni.actions.content.models import KINDS
from interazioni.actions.content.models import Event as Entry
from interazioni.foundation.core import clock
from interazioni.foundation.search.queries import Filters, New, told
from interazioni.foundation.search.queries import newest as documents
from interazioni.front.api.queries import SERVICE

MOST = 50  # items of a feed
FED = (SERVICE, *KINDS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody subscribes to. `municipalities` (ISTAT): any of these; empty: everywhere. `only`: this event."""

    language: str
    kind: str = ""
    theme: str = ""
    municipalities: Sequence[str] = ()
    only: UUID | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that takes place, once or again and again (`rule`: RFC 5545, without COUNT beyond a year). Moments are aware. A value: it can be
    hashed.

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
    except_at: tuple[datetime, ...] = field(default=())
    place: str = ""
    cancelled: bool = False
    revision: int = 0
    theme: str = ""


def newest(wanted: Wanted) -> list[New]:
    """What is over is no news."""
    filters = Filters(
        kinds=(wanted.kind,) if wanted.kind else (), theme=wanted.theme, municipalities=wanted.municipalities, since=clock.now(),
    )  # fmt: skip
    return documents(wanted.language, filters, MOST)


def events(wanted: Wanted) -> list[Event]:
    """What is published and not over, in the reader's language as far as it is translated; what begins first comes first."""
    rows = contents.coming(theme=wanted.theme, municipalities=wanted.municipalities, only=wanted.only)
    words = told([row.pk for row in rows], wanted.language)
    return [calendar_event(row, *words[row.pk]) for row in rows if row.pk in words]


def calendar_event(row: Any, title: str, summary: str, language: str) -> Event:
    at = clock.in_rome(row.starts_at)
    changed = row.last_published_at or row.created_at
    return Event(
        id=row.pk, title=title, summary=summary, language=language, path=f"{Entry.folder}/{row.slug}/", starts_at=row.starts_at,
        ends_at=row.ends_at, updated_at=changed, rule=_rule(row, at), place=contents.place_of(row), theme=row.theme,
        except_at=tuple(datetime.combine(date.fromisoformat(day), at.time(), at.tzinfo) for day in row.except_days),
        # Calendars take a change for news where this number has grown.
        revision=int((changed - (row.first_published_at or changed)).total_seconds()),
    )  # fmt: skip


def _rule(row: Any, at: datetime) -> str:
    if not row.rule or row.until is None:
        return ""
    whole = (at.hour, at.minute, clock.in_rome(row.ends_at).strftime("%H:%M")) == (0, 0, "23:59")
    until = f"{row.until:%Y%m%d}" if whole else clock.end_of(row.until).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{row.rule};UNTIL={until}"
