"""A published entry becomes words to translate, somebody's word that they are true, and documents to be found."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from interazioni.actions.content.body import blocks, plain
from interazioni.actions.content.dates import occurrences
from interazioni.actions.content.models import KINDS, Entry, Event, News, Opportunity
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.freshness.rules import release, vouch_for
from interazioni.foundation.search.rules import Thing, Wording, forget, index
from interazioni.foundation.translation.models import Source
from interazioni.foundation.translation.queries import wordings
from interazioni.foundation.translation.rules import sync, withdraw
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

LANGUAGE = "it"  # of the source
SMALL = 192  # pixels of the picture in a list
NOT_SEARCHED = ("title", "summary", "also", "picture.credit")  # as text: the first three have places of their own
WEIGHT = {"guide": 1.15, "plan_page": 0.9, "news": 0.8}  # a guide says what to do; news pass


def texts(entry: Entry) -> list[tuple[str, str]]:
    """The entry's words in reading order."""
    found = [("title", entry.title), ("summary", entry.summary)]
    for block in blocks(entry.text):
        found += zip(block.keys, block.words, strict=True)
    if isinstance(entry, Event):
        found.append(("booking", entry.booking))
    return [*found, *entry.picture_words(), ("also", entry.also)]


def publish(entry: Entry, by: Actor) -> None:
    """Inside the rule that makes it public."""
    sync(
        kind=entry.kind, object_id=entry.pk, body_id=entry.body_id, language=LANGUAGE, texts=texts(entry), major=not entry.minor,
        path=entry.path, theme=entry.theme,
    )  # fmt: skip
    vouch_for(
        kind=entry.kind, object_id=entry.pk, body_id=entry.body_id, body_name=entry.body.name, title=entry.title, path=entry.path, by=by,
    )  # fmt: skip
    reindex(entry.kind, [entry.pk])


def unpublish(entry: Entry) -> None:
    withdraw(kind=entry.kind, object_ids=[entry.pk])
    release(object_ids=[entry.pk])
    forget([entry.pk])


def reindex(kind: str, ids: Iterable[UUID]) -> None:
    """Inside a rule of anybody's (a translator of another body): each body's entries are read as that body."""
    by_body: dict[UUID, list[UUID]] = {}
    for body_id, ident in Source.objects.filter(kind=kind, object_id__in=list(ids)).values_list("body_id", "object_id"):
        by_body.setdefault(body_id, []).append(ident)
    for body in Body.objects.filter(pk__in=by_body):
        with acting(system_actor(body)):
            _index(kind, by_body[body.pk])


def _index(kind: str, ids: Sequence[UUID]) -> None:
    entries = list(KINDS[kind]._default_manager.filter(pk__in=ids, live=True).select_related("picture"))
    said = wordings(kind, [entry.pk for entry in entries])
    stale = set(Vouch.objects.filter(object_id__in=ids, demoted_at__isnull=False).values_list("object_id", flat=True))
    forget([ident for ident in ids if ident not in {entry.pk for entry in entries}])
    index(_thing(entry, said[entry.pk], entry.pk in stale) for entry in entries)


def _thing(entry: Entry, said: Sequence[tuple[str, dict[str, str]]], stale: bool) -> Thing:
    starts_at, ends_at, free = None, None, None
    if isinstance(entry, News):
        starts_at = entry.first_published_at
    if isinstance(entry, Opportunity):
        ends_at = entry.deadline
    if isinstance(entry, Event):
        coming = dates(entry, limit=1)
        # What repeats is found until its last time; the next one is kept current by the worker (`tasks.next_dates`).
        starts_at, free = (coming[0][0] if coming else entry.starts_at), entry.free
        ends_at = entry.ends_at if not entry.rule or entry.until is None else clock.end_of(entry.until)
    town = municipalities.by_istat(entry.municipality)
    return Thing(
        kind=entry.kind, object_id=entry.pk, path=entry.path, theme=entry.theme, stale=stale, free=free, starts_at=starts_at, ends_at=ends_at,
        municipalities=[entry.municipality] if entry.municipality else [], weight=WEIGHT.get(entry.kind, 1.0),
        picture=entry.picture.address(SMALL) if entry.picture else "",
        wordings=[_wording(language, words, str(town) if town else "") for language, words in said],
    )  # fmt: skip


def _wording(language: str, words: dict[str, str], town: str) -> Wording:
    rest = [plain(text) for key, text in words.items() if key not in NOT_SEARCHED]
    return Wording(
        language,
        words.get("title", ""),
        words.get("summary", ""),
        "\n".join([*rest, town] if town else rest),
        words.get("also", ""),
    )


def dates(event: Event, *, limit: int = 60, since: timedelta = timedelta()) -> list[tuple]:  # type: ignore[type-arg]
    """(begins, ends) of the times still to come."""
    return occurrences(
        event.starts_at, event.ends_at, event.rule, event.until, event.except_days, first=clock.now() - since, limit=limit
    )  # fmt: skip
