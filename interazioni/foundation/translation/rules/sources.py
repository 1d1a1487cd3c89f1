"""A thing's own words, as its room publishes them. Like `ledger.post`: inside a rule of that room."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.translation.models import Segment, Source
from interazioni.foundation.translation.rules.settling import settle


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
) -> Source:
    """Takes over what the thing says now: (key, text) in reading order; empty texts are left out.

    A segment keeps its translations when its text stayed, wherever it moved. A `major` change of a text outdates what was made
    from it; a minor one (a comma, a typing error) does not. Nothing that was translated is ever overwritten.
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
    source.public, source.path, source.body_id = True, path, body_id
    source.save()
    if changed:
        settle(source)
    return source


def _segments(source: Source, said: Sequence[tuple[str, str]], major: bool) -> list[Segment]:
    """First what stayed, then what moved, then what was rewritten in its place: an item put before others rewrites none of them."""
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
            segment.revision = source.revision
        segment.key, segment.text, segment.position = key, text, position
        kept.append(segment)
    Segment.objects.filter(pk__in=[segment.pk for segment in free.values()]).delete()
    Segment.objects.bulk_update(kept, ["key", "text", "position", "revision"])
    Segment.objects.bulk_create(made)
    return sorted([*kept, *made], key=lambda segment: segment.position)


def withdraw(*, kind: str, object_ids: Iterable[UUID]) -> None:
    """No longer public: it leaves the board; what was translated stays, for the day it comes back."""
    _inside()
    Source.objects.filter(kind=kind, object_id__in=list(object_ids)).update(public=False)


def _inside() -> None:
    if not active_rules():
        raise OutsideARule("a source is kept inside a rule")
