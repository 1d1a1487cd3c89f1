"""Keeping the search's documents. Like `ledger.post`, it follows from an act: it refuses to run outside a rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.search.concepts import glossary
from interazioni.foundation.search.models import Document, Opening, Word
from interazioni.foundation.search.sounds import sound
from interazioni.foundation.search.vectors import ELSEWHERE, SUMMARY, TEXT, TITLE, WORDS, Vector, typed


class OutsideARule(RuntimeError):
    """What is found follows from what was published; publishing is a rule."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A thing's words in one language."""

    language: str
    title: str
    summary: str = ""
    text: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is to be found, with all that a list may filter by. `wordings`: the source language first."""

    kind: str
    object_id: UUID
    path: str
    wordings: Sequence[Wording]
    theme: str = ""
    municipalities: Sequence[str] = ()
    points: Sequence[tuple[float, float]] = ()  # (latitude, longitude) of each place where it is to be had
    spoken: Sequence[str] = ()
    free: bool | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    stale: bool = False
    weight: float = 1.0
    picture: str = ""
    opening: Sequence[tuple[datetime, datetime]] = field(default=())


TOLD = ("title", "summary", "text")
INSERT = """
INSERT INTO search_document (id, created_at, kind, object_id, language, reads_in, path, picture, title, summary, text, also, vector, theme,
    municipalities, latitudes, longitudes, spoken, free, starts_at, ends_at, stale, weight, published_at, changed_at)
VALUES (%s, now(), %s, %s, %s, %s::varchar[], %s, %s, %s, %s, %s, %s, %s::tsvector, %s, %s::varchar[], %s::float8[], %s::float8[], %s::varchar[], %s, %s, %s, %s, %s, %s, %s)
"""


def readers(languages: Sequence[str]) -> dict[str, list[str]]:
    """language of a wording → languages of the readers who are shown it. The first is the source's; the rest of the readers get it."""
    shown: dict[str, list[str]] = {language: [] for language in languages}
    for code in settings.PORTAL_LANGUAGES:
        shown[code if code in shown else languages[0]].append(code)
    return {language: codes or [language] for language, codes in shown.items()}


def index(things: Iterable[Thing]) -> None:
    """Makes the documents of these things anew. Of what they were before only stays since when."""
    _inside()
    things, concepts = list(things), glossary()
    since = _since(things)
    rows: list[Any] = []
    words: dict[str, str] = {}
    openings: list[Opening] = []
    gone: list[UUID] = []
    for thing in things:
        gone.append(thing.object_id)
        shown = readers([one.language for one in thing.wordings])
        for own in thing.wordings:
            vector = Vector()
            vector.add_text(own.title, own.language, TITLE, concepts)
            vector.add_text(own.also, own.language, WORDS, concepts)
            vector.add_text(own.summary, own.language, SUMMARY, concepts)
            vector.add_text(own.text, own.language, TEXT, concepts)
            for other in thing.wordings:
                if other.language != own.language:
                    vector.add_text(f"{other.title} {other.also}", other.language, ELSEWHERE, concepts)
            words |= typed(f"{own.title} {own.also} {own.summary} {own.text}", own.language)
            rows.append(
                [
                    new_id(), thing.kind, thing.object_id, own.language, shown[own.language], thing.path, thing.picture, own.title[:300], own.summary, own.text,
                    own.also, vector.literal(), thing.theme, list(thing.municipalities), [point[0] for point in thing.points],
                    [point[1] for point in thing.points], list(thing.spoken),
                    thing.free, thing.starts_at, thing.ends_at, thing.stale, thing.weight, *since(thing, own),
                ]
            )  # fmt: skip
        openings += [
            Opening(kind=thing.kind, object_id=thing.object_id, span=DateTimeTZRange(first, last))
            for first, last in thing.opening
        ]
    _forget(gone)
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)
    Opening.objects.bulk_create(openings, batch_size=2000)
    learn(words)


def _since(things: Sequence[Thing]) -> Callable[[Thing, Wording], tuple[datetime, datetime]]:
    """(when it became public, when it last said something else in this language), by what stands there so far."""
    published: dict[UUID, datetime] = {}
    said: dict[tuple[UUID, str], tuple[list[Any], datetime]] = {}
    for ident, language, began, changed, *words in Document.objects.filter(
        object_id__in=[thing.object_id for thing in things]
    ).values_list("object_id", "language", "published_at", "changed_at", *TOLD, "municipalities", "free"):
        published[ident] = min(began, published.get(ident, began))
        said[ident, language] = words, changed

    def since(thing: Thing, own: Wording) -> tuple[datetime, datetime]:
        words, changed = said.get((thing.object_id, own.language), (None, clock.now()))
        same = words == [own.title[:300], own.summary, own.text, list(thing.municipalities), thing.free]
        return published.get(thing.object_id, clock.now()), changed if same else clock.now()

    return since


def learn(words: Mapping[str, str]) -> None:
    """Surfaces with their tokens, to be held against what is misspelt. Also outside a rule: the worker learns the glossary's names."""
    Word.objects.bulk_create(
        [Word(surface=one, token=token[:60], sound=sound(one)) for one, token in sorted(words.items())],
        ignore_conflicts=True,
        batch_size=5000,
    )


def reopen(kind: str, openings: Mapping[UUID, Sequence[tuple[datetime, datetime]]]) -> None:
    """Inside a rule: when these are open from now on. Their words stay as they are."""
    _inside()
    Opening.objects.filter(object_id__in=list(openings)).delete()
    rows = [
        Opening(kind=kind, object_id=ident, span=DateTimeTZRange(first, last))
        for ident, spans in openings.items()
        for first, last in spans
    ]
    Opening.objects.bulk_create(rows, batch_size=2000)


def forget(object_ids: Iterable[UUID]) -> None:
    """These are no longer public."""
    _inside()
    _forget(list(object_ids))


def _forget(object_ids: list[UUID]) -> None:
    Document.objects.filter(object_id__in=object_ids).delete()
    Opening.objects.filter(object_id__in=object_ids).delete()


def _inside() -> None:
    if not active_rules():
        raise OutsideARule("the search's documents are kept inside a rule")
