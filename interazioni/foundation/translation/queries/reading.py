"""What the public reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from pydantic_core import from_json

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


# By hand: to put it together anew each time took as long as to ask it. Columns of one language alone are read, no rows are made of the others.
SAID = """
SELECT source.object_id, source.language, source.texts,
    ARRAY(SELECT language FROM translation_version WHERE source_id = source.id AND published IS NOT NULL ORDER BY language),
    own.published, own.state, own.outdated, own.published_at
FROM translation_source source
LEFT JOIN translation_version own ON own.source_id = source.id AND own.language = %s AND own.published IS NOT NULL AND own.language <> source.language
WHERE source.kind = %s AND source.object_id = ANY(%s)
"""


def readings(kind: str, object_ids: Iterable[UUID], language: str) -> dict[UUID, Reading]:
    """One query, however many things."""
    with connection.cursor() as cursor:
        cursor.execute(SAID, [language, kind, list(object_ids)])
        return {row[0]: _reading(language, *row) for row in cursor.fetchall()}


def _reading(
    language: str, object_id: UUID, source_language: str, said: str, had_in: Sequence[str], published: str | None, state: str, outdated: bool,
    published_at: datetime | None,
) -> Reading:  # fmt: skip
    """`published`: what is to be read in the reader's language; None: nothing."""
    if published is None:
        texts = {key: Marked(text, source_language) for key, text, _ident in from_json(said)}
        return Reading(object_id, language, source_language, texts, languages=(source_language, *had_in))
    translated: Mapping[str, str] = from_json(published)
    texts = {
        key: Marked(translated[ident], language) if ident in translated else Marked(text, source_language)
        for key, text, ident in from_json(said)
    }
    return Reading(
        object_id, language, source_language, texts, languages=(source_language, *had_in), translated=True, outdated=outdated,
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
