"""What the rooms that post tell the ledger: what should stand for their work, and where a source is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of source.

    `sql`: a SELECT of `(source_id uuid, measure text, person_id uuid, association_id uuid, quantity numeric)`: the net
    of what the book must hold for these sources, by the rows of the room itself. `url_name` takes the source's id.
    """

    kind: str
    sql: str
    url_name: str = ""


_sources: dict[str, Source] = {}


def register_source(kind: str, sql: str, *, url_name: str = "") -> None:
    """Said in `apps.py`'s `ready()` by each room that posts entries with `source_kind=kind`."""
    _sources[kind] = Source(kind, sql.strip().rstrip(";"), url_name)


def unregister_source(kind: str) -> None:
    """For tests that register their own."""
    _sources.pop(kind, None)


def sources() -> tuple[Source, ...]:
    return tuple(_sources.values())


def url_name_of(kind: str) -> str:
    source = _sources.get(kind)
    return source.url_name if source else ""
