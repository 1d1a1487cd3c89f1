"""Who gives what to the feeds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.db.models import F

from interazioni.actions.content import queries as contents
from interazioni.actions.content.models import KINDS
from interazioni.actions.content.models import Event as Entry
from interazioni.foundation.core import clock
from interazioni.foundation.translation.queries import Reading, readings
from interazioni.foundation.vocabularies import municipalities
from interazioni.front.api import queries
from interazioni.front.api.feeds.registry import Event, Item, Wanted, register, register_events

TOLD = ("title", "summary")


def hang() -> None:
    register(services, queries.SERVICE)
    register(entries, *KINDS)
    register_events(Entry.kind, events)


def services(wanted: Wanted) -> Sequence[Item]:
    """Three queries. A service is new in a language when it is published, changed or translated; that it was verified again is no news."""
    found = queries.narrowed(queries.published(wanted.language), theme=wanted.theme)
    if wanted.municipalities:
        found = found.filter(pk__in=queries.offered_in(wanted.municipalities))
    few = found.select_related(None).defer(None).only("slug", "theme", "published_at", "changed_at")
    newest = few.annotate(updated_at=F("told_at")).order_by("-updated_at", "-pk")
    entries = queries.entries(newest[: wanted.limit], wanted.language, places=False, keys=("name", "summary"))
    towns = queries.towns_by_service(entry.service for entry in entries)
    return [_item(entry, towns.get(entry.service.pk, ())) for entry in entries]


def _item(entry: queries.Entry, towns: Sequence[str]) -> Item:
    row, words = entry.service, entry.words
    return Item(
        id=row.pk, kind=queries.SERVICE, title=words["name"].text, summary=_summary(words), language=words["name"].language,
        path=f"services/{row.slug}/", published_at=row.published_at or row.changed_at, updated_at=row.updated_at, theme=row.theme,  # type: ignore[attr-defined]
        municipalities=towns,
    )  # fmt: skip


def entries(wanted: Wanted) -> Sequence[Item]:
    """News, guides, opportunities, events, pages of the plan. Two queries."""
    rows = contents.newest(
        wanted.language, wanted.limit, theme=wanted.theme, municipalities=wanted.municipalities, kinds=wanted.kinds
    )
    said = readings(wanted.kinds, [row.object_id for row in rows], wanted.language, keys=TOLD)
    return [_entry(row, said[row.object_id]) for row in rows if row.object_id in said]


def _entry(row: contents.New, words: Reading) -> Item:
    title = words["title"]
    return Item(
        id=row.object_id, kind=row.kind, title=title.text, summary=_summary(words), language=title.language, path=row.path, published_at=row.published_at,
        updated_at=row.updated_at, theme=row.theme, municipalities=[row.municipality] if row.municipality else (),
    )  # fmt: skip


def _summary(words: Reading) -> str:
    return words["summary"].text if "summary" in words.texts else ""


def events(wanted: Wanted) -> Sequence[Event]:
    """What is published and not over, in the reader's language as far as it is translated. Three queries."""
    rows = contents.coming(theme=wanted.theme, municipalities=wanted.municipalities, only=wanted.only)
    said = readings(Entry.kind, [row.pk for row in rows], wanted.language, keys=TOLD)
    return [calendar_event(row, said[row.pk]) for row in rows if row.pk in said]


def calendar_event(row: Entry, words: Reading) -> Event:
    at = clock.in_rome(row.starts_at)
    changed = row.last_published_at or row.created_at
    return Event(
        id=row.pk, title=words["title"].text, summary=_summary(words), language=words["title"].language, path=row.path, starts_at=row.starts_at,
        ends_at=row.ends_at, updated_at=changed, rule=_rule(row, at), place=_place(row), theme=row.theme,
        except_at=tuple(datetime.combine(date.fromisoformat(day), at.time(), at.tzinfo) for day in row.except_days),
        # Calendars take a change for news where this number has grown.
        revision=int((changed - (row.first_published_at or changed)).total_seconds()),
    )  # fmt: skip


def _rule(row: Entry, at: datetime) -> str:
    if not row.rule or row.until is None:
        return ""
    whole = (at.hour, at.minute, clock.in_rome(row.ends_at).strftime("%H:%M")) == (0, 0, "23:59")
    until = f"{row.until:%Y%m%d}" if whole else clock.end_of(row.until).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{row.rule};UNTIL={until}"


def _place(row: Entry) -> str:
    """With its town, unless it names it."""
    town = municipalities.by_istat(row.municipality)
    return ", ".join(filter(None, [row.where, town.name if town and town.name not in row.where else ""]))
