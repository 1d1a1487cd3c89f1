"""How each version of a source stands: which segments are current, what is missing, whether what is published is outdated. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from interazioni.foundation.translation.models import Piece, Segment, State, Version

Pieces = Mapping[tuple[str, UUID], Piece]  # (language, segment) → piece


@dataclass(frozen=True, slots=True)
class Standing:
    state: State
    missing: int  # segments without words, or with words made from others than stand there now
    outdated: bool


def current(piece: Piece, segment: Segment, pivots: Mapping[str, str], pieces: Pieces, language: str) -> bool:
    """Whether the piece was made from the words that stand there now; through a pivot, whether those were, too."""
    pivot = pivots.get(language, "")
    if not pivot:
        return piece.of_revision == segment.revision
    above = pieces.get((pivot, segment.pk))
    return above is not None and piece.of_revision == above.revision and current(above, segment, pivots, pieces, pivot)


def said_at(past: Sequence[Sequence[int | str]], revision: int, text: str, wanted: int) -> str | None:
    """What a segment or a piece said at a revision of its own; None where that is no longer known."""
    if wanted == revision:
        return text
    return next((str(words) for number, words in reversed(past) if number == wanted), None)


def wanted_revision(segment: Segment, pivot: str, pieces: Pieces) -> int | None:
    """What a piece written now is made of. None: the pivot has no words yet."""
    if not pivot:
        return segment.revision
    above = pieces.get((pivot, segment.pk))
    return None if above is None else above.revision


def standing(version: Version, segments: Sequence[Segment], pieces: Pieces, pivots: Mapping[str, str]) -> Standing:
    own = {segment.pk: pieces.get((version.language, segment.pk)) for segment in segments}
    fresh = {
        segment.pk: (piece := own[segment.pk]) is not None and current(piece, segment, pivots, pieces, version.language)
        for segment in segments
    }
    missing = sum(not one for one in fresh.values())
    unread = any(piece is not None and not piece.read for piece in own.values())
    published = version.published or {}
    outdated = any(str(segment.pk) in published and not fresh[segment.pk] for segment in segments)
    if missing:
        state = State.TO_DO
    elif unread:
        state = State.MACHINE
    elif version.state == State.VALIDATED and not _edited(version, own.values()):
        state = State.VALIDATED
    else:
        state = State.TRANSLATED
    return Standing(state, missing, outdated and version.published is not None)


def _edited(version: Version, pieces: object) -> bool:
    """Words changed after they were validated. The order of moments within one transaction does not matter: a validation is an act of its own."""
    return any(
        piece is not None and version.validated_at is not None and piece.changed_at > version.validated_at
        for piece in pieces  # type: ignore[attr-defined]
    )
