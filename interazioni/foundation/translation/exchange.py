"""Files out, and what a file that came in would change. Reads; `rules.files` writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import prefetch_related_objects

from interazioni.foundation.translation import xliff
from interazioni.foundation.translation.checks import Finding, check
from interazioni.foundation.translation.glossary import named, terms
from interazioni.foundation.translation.models import Origin, Piece, Source, State, Version
from interazioni.foundation.translation.rules.work import Edit
from interazioni.foundation.translation.standing import current, said_at, wanted_revision
from interazioni.foundation.vocabularies import languages

MOST_FILES = 500  # things in one file


@dataclass(frozen=True, slots=True)
class Change:
    """What a unit of a file would do. `outcome`: new, replaces, same, stands (a person wrote since), gone, empty; `outdated`: made of
    words that the source no longer says."""

    outcome: str
    unit: xliff.Unit
    before: str = ""
    outdated: bool = False
    drafted: bool = False  # it stands in the place of what no person wrote
    findings: Sequence[Finding] = ()

    @property
    def taken(self) -> bool:
        return self.outcome in ("new", "replaces")


@dataclass(frozen=True, slots=True)
class Thing:
    """`source` None: no such thing is public here."""

    source_id: UUID
    source: Source | None
    changes: list[Change] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.source.texts[0][1]) if self.source is not None and self.source.texts else str(self.source_id)


def out(sources: Iterable[Source], language: str, *, all_segments: bool = True) -> xliff.Document:
    """Files of things in a language; `all_segments` False: only what has no words, or outdated ones."""
    listed = list(sources)
    files = []
    pieces: dict[UUID, dict[tuple[str, UUID], Piece]] = {}
    for one in Piece.objects.filter(version__source__in=listed).select_related("version"):
        pieces.setdefault(one.version.source_id, {})[one.version.language, one.segment_id] = one
    pivots: dict[UUID, dict[str, str]] = {}
    states: dict[UUID, str] = {}
    for version in Version.objects.filter(source__in=listed):
        pivots.setdefault(version.source_id, {})[version.language] = version.pivot
        if version.language == language:
            states[version.source_id] = version.state
    first = listed[0].language if listed else "it"
    known = terms(first, language)
    prefetch_related_objects(listed, "segments")
    for source in listed:
        own, from_ = pieces.get(source.pk, {}), pivots.get(source.pk, {})
        units = []
        for segment in source.segments.all():
            piece = own.get((language, segment.pk))
            fresh = piece is not None and current(piece, segment, from_, own, language)
            if fresh and not all_segments:
                continue
            state = "initial"
            if piece is not None and fresh and piece.read:
                state = "reviewed" if states.get(source.pk) == State.VALIDATED else "translated"
            notes = [
                f"{term.names[0]} → {term.preferred}" for term in named(segment.text, source.language, known).terms
            ]
            units.append(
                xliff.Unit(
                    segment.pk, segment.text, piece.text if piece else "", wanted_revision(segment, from_.get(language, ""), own) or 0,
                    piece.revision if piece else 0, segment.key, state, notes,
                )
            )  # fmt: skip
        if units:
            files.append(xliff.File(source.pk, units, f"{source.kind}/{source.object_id}"))
    return xliff.Document(languages.tag(first), languages.tag(language), files)


def preview(document: xliff.Document, language: str) -> list[Thing]:
    """What would happen, unit by unit. A handful of queries, however many units."""
    sources = {
        source.pk: source
        for source in Source.objects.filter(pk__in=[file.source_id for file in document.files], public=True)
        .exclude(language=language).prefetch_related("segments")
    }  # fmt: skip
    own = {
        piece.segment_id: piece
        for piece in Piece.objects.filter(version__source__in=sources, version__language=language)
    }
    pivots = dict(Version.objects.filter(source__in=sources, language=language).values_list("source_id", "pivot"))
    known = {code: terms(code, language) for code in {source.language for source in sources.values()}}
    found: list[Thing] = []
    for file in document.files:
        source = sources.get(file.source_id)
        thing = Thing(file.source_id, source)
        segments = {segment.pk: segment for segment in source.segments.all()} if source is not None else {}
        for unit in file.units:
            segment = segments.get(unit.segment_id)
            if segment is None or source is None:
                thing.changes.append(Change("gone", unit))
                continue
            if not unit.translation:
                thing.changes.append(Change("empty", unit))
                continue
            piece = own.get(segment.pk)
            if unit.made_of is None:
                outdated = " ".join(unit.text.split()) != " ".join(segment.text.split())
            else:
                outdated = not pivots.get(source.pk) and unit.made_of < segment.revision
            drafted = piece is not None and piece.origin in (Origin.MACHINE, Origin.MEMORY)
            findings = check(
                segment.text, unit.translation, language, source_language=source.language, terms=known[source.language]
            )
            thing.changes.append(
                Change(_outcome(piece, unit), unit, piece.text if piece else "", outdated, drafted, findings)
            )
        found.append(thing)
    return found


def _outcome(piece: Piece | None, unit: xliff.Unit) -> str:
    """The same as the rule decides, so that the preview says what will be."""
    if piece is None:
        return "new"
    if piece.text == unit.translation:
        return "same"
    over = unit.over or 0
    had = said_at(piece.past, piece.revision, piece.text, over) if over else ""
    if unit.translation == had:
        return "same"  # what the file brought along; others wrote since, and the translator did not
    if over != piece.revision and piece.origin not in (Origin.MACHINE, Origin.MEMORY):
        return "stands"
    return "replaces"


def edits(thing: Thing) -> dict[UUID, Edit]:
    """What the rule is given. Words made from a source that says something else now are kept as outdated."""
    found = {}
    for change in thing.changes:
        if change.taken:
            unit = change.unit
            made_of = 0 if change.outdated and unit.made_of is None else unit.made_of
            over = None if change.drafted else (unit.over or 0)
            found[unit.segment_id] = Edit(unit.translation, made_of, over)
    return found
