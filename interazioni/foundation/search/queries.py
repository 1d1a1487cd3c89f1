"""What a reader asks, and what is found: one thing once, in the reader's language where there is one. See `docs/mechanisms/search.md`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from interazioni.foundation.search.models import Document
from interazioni.foundation.search.questions import Term, understood

SAME_AGAIN = 0.12  # by how much each further thing of one kind and theme comes later: a list of one sort of offices hides the guide
NEARBY_KM = 15  # at this distance something fits half as well as next door


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything that is set must hold."""

    kinds: Sequence[str] = ()
    theme: str = ""
    municipality: str = ""  # ISTAT
    municipalities: Sequence[str] = ()  # any of these
    near: tuple[float, float] | None = None  # latitude, longitude
    within_km: float = 30.0
    open_at: datetime | None = None
    spoken: str = ""
    free: bool = False
    since: datetime | None = None  # events and opportunities that end later than this
    paths: Sequence[str] = ()  # these alone
    like: UUID | None = None  # things that only their place tells from this one

    def any(self) -> bool:
        return self != Filters(since=self.since)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing. `language` differs from the reader's where it is not to be had in it. `km` from where the reader is to the nearest of its places, which is the one told."""

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
    question = understood(text, language)
    results = _run(question.terms, language, filters or Filters(), page, per_page, gathered)
    return replace(results, words=question.words, corrected=question.corrected)


WEIGHTS = "{0.05, 0.25, 0.5, 1.0}"  # D, C, B, A
COLUMNS = "kind, object_id, language, path, title, summary, theme, municipalities, latitude, longitude, spoken, free, starts_at, ends_at, stale, picture"
EVERYWHERE = (
    "(municipalities = '{}' AND latitudes = '{}')"  # guides, news of the region, help by phone: wherever the reader is
)
POINTS = "unnest(latitudes, longitudes) each(latitude, longitude)"
KM = (
    "12742.0176 * asin(sqrt(power(sin(radians(latitude - %(lat)s) / 2), 2) + cos(radians(%(lat)s)) * cos(radians(latitude))"
    " * power(sin(radians(longitude - %(lon)s) / 2), 2)))"
)
NEAREST = f"SELECT latitude, longitude, {KM} AS km FROM {POINTS} ORDER BY km LIMIT 1"
FIRST = "SELECT latitudes[1] AS latitude, longitudes[1] AS longitude, NULL::float8 AS km"


# What only its place tells from others: said in the same words, somewhere else.
ALIKE_BUT_FOR_ITS_PLACE = (
    "CASE WHEN municipalities = '{}' OR summary = '' THEN object_id::text ELSE kind || language || summary END"
)


def _run(terms: Sequence[Term], language: str, filters: Filters, page: int, per_page: int, gathered: bool) -> Results:
    values: dict[str, Any] = {"language": language, "limit": per_page, "offset": per_page * (page - 1)}
    conditions = ["reads_in @> ARRAY[%(language)s]::varchar[]", *_conditions(filters, values)]
    score, matched = ["0"], []
    for number, term in enumerate(terms):
        values |= {f"q{number}": term.query, f"w{number}": term.weight}
        score.append(f"%(w{number})s * ts_rank('{WEIGHTS}', words, %(q{number})s::tsquery, 1)")
        if term.wanted:
            values[f"c{number}"] = term.wanted
            matched.append(f"(words @@ %(c{number})s::tsquery)::int")
    if terms:
        values["any"] = " | ".join(f"({term.wanted or term.query})" for term in terms)
        conditions.append("vector @@ %(any)s::tsquery")
    # What matches all words comes before what matches some; what nobody vouches for after the others; what is near before what is far.
    rank = f"({' + '.join(score)}) * weight * CASE WHEN stale THEN 0.6 ELSE 1 END"
    if matched:
        rank += f" * power(0.3 + ({' + '.join(matched)})::float8 / {len(matched)}, 1.5)"
    if filters.near:
        values |= {"lat": filters.near[0], "lon": filters.near[1]}
        rank += f" / (1 + coalesce(km, {NEARBY_KM}) / {NEARBY_KM})"
    # What is alike otherwise, and what no words were asked for: what says what to do (its room gives it weight), then what comes first; of
    # what only began (news), the latest.
    last = "km NULLS LAST, weight DESC, CASE WHEN ends_at IS NOT NULL THEN starts_at END, ends_at, starts_at DESC NULLS LAST, title, object_id"
    first = f"score / (1 + {SAME_AGAIN} * (nth - 1)) DESC" if terms else "stale"
    # `words` is the vector unpacked once; as a column of the table each of the functions above would unpack it for itself.
    scored = f"""
        SELECT {COLUMNS}, weight, {rank} AS score, km, 0 AS others FROM (
            SELECT *, vector || '' AS words FROM search_document WHERE {" AND ".join(conditions)} OFFSET 0
        ) met LEFT JOIN LATERAL ({NEAREST if filters.near else FIRST}) point ON true
    """
    if gathered:
        scored = f"""
            SELECT {COLUMNS}, weight, score, km, alike - 1 AS others FROM (
                SELECT *, count(*) OVER (PARTITION BY {ALIKE_BUT_FOR_ITS_PLACE}) AS alike,
                    row_number() OVER (PARTITION BY {ALIKE_BUT_FOR_ITS_PLACE} ORDER BY stale, score DESC, {last}) AS place
                FROM ({scored}) scored
            ) one WHERE place = 1
        """
    sql = f"""
        SELECT {COLUMNS}, score, km, others, count(*) OVER () FROM (
            SELECT *, row_number() OVER (PARTITION BY kind, theme ORDER BY score DESC, {last}) AS nth FROM ({scored}) scored
        ) ranked ORDER BY {first}, {last} LIMIT %(limit)s OFFSET %(offset)s
    """
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


class New(NamedTuple):
    """What became public or says something else since `changed_at`. `language`: of title and summary."""

    object_id: UUID
    kind: str
    language: str
    path: str
    title: str
    summary: str
    theme: str
    municipalities: Sequence[str]
    published_at: datetime
    changed_at: datetime


def newest(language: str, filters: Filters, limit: int = 50) -> list[New]:
    """What readers of the language are told last comes first. One query."""
    values: dict[str, Any] = {"language": language, "limit": limit}
    conditions = ["reads_in @> ARRAY[%(language)s]::varchar[]", *_conditions(filters, values)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(New._fields)} FROM search_document WHERE {' AND '.join(conditions)}"
            " ORDER BY changed_at DESC, object_id DESC LIMIT %(limit)s", values,
        )  # fmt: skip
        return [New(*row) for row in cursor.fetchall()]


def told(object_ids: Sequence[UUID], language: str) -> dict[UUID, tuple[str, str, str]]:
    """id → (title, summary, their language), as readers of the language are told. One query."""
    shown = Document.objects.filter(object_id__in=object_ids, reads_in__contains=[language])
    return {
        ident: (title, summary, said_in)
        for ident, title, summary, said_in in shown.values_list("object_id", "title", "summary", "language")
    }


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
        found.append(f"({EVERYWHERE} OR municipalities @> ARRAY[%(municipality)s]::varchar[])")
    if filters.municipalities:
        values["municipalities"] = list(filters.municipalities)
        found.append(f"({EVERYWHERE} OR municipalities && %(municipalities)s::varchar[])")
    if filters.near:
        values |= {"lat": filters.near[0], "lon": filters.near[1], "far": filters.within_km}
        found.append(f"({EVERYWHERE} OR EXISTS (SELECT 1 FROM {POINTS} WHERE {KM} <= %(far)s))")
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
    if filters.paths:
        values["paths"] = list(filters.paths)
        found.append("path = ANY(%(paths)s)")
    if filters.like:
        values["like"] = filters.like
        found.append(
            f"{ALIKE_BUT_FOR_ITS_PLACE} IN (SELECT {ALIKE_BUT_FOR_ITS_PLACE} FROM search_document WHERE object_id = %(like)s)"
        )
    if filters.since:
        values["since"] = filters.since
        found.append("(ends_at IS NULL OR ends_at >= %(since)s)")
    return found
