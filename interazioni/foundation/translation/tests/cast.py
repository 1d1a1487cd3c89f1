"""Words of an invented room, published by a rule of its own."""

from collections.abc import Sequence
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.translation import registry
from interazioni.foundation.translation.models import Segment, Source, Version
from interazioni.foundation.translation.rules import Edit, Written, hand_in, sync, write_pieces
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

KIND = "note"
heard: list[UUID] = []
registry.register(KIND, "Note", heard.extend, about={"school": "School"})


@rule(Permission.DIRECTORY_KEEP)
def publish(
    *, texts: Sequence[str], object_id: UUID | None = None, major: bool = True, theme: str = "", by: Actor
) -> Source:
    object_id = object_id or new_id()
    record(by, "test.publish", object_kind=KIND, object_id=object_id)
    keyed = [(f"p.{at}", text) for at, text in enumerate(texts)]
    return sync(
        kind=KIND, object_id=object_id, body_id=by.body_id, language="it", texts=keyed, major=major, theme=theme
    )


def a_note(*texts: str, theme: str = "", major: bool = True, object_id: UUID | None = None) -> Source:
    with clock.at(DEMO_DAY):
        return publish(texts=texts, theme=theme, major=major, object_id=object_id, by=actor("lucia"))


def again(source: Source, *texts: str, major: bool = True) -> Source:
    """The same note, with other words."""
    return a_note(*texts, major=major, object_id=source.object_id)


def segments(source: Source) -> dict[str, Segment]:
    return {segment.text: segment for segment in Segment.objects.filter(source=source)}


def write(
    source: Source, said: dict[str, str | Edit], language: str = "fr", by: str = "amina", **more: object
) -> Written:
    """Source text → translation."""
    known = segments(source)
    with clock.at(DEMO_DAY):
        return write_pieces(
            source=source, language=language, texts={known[text].pk: words for text, words in said.items()}, by=actor(by), **more
        )  # type: ignore[arg-type]  # fmt: skip


def handed_in(source: Source, language: str = "fr", by: str = "amina") -> Version:
    with clock.at(DEMO_DAY):
        return hand_in(source=source, language=language, by=actor(by))


def version(source: Source, language: str = "fr") -> Version:
    return Version.objects.get(source=source, language=language)


def words(source: Source, language: str = "fr") -> dict[str, str]:
    """What is written now: source text → translation."""
    return {piece.segment.text: piece.text for piece in version(source, language).pieces.select_related("segment")}
