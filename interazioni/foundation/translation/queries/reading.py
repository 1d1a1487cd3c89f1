"""What the public reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet

from interazioni.foundation.translation.models import Source, State, Version


class Marked(NamedTuple):
    """A text with the language that it is in. Never the wrong language unmarked: templates write `lang` and `dir` where it differs."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A thing's words for a reader of `language`; what is not translated stands in the source's language, marked."""

    object_id: UUID
    language: str
    source_language: str
    texts: dict[str, Marked]
    translated: bool = False  # there is a version in this language
    outdated: bool = False
    validated: bool = False
    published_at: datetime | None = None
    languages: Sequence[str] = field(default=())  # all in which it is to be had

    def __getitem__(self, key: str) -> Marked:
        """KeyError for what the thing does not say: a template then reads the attribute of that name, or nothing."""
        return self.texts[key]

    def under(self, prefix: str) -> list[Marked]:
        """The items of a list: `needed.0`, `needed.1` …"""
        head = f"{prefix}."
        return [text for key, text in self.texts.items() if key.startswith(head)]


def readings(kind: str, object_ids: Iterable[UUID], language: str) -> dict[UUID, Reading]:
    """One query, however many things; the words of one language alone are read, and no rows are made of the others."""
    rows = _said(language).filter(kind=kind, object_id__in=list(object_ids))
    return {
        object_id: _reading(
            object_id, language, source_language, texts, had_in, own if language != source_language else None
        )
        for object_id, source_language, texts, had_in, *own in rows
    }


@cache  # putting it together costs as much as asking it
def _said(language: str) -> QuerySet[Source, tuple[Any, ...]]:
    published = Version.objects.filter(source=OuterRef("pk"), published__isnull=False)
    own = Q(versions__language=language) & Q(versions__published__isnull=False)
    return Source.objects.annotate(
        own=FilteredRelation("versions", condition=own),
        had_in=ArraySubquery(published.order_by("language").values("language")),
    ).values_list(
        "object_id", "language", "texts", "had_in", "own__published", "own__state", "own__outdated", "own__published_at"
    )  # fmt: skip


def _reading(
    object_id: UUID, language: str, source_language: str, said: Sequence[Sequence[str]], had_in: Sequence[str], own: Sequence[Any] | None
) -> Reading:  # fmt: skip
    """`own`: what is published in the reader's language, its state, whether it is outdated, since when; None or None first: nothing."""
    words, state, outdated, published_at = own or (None, "", False, None)
    translated: Mapping[str, str] = words or {}
    texts = {
        key: Marked(translated[ident], language) if ident in translated else Marked(text, source_language)
        for key, text, ident in said
    }
    return Reading(
        object_id, language, source_language, texts, languages=(source_language, *had_in), translated=words is not None, outdated=bool(outdated),
        validated=state == State.VALIDATED, published_at=published_at,
    )  # fmt: skip


def wordings(kind: str, object_ids: Iterable[UUID]) -> dict[UUID, list[tuple[str, dict[str, str]]]]:
    """For the search: each thing's words in every language, the source's first. Two queries."""
    sources = list(Source.objects.filter(kind=kind, object_id__in=list(object_ids)))
    found = {
        source.object_id: [(source.language, {key: text for key, text, _ident in source.texts})] for source in sources
    }
    by_source = {source.pk: source for source in sources}
    for version in Version.objects.filter(source__in=sources, published__isnull=False).order_by("language"):
        source = by_source[version.source_id]
        said = version.published or {}
        found[source.object_id].append(
            (version.language, {key: said[ident] for key, _text, ident in source.texts if ident in said})
        )
    return found
