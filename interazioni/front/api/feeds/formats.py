"""The same items as RSS 2.0, Atom (RFC 4287), JSON Feed 1.1; events as iCalendar (RFC 5545). Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, cast

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from icalendar import Calendar, Timezone, vRecur
from icalendar import Event as Component

from interazioni.actions.directory.models import Theme
from interazioni.foundation.core.clock import ROME
from interazioni.foundation.core.zone import ZONE
from interazioni.foundation.search.queries import New
from interazioni.foundation.ui.public import under
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.feeds.items import Event
from interazioni.front.api.parameters import absolute

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of a feed in which nothing is yet
TTL_MINUTES = 60
LABELS = {theme.value: theme.label for theme in Theme}
END = b"END:VCALENDAR"
AGAIN = timedelta(hours=1)  # after which a calendar asks again
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """`address`: of the feed itself; `page`: what it is the feed of."""

    title: str
    description: str
    language: str
    address: str
    page: str


class _Rss(Rss201rev2Feed):
    """RSS has one language for all: an item in another says so (Dublin Core); what changed says when (Atom)."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:dc": "http://purl.org/dc/elements/1.1/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("dc:language", item["language"])
        handler.addQuickElement("atom:updated", item["updateddate"].isoformat(timespec="seconds"))


class _Atom(Atom1Feed):
    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {**super().item_attributes(item), "xml:lang": item["language"]}


def rss(channel: Channel, items: Sequence[New]) -> str:
    return _written(_Rss, channel, items)


def atom(channel: Channel, items: Sequence[New]) -> str:
    return _written(_Atom, channel, items)


def _written(kind: type[SyndicationFeed], channel: Channel, items: Sequence[New]) -> str:
    feed = kind(
        title=channel.title, link=channel.page, description=channel.description, language=languages.tag(channel.language), feed_url=channel.address,
        feed_guid=channel.address, subtitle=channel.description, author_name="InterAzioni", ttl=TTL_MINUTES,
    )  # fmt: skip
    # Django asks the machine's clock for a feed without items.
    feed.latest_post_date = lambda: max((item.changed_at for item in items), default=EPOCH)  # type: ignore[method-assign]
    for item in items:  # a description is read as HTML: it is escaped once for that, and once for XML
        feed.add_item(
            title=clean(item.title), link=_address(item, channel), description=escape(clean(item.summary)), unique_id=item.object_id.urn, unique_id_is_permalink=False,
            pubdate=item.published_at, updateddate=item.changed_at, categories=_tags(item), language=languages.tag(item.language),
        )  # fmt: skip
    return feed.writeString("utf-8")


def json_feed(channel: Channel, items: Sequence[New]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1", "title": channel.title, "description": channel.description, "language": languages.tag(channel.language),
            "home_page_url": channel.page, "feed_url": channel.address,
            "items": [
                {
                    "id": item.object_id.urn, "url": _address(item, channel), "title": item.title, "content_text": item.summary or item.title, "language": languages.tag(item.language),
                    "date_published": item.published_at.isoformat(timespec="seconds"), "date_modified": item.changed_at.isoformat(timespec="seconds"), "tags": _tags(item),
                }
                for item in items
            ],
        }, ensure_ascii=False,
    )  # fmt: skip


def clean(text: str) -> str:
    """Without what no XML may hold, not even escaped."""
    return _CONTROL.sub("", text)


def _address(item: New, channel: Channel) -> str:
    return absolute(under(item.path, channel.language))


def _tags(item: New) -> list[str]:
    """In the language that is being spoken; places in Italian."""
    towns = [town.name for code in item.municipalities[:5] if (town := municipalities.by_istat(code))]
    return [*filter(None, [_theme(item)]), *towns]


def _theme(what: New | Event) -> str:
    return str(LABELS.get(what.theme, ""))


def calendar(channel: Channel, events: Sequence[Event]) -> bytes:
    """Italian time with its rules (VTIMEZONE); also without events a calendar that programs take."""
    made = Calendar()
    made.add("prodid", "-//InterAzioni//events//IT")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", channel.title)
    made.add("x-published-ttl", "PT1H")
    made.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    made.add_component(_zone())
    head, end = made.to_ical().split(END)
    written = (_written_event(event, absolute(under(event.path, channel.language)), _theme(event)) for event in events)
    return b"".join((head, *written, END, end))


@cache
def _zone() -> Timezone:
    return cast(Timezone, Timezone.from_ical(ZONE))


@lru_cache(maxsize=4096)  # half a millisecond each: what did not change is not written again
def _written_event(event: Event, address: str, theme: str) -> bytes:
    made = Component()
    made.add("uid", f"{event.id}@interazioni")
    made.add("dtstamp", event.updated_at.astimezone(UTC))
    made.add("last-modified", event.updated_at.astimezone(UTC))
    made.add("sequence", event.revision)
    whole = _whole_days(event)
    made.add("dtstart", _day(event.starts_at) if whole else _wall(event.starts_at))
    made.add("dtend", _day(event.ends_at) + timedelta(days=1) if whole else _wall(event.ends_at))
    said = {"language": languages.tag(event.language)}
    made.add("summary", event.title, parameters=said)
    if event.summary:
        made.add("description", event.summary, parameters=said)
    if event.place:
        made.add("location", event.place)
    made.add("url", address)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.rule:
        made.add("rrule", vRecur.from_ical(event.rule))
    for moment in event.except_at:
        made.add("exdate", _day(moment) if whole else _wall(moment))
    if theme:
        made.add("categories", [theme])
    return bytes(made.to_ical())


def _whole_days(event: Event) -> bool:
    first, last = event.starts_at.astimezone(ROME), event.ends_at.astimezone(ROME)
    return (first.hour, first.minute, last.hour, last.minute) == (0, 0, 23, 59)


def _day(moment: datetime) -> date:
    return moment.astimezone(ROME).date()


def _wall(moment: datetime) -> datetime:
    """Italian time; the hour that comes twice in October, as it cannot be told apart, in UTC."""
    local = moment.astimezone(ROME)
    return moment.astimezone(UTC) if local.fold else local
