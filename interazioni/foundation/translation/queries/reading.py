"""What the public reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, FilteredRelation, Func, JSONField, OuterRef, Q, QuerySet

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


def readings(
    kind: str | Collection[str], object_ids: Iterable[UUID], language: str, *, keys: Sequence[str] = ()
) -> dict[UUID, Reading]:
    """One query, however many things, also of several kinds; the words of one language alone are read, and no rows are made of the others.

    `keys`: only these of its words, for lists; none: all.
    """
    rows = _said(language, tuple(keys)).filter(
        kind__in=[kind] if isinstance(kind, str) else list(kind), object_id__in=list(object_ids)
    )
    return {
        object_id: _reading(
            object_id, language, source_language, texts, had_in, own if language != source_language else None
        )
        for object_id, source_language, texts, had_in, *own in rows
    }


@cache  # putting it together costs as much as asking it
def _said(language: str, keys: tuple[str, ...]) -> QuerySet[Source, tuple[Any, ...]]:
    published = Version.objects.filter(source=OuterRef("pk"), published__isnull=False)
    own = Q(versions__language=language) & Q(versions__published__isnull=False)
    rows = Source.objects.annotate(
        own=FilteredRelation("versions", condition=own),
        had_in=ArraySubquery(published.order_by("language").values("language")),
        said=_Few("texts", keys=keys) if keys else F("texts"),
        words=_FewTranslated("texts", "own__published", keys=keys) if keys else F("own__published"),
    )
    return rows.values_list(
        "object_id", "language", "said", "had_in", "words", "own__state", "own__outdated", "own__published_at"
    )


class _Few(Func):
    """Of `texts` those under some keys: the rest of a long text is neither sent nor read."""

    template = "(SELECT jsonb_agg(said ORDER BY n) FROM jsonb_array_elements(%(expressions)s) WITH ORDINALITY _(said, n) WHERE said ->> 0 IN %(keys)s)"
    output_field: ClassVar[JSONField] = JSONField()

    def __init__(self, *columns: str, keys: tuple[str, ...]) -> None:
        if not all(key.isidentifier() for key in keys):
            raise ValueError(f"keys of segments, not {keys}")
        super().__init__(*columns, keys="({})".format(", ".join(f"'{key}'" for key in keys)))


class _FewTranslated(_Few):
    """Of `published` the same, by the ids of their segments; NULL where none of them is translated."""

    template = """(SELECT jsonb_object_agg(said ->> 2, had -> (said ->> 2))
        FROM (VALUES (%(expressions)s)) given(texts, had), jsonb_array_elements(texts) said
        WHERE said ->> 0 IN %(keys)s AND had -> (said ->> 2) IS NOT NULL)"""


def _reading(
    object_id: UUID, language: str, source_language: str, said: Sequence[Sequence[str]] | None, had_in: Sequence[str], own: Sequence[Any] | None
) -> Reading:  # fmt: skip
    """`own`: what is published in the reader's language, its state (None: there is no version), whether it is outdated, since when."""
    words, state, outdated, published_at = own or (None, None, False, None)
    translated: Mapping[str, str] = words or {}
    texts = {
        key: Marked(translated[ident], language) if ident in translated else Marked(text, source_language)
        for key, text, ident in said or ()
    }
    return Reading(
        object_id, language, source_language, texts, languages=(source_language, *had_in), translated=state is not None, outdated=bool(outdated),
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
