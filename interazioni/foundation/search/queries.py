"""What a reader asks, and what is found: one thing once, in the reader's language where there is one. See `docs/mechanisms/search.md`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from interazioni.foundation.search.analyser import Word, asked, stem, written
from interazioni.foundation.search.concepts import Concepts, glossary

MOST_WORDS = 12  # of a question; the rest of a pasted page says nothing more
LONGEST = 300  # characters that are looked at
ALIKE = 0.3  # trigram similarity of a slip
SIMILAR = 3  # words that are tried for one that nobody wrote


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
    like: UUID | None = None  # things that only their place tells from this one

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
    picture: str
    score: float
    km: float | None
    others: int = 0  # things that only their place tells from this one, where they are gathered


@dataclass(frozen=True, slots=True)
class Results:
    """`corrected`: what was searched instead of a misspelt question, if so. `total`: how many are found beyond this page."""

    items: Sequence[Found]
    total: int
    corrected: str = ""
    words: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class _Term:
    """Part of a question: its tokens (any of them), and how much it says."""

    query: str
    weight: float


def search(
    text: str,
    language: str,
    filters: Filters | None = None,
    *,
    page: int = 1,
    per_page: int = 20,
    gathered: bool = False,
) -> Results:
    """At most four queries, at any size. Without words it lists what the filters let through.

    `gathered`: of things that only their place tells apart (the same desk in thirty towns) one is shown, with the number of the others, so
    that a first page has room for what else there is.
    """
    filters = filters or Filters()
    words = asked(text[:LONGEST], language)[:MOST_WORDS]
    if not words:
        return _run([], language, filters, page, per_page, gathered=gathered)
    counts, total = _counts([token for word in words for token in word.tokens])
    unknown = [word for word in words if not any(token in counts for token in word.tokens)]
    alike = _alike([word.surface for word in unknown if len(word.surface) >= 4 and not word.surface.isdecimal()])
    corrected = [
        replace(word, tokens=_near(alike[word.surface], language)) if alike.get(word.surface) else word
        for word in words
    ]
    terms = [_term(word, counts, total) for word in corrected]
    terms += _concepts(text, language, counts, total)
    results = _run(terms, language, filters, page, per_page, of=len(words), gathered=gathered)
    if alike:
        said = " ".join(alike[word.surface][0] if alike.get(word.surface) else word.surface for word in words)
        results = replace(results, corrected=said)
    return replace(results, words=[word.surface for word in words])


def _counts(tokens: Sequence[str]) -> tuple[dict[str, int], int]:
    """In how many documents each of these stands, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token, documents, 0 FROM search_token WHERE token = ANY(%s)"
            " UNION ALL SELECT '', greatest(reltuples, 0)::int, 1 FROM pg_class WHERE oid = 'search_document'::regclass",
            [list(tokens)],
        )
        rows = cursor.fetchall()
    return {token: count for token, count, whole in rows if not whole}, max(
        1, next(n for _t, n, whole in rows if whole)
    )


def _alike(surfaces: Sequence[str]) -> dict[str, list[str]]:
    """For each word that nobody wrote, those that somebody did and that differ from it by a slip."""
    if not surfaces:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.word, near.surface FROM unnest(%s::text[]) AS asked (word) CROSS JOIN LATERAL ("
            "  SELECT w.surface, similarity(w.surface, asked.word) AS likeness FROM search_word w WHERE w.surface %% asked.word"
            "  ORDER BY likeness DESC, w.surface LIMIT 12) AS near WHERE near.likeness >= %s",
            [list(surfaces), ALIKE],
        )
        rows = cursor.fetchall()
    found: dict[str, list[tuple[int, str]]] = {}
    for word, near in rows:
        slips = distance(word, near)
        if slips <= (1 if len(word) <= 5 else 2 if len(word) <= 9 else 3):
            found.setdefault(word, []).append((slips, near))
    return {word: [near for _slips, near in sorted(candidates)[:SIMILAR]] for word, candidates in found.items()}


def distance(one: str, other: str) -> int:
    """Letters to be changed, added, left out or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if above and i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def _near(surfaces: Sequence[str], language: str) -> tuple[str, ...]:
    """Tokens of the words that were meant."""
    found: dict[str, None] = {}
    for surface in surfaces:
        for word in asked(surface, language):
            found.update(dict.fromkeys(word.tokens))
        found[stem(surface, language)] = None
    return tuple(found)


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _rarity(count: int, total: int) -> float:
    return math.log(1 + total / (1 + count))


def _term(word: Word, counts: Mapping[str, int], total: int) -> _Term:
    seen = [counts[token] for token in word.tokens if token in counts]
    query = " | ".join(_quoted(token) for token in word.tokens)
    if len(word.surface) >= 4 and not seen:
        query += f" | {_quoted(word.surface)}:*"  # half a word, or a form that the stemmer does not know
    return _Term(query, _rarity(max(seen, default=0), total))


def _concepts(text: str, language: str, counts: Mapping[str, int], total: int) -> list[_Term]:
    """The question's concepts, whichever of the reader's likely languages names them."""
    known = glossary()
    codes: dict[str, None] = {}
    for one in dict.fromkeys([language, "it", "en", "fr"]):
        codes.update(dict.fromkeys(code for _at, code, _n in _within(known, text, one)))
    return [_Term(_quoted(code), 1.5 * _rarity(counts.get(code, 0), total)) for code in codes]


def _within(known: Concepts, text: str, language: str) -> list[tuple[int, str, int]]:
    return known.within(written(text[:LONGEST], language), language)


WEIGHTS = "{0.05, 0.25, 0.5, 1.0}"  # D, C, B, A
COLUMNS = "kind, object_id, language, path, title, summary, theme, municipalities, latitude, longitude, spoken, free, starts_at, ends_at, stale, picture"
KM = (
    "12742.0176 * asin(sqrt(power(sin(radians(latitude - %(lat)s) / 2), 2) + cos(radians(%(lat)s)) * cos(radians(latitude))"
    " * power(sin(radians(longitude - %(lon)s) / 2), 2)))"
)


# What only its place tells from others: said in the same words, somewhere else.
ALIKE_BUT_FOR_ITS_PLACE = (
    "CASE WHEN municipalities = '{}' OR summary = '' THEN object_id::text ELSE kind || language || summary END"
)


def _run(
    terms: Sequence[_Term],
    language: str,
    filters: Filters,
    page: int,
    per_page: int,
    of: int = 0,
    gathered: bool = False,
) -> Results:
    values: dict[str, Any] = {"language": language, "limit": per_page, "offset": per_page * (page - 1)}
    conditions = ["reads_in @> ARRAY[%(language)s]::varchar[]", *_conditions(filters, values)]
    score, matched = ["0"], ["0"]
    for number, term in enumerate(terms):
        values |= {f"q{number}": term.query, f"w{number}": term.weight}
        score.append(f"%(w{number})s * ts_rank('{WEIGHTS}', vector, %(q{number})s::tsquery, 1)")
        if number < of:
            matched.append(f"(vector @@ %(q{number})s::tsquery)::int")
    if terms:
        values["any"] = " | ".join(f"({term.query})" for term in terms)
        conditions.append("vector @@ %(any)s::tsquery")
    km = KM if filters.near else "NULL::float8"
    if filters.near:
        values |= {"lat": filters.near[0], "lon": filters.near[1]}
    values["of"] = max(of, 1)
    # What matches all words comes before what matches some; nobody vouches for it: after the others.
    rank = f"({' + '.join(score)}) * power(0.3 + ({' + '.join(matched)})::float8 / %(of)s, 1.5) * weight * CASE WHEN stale THEN 0.6 ELSE 1 END"
    # Without words: what says what to do (its room gives it weight), then what comes first; what only began (news), the latest first.
    listed = "weight DESC, CASE WHEN ends_at IS NOT NULL THEN starts_at END, ends_at, starts_at DESC NULLS LAST, title, object_id"
    order = (
        "score DESC, title, object_id"
        if terms
        else f"stale, km NULLS LAST, {listed}"
        if filters.near
        else f"stale, {listed}"
    )
    found = (
        f"SELECT {COLUMNS}, {rank} AS score, {km} AS km, weight, count(*) OVER alike - 1 AS others FROM search_document"
        f" WHERE {' AND '.join(conditions)} WINDOW alike AS (PARTITION BY {ALIKE_BUT_FOR_ITS_PLACE})"
    )
    if gathered:
        found = f"SELECT *, row_number() OVER (PARTITION BY {ALIKE_BUT_FOR_ITS_PLACE} ORDER BY {order}) AS nth FROM ({found}) AS found"
    sql = (
        f"SELECT {COLUMNS}, score, km, {'others' if gathered else '0'}, count(*) OVER () FROM ({found}) AS found"
        f" {'WHERE nth = 1' if gathered else ''} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return Results([Found(*row[:-1]) for row in rows], rows[0][-1] if rows else 0)


def themes(language: str, filters: Filters) -> set[str]:
    """What the things that the filters let through are about. One query."""
    values: dict[str, Any] = {"language": language}
    conditions = ["reads_in @> ARRAY[%(language)s]::varchar[]", *_conditions(filters, values)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT theme FROM search_document WHERE {' AND '.join(conditions)}", values)
        return {theme for (theme,) in cursor.fetchall()}


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
    if filters.like:
        values["like"] = filters.like
        found.append(
            f"{ALIKE_BUT_FOR_ITS_PLACE} IN (SELECT {ALIKE_BUT_FOR_ITS_PLACE} FROM search_document WHERE object_id = %(like)s)"
        )
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
