"""A thing and its translation side by side, as the translator's page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.translation import memory
from interazioni.foundation.translation.checks import Finding, check
from interazioni.foundation.translation.diffs import Change, changes
from interazioni.foundation.translation.glossary import Part, Term, named, terms
from interazioni.foundation.translation.memory import Offer
from interazioni.foundation.translation.models import Origin, Piece, Segment, Source, State, Translator, Version
from interazioni.foundation.translation.standing import current, said_at, wanted_revision


@dataclass(frozen=True, slots=True)
class Line:
    """A segment. `read`: the words that it is translated from (the pivot's, or the source's); None: the pivot has none yet.

    `made_of`, `over`: what a translator who saves has seen (see `rules.work.Edit`). `changed`: what is read, against what it was when it was
    translated, where that differs; `was_unknown`: it differs, and what it was is no longer known.
    """

    segment: Segment
    read: str | None
    parts: Sequence[Part]
    terms: Sequence[Term]
    text: str
    made_of: int
    over: int
    piece: Piece | None
    fresh: bool
    changed: Sequence[Change]
    was_unknown: bool
    unread: bool
    excuse: str
    findings: Sequence[Finding]
    offers: Sequence[Offer] = field(default=())

    @property
    def ident(self) -> UUID:
        return self.segment.pk

    @property
    def excusable(self) -> bool:
        return any(one.excusable for one in self.findings)

    @property
    def wants_a_look(self) -> bool:
        """Words stand there that somebody has to look at again, or for the first time."""
        return self.piece is not None and (not self.fresh or self.unread)


@dataclass(frozen=True, slots=True)
class Sheet:
    source: Source
    language: str
    version: Version | None
    pivot: str
    pivots: Sequence[str]  # languages that it could be translated from
    lines: Sequence[Line]
    mine: bool  # part of it is the reader's: somebody else validates

    @property
    def title(self) -> str:
        return str(self.source.texts[0][1]) if self.source.texts else ""

    @property
    def state(self) -> State:
        return State(self.version.state) if self.version is not None else State.TO_DO

    @property
    def read_language(self) -> str:
        return self.pivot or self.source.language

    @property
    def errors(self) -> int:
        return sum(any(one.error for one in line.findings) for line in self.lines if line.piece is not None)

    @property
    def missing(self) -> int:
        return sum(line.piece is None or not line.fresh for line in self.lines)

    @property
    def published(self) -> bool:
        return self.version is not None and self.version.published is not None

    @property
    def waiting(self) -> bool:
        """Something was written since it was handed in last, or it never was."""
        said = (self.version.published or {}) if self.version is not None else {}
        return any(line.piece is not None and said.get(str(line.ident)) != line.piece.text for line in self.lines)


def sheet(source_id: UUID, language: str, by: Actor, *, only: UUID | None = None) -> Sheet | None:
    """Seven queries, however long the thing. `only`: one segment's line alone. None: there is no such thing, or it is not public."""
    source = Source.objects.filter(pk=source_id, public=True).exclude(language=language).first()
    if source is None:
        return None
    versions = {version.language: version for version in source.versions.all()}
    version = versions.get(language)
    pivots = {code: one.pivot for code, one in versions.items()}
    pivot = pivots.get(language, "")
    pieces = {
        (piece.version.language, piece.segment_id): piece
        for piece in Piece.objects.filter(version__source=source).select_related("version")
    }
    known = terms(source.language, language)
    segments = [one for one in source.segments.all() if only is None or one.pk == only]
    wanting = [one.text for one in segments]
    offered = memory.offers(source.language, language, wanting) if wanting else {}
    lines = [_line(one, source, language, pivots, pieces, known, offered.get(one.text, ())) for one in segments]
    mine = version is not None and (
        version.translator_id == by.user_id
        or any(piece.by_id == by.user_id for (whose, _ident), piece in pieces.items() if whose == language)
    )
    could = [
        code
        for code, one in versions.items()
        if code != language and not _leads_to(code, language, pivots) and one.published
    ]
    return Sheet(source, language, version, pivot, sorted(could), lines, mine)


def _leads_to(code: str, language: str, pivots: dict[str, str]) -> bool:
    while code:
        if code == language:
            return True
        code = pivots.get(code, "")
    return False


def _line(
    segment: Segment, source: Source, language: str, pivots: dict[str, str], pieces: dict[tuple[str, UUID], Piece], known: Sequence[Term],
    offers: Sequence[Offer],
) -> Line:  # fmt: skip
    pivot, piece = pivots.get(language, ""), pieces.get((language, segment.pk))
    above = pieces.get((pivot, segment.pk)) if pivot else None
    read: str | None = (above.text if above is not None else None) if pivot else segment.text
    found = named(read or "", pivot or source.language, [] if pivot else known)
    fresh = piece is not None and current(piece, segment, pivots, pieces, language)
    changed: Sequence[Change] = ()
    unknown = False
    if piece is not None and not fresh and read is not None:
        base = above if above is not None else segment
        was = said_at(base.past, base.revision, base.text, piece.of_revision)
        # Through a pivot that is outdated itself, its words are the same and what stands above it has changed.
        changed, unknown = (changes(was, read), False) if was is not None and was != read else ((), was is None)
    text = piece.text if piece is not None else ""
    excuse = piece.excuse if piece is not None else ""
    findings = (
        check(segment.text, text, language, source_language=source.language, terms=known, excuse=excuse) if text else []
    )
    return Line(
        segment, read, found.parts, found.terms, text, wanted_revision(segment, pivot, pieces) or 0, piece.revision if piece is not None else 0,
        piece, fresh, changed, unknown, piece is not None and piece.origin == Origin.MACHINE and not piece.read, excuse, findings,
        [offer for offer in offers if offer.translation != text],
    )  # fmt: skip


def languages_of(by: Actor) -> list[str]:
    """Into which languages somebody translates, as they said; empty: nothing said."""
    row = Translator.objects.filter(user_id=by.user_id).first()
    return list(row.languages) if row is not None else []
