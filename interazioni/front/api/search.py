"""The portal's search, for other systems: the same answers in the same order."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel

from interazioni.foundation.core import clock
from interazioni.foundation.search.queries import Filters, Found
from interazioni.foundation.search.queries import search as found_by
from interazioni.foundation.ui.public import under
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.parameters import Language, ThemeCode, Words, absolute, same_with

router = Router(tags=["Search"])
PER_PAGE, MOST = 20, 100
LAST_PAGE = 1000


# Pydantic's own models: ninja's ask each field for a resolver, which is half of a long answer's cost.
class Place(BaseModel):
    istat: str
    name: str
    province: str


class Result(BaseModel):
    """`language`: of title and summary; another than the one asked for where the thing is not to be had in it."""

    kind: str
    id: UUID
    title: str
    summary: str
    language: str
    url: str
    theme: str
    places: list[Place]
    latitude: float | None
    longitude: float | None
    km: float | None
    spoken: list[str]
    free: bool | None
    starts_at: datetime | None
    ends_at: datetime | None
    verified: bool  # somebody vouches for it


class Answer(BaseModel):
    """`corrected`: what was looked for instead of words that nobody writes so. `next`: the address of the next page."""

    language: str
    corrected: str
    total: int
    page: int
    per_page: int
    next: str | None
    results: list[Result]


def _near(value: str) -> str:
    if value:
        point(value)
    return value


def point(value: str) -> tuple[float, float]:
    """Raises ValueError."""
    try:
        latitude, longitude = (float(part) for part in value.split(","))
    except ValueError as fault:
        raise ValueError("two numbers with a comma: 45.07,7.68") from fault
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("not on Earth")
    return latitude, longitude


def _municipality(value: str) -> str:
    if value and not (len(value) == 6 and municipalities.by_istat(value)):
        raise ValueError("not the ISTAT code of an Italian municipality")
    return value


@router.get("/search", response=Answer, summary="Search everything public")
def search(
    request: HttpRequest, q: Words = "", language: Language = "it", theme: ThemeCode = "",
    kind: Annotated[str, Query(max_length=30, pattern=r"^[a-z_-]*$", description="A kind of things: service …")] = "",
    place: Annotated[str, AfterValidator(_municipality), Query("", max_length=6, description="A municipality (ISTAT code): what is there, and what is everywhere.")] = "",
    near: Annotated[str, AfterValidator(_near), Query("", max_length=40, description="Latitude and longitude, with a comma.")] = "",
    within_km: Annotated[float, Query(gt=0, le=500, description="How far from `near`.")] = 30.0,
    open_now: Annotated[bool, Query(alias="open", description="Only what is open now.")] = False,
    spoken: Annotated[str, Query(max_length=12, pattern=r"^[A-Za-z-]*$", description="A language that is spoken there (BCP-47).")] = "",
    free: Annotated[bool, Query(description="Only what costs nothing.")] = False,
    page: Annotated[int, Query(ge=1, le=LAST_PAGE, description="Which page, from 1.")] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST, description="How many in a page.")] = PER_PAGE,
) -> HttpResponse:  # fmt: skip
    """Slips of the finger are forgiven, and words of one language find what is written in another. Without words: all that the filters let through."""
    filters = Filters(
        kinds=(kind,) if kind else (), theme=theme, municipality=place, near=point(near) if near else None, within_km=within_km,
        open_at=clock.now() if open_now else None, spoken=languages.tag(spoken.lower()), free=free, since=clock.now(),
    )  # fmt: skip
    results = found_by(q, language, filters, page=page, per_page=per_page)
    more = page * per_page < results.total and page < LAST_PAGE
    answer = Answer(
        language=languages.tag(language), corrected=results.corrected, total=results.total, page=page, per_page=per_page,
        next=same_with(request, page=page + 1) if more else None, results=[_result(one, language) for one in results.items],
    )  # fmt: skip
    written = answer.model_dump_json()  # here: ninja would check once more what was checked in being made
    return HttpResponse(written, content_type="application/json", headers={"Content-Language": languages.tag(language)})


def _result(one: Found, language: str) -> Result:
    towns = [found for code in one.municipalities if (found := municipalities.by_istat(code))]
    return Result(
        kind=one.kind, id=one.object_id, title=one.title, summary=one.summary, language=languages.tag(one.language),
        url=absolute(under(one.path, language)), theme=one.theme,
        places=[Place(istat=town.istat, name=town.name, province=town.province) for town in towns],
        latitude=one.latitude, longitude=one.longitude, km=round(one.km, 2) if one.km is not None else None,
        spoken=[languages.tag(code) for code in one.spoken], free=one.free, starts_at=one.starts_at, ends_at=one.ends_at, verified=not one.stale,
    )  # fmt: skip
