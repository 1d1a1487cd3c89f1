"""A thing's own words, as its room publishes them. Like `ledger.post`: inside a rule of that room."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from uuid import UUID

from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.translation import memory
from interazioni.foundation.translation.models import Origin, Piece, Segment, Source
from interazioni.foundation.translation.rules.settling import settle
from interazioni.foundation.translation.standing import said_at

PAST = 10  # earlier wordings that a segment remembers
ALIKE = 0.65  # of a text is the same: rewritten, not another
MOST_PAIRS = 4000  # beyond, comparing all with all would take seconds


class OutsideARule(RuntimeError):
    """Words become a source when something is published; publishing is a rule."""


def sync(
    *,
    kind: str,
    object_id: UUID,
    body_id: UUID,
    language: str,
    texts: Sequence[tuple[str, str]],
    major: bool = True,
    path: str = "",
    theme: str = "",
) -> Source:
    """Takes over what the thing says now: (key, text) in reading order; empty texts are left out.

    A segment keeps its translations when its text stayed, wherever it moved. A `major` change of a text outdates what was made
    from it; a minor one (a comma, a typing error) does not. Nothing that was translated is ever overwritten; what people wrote for a
    paragraph that is taken out goes into the memory.
    """
    _inside()
    said = [(key, text) for key, text in texts if text.strip()]
    source, made = Source.objects.get_or_create(
        kind=kind, object_id=object_id, defaults={"body_id": body_id, "language": language, "texts": [], "revision": 1}
    )
    if not made:
        source = Source.objects.select_for_update().get(pk=source.pk)
    changed = said != [(key, text) for key, text, _ident in source.texts]
    if changed and not made:
        source.revision += 1
    if changed:
        source.texts = [[row.key, row.text, str(row.pk)] for row in _segments(source, said, major)]
    source.public, source.path, source.theme, source.body_id = True, path, theme, body_id
    source.save()
    if changed:
        settle(source)
    return source


def _segments(source: Source, said: Sequence[tuple[str, str]], major: bool) -> list[Segment]:
    """First what stayed, then what moved, then what is much alike wherever it stands, then what was rewritten in its place: an item put before
    others rewrites none of them, and a sentence that moved and lost a comma is still the same."""
    free = {segment.key: segment for segment in source.segments.all()}
    found: dict[str, Segment] = {}
    for key, text in said:
        if key in free and free[key].text == text:
            found[key] = free.pop(key)
    by_text: dict[str, list[Segment]] = {}
    for segment in free.values():
        by_text.setdefault(segment.text, []).append(segment)
    for key, text in said:
        if key not in found and by_text.get(text):
            found[key] = by_text[text].pop(0)
            del free[found[key].key]
    for key, segment in _alike([one for one in said if one[0] not in found], list(free.values())):
        found[key] = free.pop(segment.key)
    for key, _text in said:
        if key not in found and key in free:
            found[key] = free.pop(key)
    made: list[Segment] = []
    kept: list[Segment] = []
    for position, (key, text) in enumerate(said):
        if key not in found:
            made.append(Segment(source=source, key=key, position=position, text=text, revision=source.revision))
            continue
        segment = found[key]
        if segment.text != text and major:
            segment.past = [*segment.past, [segment.revision, segment.text]][-PAST:]
            segment.revision = source.revision
        segment.key, segment.text, segment.position = key, text, position
        kept.append(segment)
    _remember(source, list(free.values()))
    Segment.objects.filter(pk__in=[segment.pk for segment in free.values()]).delete()
    Segment.objects.bulk_update(kept, ["key", "text", "position", "revision", "past"])
    Segment.objects.bulk_create(made)
    return sorted([*kept, *made], key=lambda segment: segment.position)


def _alike(said: Sequence[tuple[str, str]], free: Sequence[Segment]) -> Iterable[tuple[str, Segment]]:
    """The likest pairs first; in its own place a text needs to be less alike than the next best by a little."""
    if not said or not free or len(said) * len(free) > MOST_PAIRS:
        return
    pairs = []
    for segment in free:
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(segment.text)
        for key, text in said:
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                pairs.append((matcher.ratio() + (0.05 if key == segment.key else 0), key, segment))
    taken: set[str] = set()
    used: set[str] = set()
    for likeness, key, segment in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].position)):
        if likeness >= ALIKE and key not in taken and segment.key not in used:
            taken |= {key}
            used.add(segment.key)
            yield key, segment


def _remember(source: Source, gone: Sequence[Segment]) -> None:
    """What people wrote for these, also what was not handed in: it is offered when the paragraph comes back."""
    if not gone:
        return
    written = Piece.objects.filter(segment__in=gone, origin__in=[Origin.HUMAN, Origin.FILE])
    for piece in written.select_related("segment", "version"):
        segment = piece.segment
        said = said_at(segment.past, segment.revision, segment.text, piece.of_revision)
        text = segment.text if piece.version.pivot else said
        if text:
            memory.remember(source.language, piece.version.language, [(text, piece.text)], validated=False)


def withdraw(*, kind: str, object_ids: Iterable[UUID]) -> None:
    """No longer public: it leaves the board; what was translated stays, for the day it comes back."""
    _inside()
    Source.objects.filter(kind=kind, object_id__in=list(object_ids)).update(public=False)


def _inside() -> None:
    if not active_rules():
        raise OutsideARule("a source is kept inside a rule")
