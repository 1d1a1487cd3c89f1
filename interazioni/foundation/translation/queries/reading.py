"""What the public reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Case, When

from interazioni.foundation.translation.models import Source, State, Version


@dataclass(frozen=True, slots=True)
class Marked:
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
        return [text for key, text in self.texts.items() if key.startswith(f"{prefix}.")]


def readings(kind: str, object_ids: Iterable[UUID], language: str) -> dict[UUID, Reading]:
    """Two queries, however many things; the words of one language alone are read."""
    sources = list(Source.objects.filter(kind=kind, object_id__in=list(object_ids)))
    versions: dict[UUID, dict[str, Version]] = {}
    rows = Version.objects.filter(source__in=sources, published__isnull=False).defer("published")
    for version in rows.annotate(said=Case(When(language=language, then="published"))):
        versions.setdefault(version.source_id, {})[version.language] = version
    return {source.object_id: _reading(source, versions.get(source.pk, {}), language) for source in sources}


def _reading(source: Source, versions: Mapping[str, Version], language: str) -> Reading:
    version = versions.get(language) if language != source.language else None
    said: Mapping[str, str] = (version.said or {}) if version is not None else {}  # type: ignore[attr-defined]
    texts = {
        key: Marked(said[ident], language) if ident in said else Marked(text, source.language)
        for key, text, ident in source.texts
    }
    return Reading(
        source.object_id, language, source.language, texts, languages=(source.language, *sorted(versions)),
        translated=version is not None, outdated=version is not None and version.outdated,
        validated=version is not None and version.state == State.VALIDATED, published_at=version.published_at if version is not None else None,
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
