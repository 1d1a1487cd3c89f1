"""The translators' board: what is wanted in which language, what is read most first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from interazioni.foundation.core import clock

READ_DAYS = 90  # reads of so many days say what is read most
STANDS = {
    # What a translator or a validator looks for → the rows that are it.
    "wanted": "state IN ('to_do', 'machine') OR outdated OR waiting",
    "to_do": "state = 'to_do' AND NOT outdated",
    "outdated": "outdated",
    "machine": "state = 'machine'",
    "waiting": "waiting",
    "to_validate": "state = 'translated' AND published AND NOT waiting",
    "validated": "state = 'validated'",
    "all": "true",
}
ROWS = """
WITH reads AS (
    SELECT kind, object_id, language, sum(n)::bigint AS n FROM core_read WHERE day > %(today)s::date - %(days)s::int GROUP BY 1, 2, 3
), everywhere AS (SELECT kind, object_id, sum(n)::bigint AS n FROM reads GROUP BY 1, 2),
wanted AS (
    SELECT s.id, s.kind, s.theme, s.language AS source_language, coalesce(s.texts -> 0 ->> 1, '') AS title, jsonb_array_length(s.texts) AS segments,
        l.language, coalesce(v.state, 'to_do') AS state, coalesce(v.outdated, false) AS outdated,
        CASE WHEN v.id IS NULL THEN jsonb_array_length(s.texts) ELSE v.missing END AS missing, v.published IS NOT NULL AS published,
        coalesce(v.state = 'translated' AND (v.published IS NULL OR EXISTS (
            SELECT FROM translation_piece p WHERE p.version_id = v.id AND p.text IS DISTINCT FROM v.published ->> p.segment_id::text)), false) AS waiting,
        v.translator_id, coalesce(r.n, 0) AS reads_here, coalesce(e.n, 0) AS reads
    FROM translation_source s CROSS JOIN unnest(%(languages)s::text[]) AS l (language)
    LEFT JOIN translation_version v ON v.source_id = s.id AND v.language = l.language
    LEFT JOIN reads r ON r.kind = s.kind AND r.object_id = s.object_id AND r.language = l.language
    LEFT JOIN everywhere e ON e.kind = s.kind AND e.object_id = s.object_id
    WHERE s.public AND s.language <> l.language AND (%(kind)s = '' OR s.kind = %(kind)s) AND (%(theme)s = '' OR s.theme = %(theme)s)
)
"""
LIST = """
SELECT id, kind, theme, source_language, title, segments, language, state, outdated, missing, published, waiting, reads_here, reads,
    translator_id, count(*) OVER () AS total
FROM wanted WHERE ({stands}) AND (NOT %(others)s OR translator_id IS DISTINCT FROM %(me)s)
ORDER BY reads_here DESC, reads DESC, outdated DESC, title, language, id LIMIT %(limit)s OFFSET %(offset)s
"""
PROGRESS = """
SELECT language, count(*), count(*) FILTER (WHERE published AND NOT outdated), count(*) FILTER (WHERE outdated),
    count(*) FILTER (WHERE state = 'validated'), count(*) FILTER (WHERE state = 'machine')
FROM wanted GROUP BY language
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board shows. `stands`: a key of STANDS. `others`: not what I translated myself (to be validated)."""

    languages: Sequence[str]
    stands: str = "wanted"
    kind: str = ""
    theme: str = ""
    me: UUID | None = None
    others: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source in a language. `waiting`: written, and not handed in. `reads_here`: by readers of this language, in ninety days."""

    source_id: UUID
    kind: str
    theme: str
    source_language: str
    title: str
    segments: int
    language: str
    state: str
    outdated: bool
    missing: int
    published: bool
    waiting: bool
    reads_here: int
    reads: int
    translator_id: UUID | None


@dataclass(frozen=True, slots=True)
class Board:
    rows: Sequence[Wanted]
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`good`: read by the public, made from what stands there now."""

    language: str
    total: int
    good: int
    outdated: int
    validated: int
    machine: int


def _values(asked: Asked) -> dict[str, Any]:
    return {
        "today": clock.today(), "days": READ_DAYS, "languages": list(asked.languages), "kind": asked.kind, "theme": asked.theme,
        "me": asked.me, "others": asked.others,
    }  # fmt: skip


def board(asked: Asked, *, limit: int = 25, offset: int = 0) -> Board:
    """One query, however many things and languages."""
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS + LIST.format(stands=STANDS[asked.stands]), {**_values(asked), "limit": limit, "offset": offset}
        )
        found = cursor.fetchall()
    rows = [Wanted(*row[:15]) for row in found]
    return Board(rows, found[0][15] if found else 0)


def progress(languages: Sequence[str]) -> list[Progress]:
    """How far each language is, in the order in which they were asked for."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS + PROGRESS, _values(Asked(languages)))
        found = {row[0]: Progress(*row) for row in cursor.fetchall()}
    return [found.get(code, Progress(code, 0, 0, 0, 0, 0)) for code in languages]
