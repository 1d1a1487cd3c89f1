"""What a reader asks, and what is found: one thing once, in the reader's language where there is one. See `docs/mechanisms/search.md`."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from interazioni.foundation.search.analyser import Word, asked, likely, meant
from interazioni.foundation.search.concepts import MARK, VERSION, Concepts, glossary_of
from interazioni.foundation.search.spelling import Meant, alike

MOST_WORDS = 12  # of a question; the rest of a pasted page says nothing more
LONGEST = 300  # characters that are looked at
SAME_AGAIN = 0.12  # by how much each further thing of one kind and theme comes later: a list of one sort of offices hides the guide
NEARBY_KM = 15  # at this distance something fits half as well as next door


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything that is set must hold."""

    kinds: Sequence[str] = ()
    theme: str = ""
    municipality: str = ""  # ISTAT
    near: tuple[float, float] | None = None  # latitude, longitude
    within_km: float = 30.0
    open_at: datetime | None = None
    spoken: str = ""
    free: bool = False
    since: datetime | None = None  # events and opportunities that end later than this

    def any(self) -> bool:
        return self != Filters(since=self.since)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing. `language` differs from the reader's where it is not to be had in it. `km` from where the reader is."""

    kind: str
    object_id: UUID
    language: str
    path: str
    title: str
    summary: str
    theme: str
    municipalities: Sequence[str]
    latitude: float | None
    longitude: float | None
    spoken: Sequence[str]
    free: bool | None
    starts_at: datetime | None
    ends_at: datetime | None
    stale: bool
    score: float
    km: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """`corrected`: what was searched instead of a misspelt question, if so. `total`: how many are found beyond this page."""

    items: Sequence[Found]
    total: int
    corrected: str = ""
    words: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class _Term:
    """Part of a question: its tokens (any of them), and how much it says. `counts`: it is one of the words that should all be there."""

    query: str
    weight: float
    counts: str = ""


def search(text: str, language: str, filters: Filters | None = None, *, page: int = 1, per_page: int = 20) -> Results:
    """At most four queries, at any size. Without words it lists what the filters let through."""
    filters = filters or Filters()
    words = asked(text[:LONGEST], language)[:MOST_WORDS]
    if not words:
        return _run([], language, filters, page, per_page)
    counts, total, version = _counts([token for word in words for token in word.tokens])
    known = glossary_of(version)
    concepts = _named(known, words, {}, language)
    unknown = [w.surface for w in words if w.surface not in concepts and not any(token in counts for token in w.tokens)]
    instead = alike(unknown, language) if unknown else {}
    if instead:
        concepts = _named(known, words, instead, language)
    terms = [
        _term(word, instead.get(word.surface, ()), concepts.get(word.surface, ()), counts, total, language)
        for word in words
    ]
    terms += [
        _Term(_quoted(code), 1.5 * _rarity(counts.get(code, 0), total))
        for code in sorted(set().union(*concepts.values()))
    ]
    results = _run(terms, language, filters, page, per_page)
    if instead:
        said = " ".join(instead[w.surface][0].surface if w.surface in instead else w.surface for w in words)
        results = replace(results, corrected=said)
    return replace(results, words=[word.surface for word in words])


def _counts(tokens: Sequence[str]) -> tuple[dict[str, int], int, str]:
    """In how many documents each of these and each concept stands, how many there are, and which glossary holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token, documents, '' FROM search_token WHERE token = ANY(%s) OR token ^@ %s UNION ALL"
            f" SELECT '', (SELECT greatest(reltuples, 1)::int FROM pg_class WHERE oid = 'search_document'::regclass), ({VERSION})",
            [list(tokens), MARK],
        )
        *rows, (_token, total, version) = cursor.fetchall()
    return {token: count for token, count, _version in rows}, total, version


def _named(
    known: Concepts, words: Sequence[Word], instead: Mapping[str, Sequence[Meant]], language: str
) -> dict[str, set[str]]:
    """A question's words → the concepts that they name: in the reader's likely languages, or else in any."""
    meanings = {word.surface: [word.surface, *(one.surface for one in instead.get(word.surface, ()))] for word in words}
    surfaces = {surface: word for word, all_of_it in meanings.items() for surface in all_of_it}
    languages = dict.fromkeys(one for surface in surfaces for one in likely(surface, language))
    found = known.asked(surfaces, languages) or known.asked(surfaces, known.names)
    concepts: dict[str, set[str]] = {}
    for surface, codes in found.items():
        concepts.setdefault(surfaces[surface], set()).update(codes)
    return concepts


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _rarity(count: int, total: int) -> float:
    return math.log(1 + total / (1 + count))


def _term(
    word: Word, instead: Sequence[Meant], concepts: Iterable[str], counts: Mapping[str, int], total: int, language: str
) -> _Term:
    """What stands for a word: its tokens; those of the words that were meant instead; that a concept which it names is spoken of."""
    tokens = dict.fromkeys(
        token for one in instead for token in (one.token, *meant(one.surface, language))
    ) or dict.fromkeys(word.tokens)
    query = " | ".join(_quoted(token) for token in tokens)
    seen = [counts[token] for token in tokens if token in counts] + [one.documents for one in instead]
    if len(word.surface) >= 4 and not seen:
        query += f" | {_quoted(word.surface)}:*"  # half a word, or a form that the stemmer does not know
    return _Term(query, _rarity(max(seen, default=0), total), " | ".join([query, *map(_quoted, concepts)]))


WEIGHTS = "{0.05, 0.25, 0.5, 1.0}"  # D, C, B, A
COLUMNS = "kind, object_id, language, path, title, summary, theme, municipalities, latitude, longitude, spoken, free, starts_at, ends_at, stale"
KM = (
    "12742.0176 * asin(sqrt(power(sin(radians(latitude - %(lat)s) / 2), 2) + cos(radians(%(lat)s)) * cos(radians(latitude))"
    " * power(sin(radians(longitude - %(lon)s) / 2), 2)))"
)


def _run(terms: Sequence[_Term], language: str, filters: Filters, page: int, per_page: int) -> Results:
    values: dict[str, Any] = {"language": language, "limit": per_page, "offset": per_page * (page - 1)}
    conditions = ["reads_in @> ARRAY[%(language)s]::varchar[]", *_conditions(filters, values)]
    score, matched = ["0"], []
    for number, term in enumerate(terms):
        values |= {f"q{number}": term.query, f"w{number}": term.weight}
        score.append(f"%(w{number})s * ts_rank('{WEIGHTS}', vector, %(q{number})s::tsquery, 1)")
        if term.counts:
            values[f"c{number}"] = term.counts
            matched.append(f"(vector @@ %(c{number})s::tsquery)::int")
    if terms:
        values["any"] = " | ".join(f"({term.counts or term.query})" for term in terms)
        conditions.append("vector @@ %(any)s::tsquery")
    km = KM if filters.near else "NULL::float8"
    # What matches all words comes before what matches some; what nobody vouches for after the others; what is near before what is far.
    rank = f"({' + '.join(score)}) * weight * CASE WHEN stale THEN 0.6 ELSE 1 END"
    if matched:
        rank += f" * power(0.3 + ({' + '.join(matched)})::float8 / {len(matched)}, 1.5)"
    if filters.near:
        values |= {"lat": filters.near[0], "lon": filters.near[1]}
        rank += f" / (1 + coalesce({KM}, {NEARBY_KM}) / {NEARBY_KM})"
    order = f"score / (1 + {SAME_AGAIN} * (nth - 1)) DESC, " if terms else "stale, "
    order += "km NULLS LAST, starts_at NULLS LAST, title, object_id"
    sql = (
        f"SELECT {COLUMNS}, score, km, total FROM (SELECT *, count(*) OVER () AS total, row_number() OVER (PARTITION BY kind, theme"
        f" ORDER BY score DESC, km NULLS LAST, starts_at NULLS LAST, title, object_id) AS nth FROM (SELECT {COLUMNS}, {rank} AS score, {km} AS km"
        f" FROM search_document WHERE {' AND '.join(conditions)}) found) ranked ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return Results([Found(*row[:-1]) for row in rows], rows[0][-1] if rows else 0)


def _conditions(filters: Filters, values: dict[str, Any]) -> list[str]:
    found = []
    if filters.kinds:
        values["kinds"] = list(filters.kinds)
        found.append("kind = ANY(%(kinds)s)")
    if filters.theme:
        values["theme"] = filters.theme
        found.append("theme = %(theme)s")
    if filters.municipality:
        values["municipality"] = filters.municipality
        found.append("municipalities @> ARRAY[%(municipality)s]::varchar[]")
    if filters.near:
        values |= {"lat": filters.near[0], "lon": filters.near[1], "far": filters.within_km}
        found.append(f"(latitude IS NOT NULL AND {KM} <= %(far)s)")
    if filters.open_at:
        values["open_at"] = filters.open_at
        found.append(
            "EXISTS (SELECT 1 FROM search_opening o WHERE o.object_id = search_document.object_id AND o.span @> %(open_at)s::timestamptz)"
        )
    if filters.spoken:
        values["spoken"] = filters.spoken
        found.append("spoken @> ARRAY[%(spoken)s]::varchar[]")
    if filters.free:
        found.append("free")
    if filters.since:
        values["since"] = filters.since
        found.append("(ends_at IS NULL OR ends_at >= %(since)s)")
    return found


def suggestions(text: str, language: str, limit: int = 6) -> list[str]:
    """Titles that begin like what is being typed."""
    words = asked(text[:LONGEST], language)
    if not words:
        return []
    parts = [" | ".join(_quoted(token) for token in word.tokens) for word in words[:-1]]
    last = words[-1]
    parts.append(" | ".join([f"{_quoted(last.surface)}:*A", *(f"{_quoted(token)}:*A" for token in last.tokens)]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title FROM search_document WHERE language = %s AND vector @@ %s::tsquery ORDER BY stale, length(title) LIMIT %s",
            [language, " & ".join(f"({part})" for part in parts), limit],
        )
        return [row[0] for row in cursor.fetchall()]
