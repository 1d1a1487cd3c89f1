"""What the rooms that post tell the ledger: what should stand for their work, and where a source is shown."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of source.

    `sql`: a SELECT of `(source_id uuid, measure text, person_id uuid, association_id uuid, quantity numeric)`: the net
    of what the book must hold for these sources, by the rows of the room itself.
    """

    kind: str
    sql: str


# Source ids → the ids of the pages that show them (an attendance is shown by its session).
ShownBy = Callable[[Collection[UUID]], Mapping[UUID, UUID]]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a source is shown: a URL name that takes one id, the source's own or the one that `shown_by` finds."""

    url_name: str
    shown_by: ShownBy | None = None


_sources: dict[str, Source] = {}
_pages: dict[str, Page] = {}


def register_source(kind: str, sql: str) -> None:
    """Said in `apps.py`'s `ready()` by each room that posts entries with `source_kind=kind`."""
    _sources[kind] = Source(kind, sql.strip().rstrip(";"))


def unregister_source(kind: str) -> None:
    """For tests that register their own."""
    _sources.pop(kind, None)


def sources() -> tuple[Source, ...]:
    return tuple(_sources.values())


def register_page(kind: str, url_name: str, *, shown_by: ShownBy | None = None) -> None:
    """Said by the room that shows the sources of this kind."""
    _pages[kind] = Page(url_name, shown_by)


def pages_of(sources: Iterable[tuple[str, UUID]]) -> dict[UUID, tuple[str, UUID]]:
    """Source id → URL name and the id it takes, for those that some room shows. One look-up a kind."""
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for kind, source_id in sources:
        by_kind[kind].add(source_id)
    found: dict[UUID, tuple[str, UUID]] = {}
    for kind, ids in by_kind.items():
        page = _pages.get(kind)
        if page is not None:
            shown = page.shown_by(ids) if page.shown_by else {ident: ident for ident in ids}
            found.update({source_id: (page.url_name, ident) for source_id, ident in shown.items()})
    return found
