"""HSDS 3.1 at /api/hsds/. Each answer: at most ten queries, whatever is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic_core import to_json

from interazioni.actions.directory.models import Organisation, Service
from interazioni.foundation.vocabularies import languages
from interazioni.front.api import queries
from interazioni.front.api.hsds import mapping, taxonomies
from interazioni.front.api.parameters import (
    PER_PAGE,
    Language,
    Moment,
    PageNumber,
    PerPage,
    PerPageToo,
    Slice,
    Words,
    absolute,
    moment,
    refuse,
)

router = Router(tags=["HSDS 3.1"])
Format = Annotated[
    Literal["json", "ndjson"],
    Query(description="`ndjson`: everything that is found, one object a line, without pages."),
]
TermId = Annotated[UUID | None, Query(description="A theme: see /taxonomy_terms.")]
TaxonomyId = Annotated[UUID | None, Query(description="Only what stands under some term of this taxonomy.")]
OrganisationId = Annotated[UUID | None, Query(description="Only what this organisation offers.")]
Full = Annotated[bool, Query(description="With everything that belongs to it.")]
STANDARD = "https://raw.githubusercontent.com/openreferral/specification/3.1/schema/"
NUMBERS = {"type": "integer"}
YES_OR_NO = {"type": "boolean"}


def documented(schema: str) -> dict[str, Any]:
    """The standard's own schema is the answer's."""
    return _answered({"$ref": STANDARD + schema})


def documented_list(schema: str) -> dict[str, Any]:
    """A page of the standard; `ndjson` is its contents, one a line."""
    page: dict[str, Any] = dict.fromkeys(("total_items", "total_pages", "page_number", "size"), NUMBERS)
    page |= dict.fromkeys(("first_page", "last_page", "empty"), YES_OR_NO)
    page["contents"] = {"type": "array", "items": {"$ref": STANDARD + schema}}
    return _answered({"type": "object", "required": list(page), "properties": page}, "application/x-ndjson")


def _answered(schema: dict[str, Any], *others: str) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}} | {media: {"schema": {"type": "string"}} for media in others}
    return {"responses": {200: {"description": "As HSDS 3.1 says.", "content": content}}}


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list was asked for."""

    language: str
    lines: bool
    part: Slice | None  # None: everything

    def answer(self, contents: Sequence[mapping.Node], total: int) -> HttpResponse:
        if self.lines:
            body = b"".join(to_json(one) + b"\n" for one in contents)
            return spoken(HttpResponse(body, content_type="application/x-ndjson; charset=utf-8"), self.language)
        page, per_page = (self.part.page, self.part.per_page) if self.part else (1, max(total, 1))
        pages = -(-total // per_page)
        return _json(
            {
                "total_items": total, "total_pages": pages, "page_number": page, "size": len(contents), "first_page": page == 1,
                "last_page": page >= pages, "empty": not contents, "contents": contents,
            }, self.language,
        )  # fmt: skip


def _asked(
    language: str, form: str, page: int, per_page: int | None, per_page_too: int | None, everything: bool = False
) -> Listing:
    size = per_page or per_page_too
    whole = form == "ndjson" or (everything and size is None)
    return Listing(language, form == "ndjson", None if whole else Slice(page, size or PER_PAGE))


def _json(body: Any, language: str) -> HttpResponse:
    return spoken(HttpResponse(to_json(body), content_type="application/json"), language)


def spoken(response: HttpResponse, language: str) -> HttpResponse:
    response.headers["Content-Language"] = languages.tag(language)
    return response


@router.get(
    "/",
    summary="What this API is",
    openapi_extra=_answered(
        {
            "type": "object",
            "required": ["version", "profile", "openapi_url"],
            "properties": {key: {"type": "string"} for key in ("version", "profile", "openapi_url", "description")},
        }
    ),
)
def hsds(request: HttpRequest) -> HttpResponse:
    return _json(
        {
            "version": "3.1", "profile": absolute("/open-data/"), "openapi_url": absolute("/api/openapi.json"),
            "description": "Services for people who come from other countries, kept and verified by the bodies of the plan.",
        }, "en",
    )  # fmt: skip


@router.get("/services", summary="Services", openapi_extra=documented_list("compiled/service_list.json"))
def services(
    request: HttpRequest, search: Words = "", taxonomy_term_id: TermId = None, taxonomy_id: TaxonomyId = None, organization_id: OrganisationId = None,
    modified_after: Moment = "", minimal: Annotated[bool, Query(description="Only `id` and when it was last changed, all in one page.")] = False,
    full: Full = False, language: Language = "it", format: Format = "json", page: PageNumber = 1, per_page: PerPage = None,
    per_page_too: PerPageToo = None,
) -> HttpResponse:  # fmt: skip
    """All that is set must hold."""
    asked = _asked(language, format, page, per_page, per_page_too, everything=minimal)
    found = _services(language, search, taxonomy_id, taxonomy_term_id, organization_id, modified_after)
    if minimal:
        few, total = queries.sliced(found, asked.part, ("pk", "modified_at"))
        moments = [(row, mapping.moment(row.modified_at)) for row in few]
        return asked.answer(
            [{"id": str(row.pk), "last_modified": at, "modified_date": at} for row, at in moments], total
        )
    rows, total = queries.sliced(found, asked.part, queries.OFFERED)
    said = mapping.full_service if full else mapping.service
    return asked.answer([said(entry) for entry in queries.entries(rows, language, places=full)], total)


@router.get(
    "/services/{uuid:public_id}", summary="A service, fully nested", openapi_extra=documented("compiled/service.json")
)
def service(request: HttpRequest, public_id: UUID, language: Language = "it") -> HttpResponse:
    found = queries.entries(queries.offered(queries.published(language).filter(pk=public_id)), language)
    if not found:
        raise Http404
    return _json(mapping.full_service(found[0]), language)


@router.get(
    "/organizations",
    summary="Organisations that offer something",
    openapi_extra=documented_list("compiled/organization_list.json"),
)
def organizations(
    request: HttpRequest, search: Words = "", taxonomy_term_id: TermId = None, taxonomy_id: TaxonomyId = None, full: Full = False,
    full_service: Annotated[bool, Query(description="Their services with everything that belongs to them.")] = False,
    language: Language = "it", format: Format = "json", page: PageNumber = 1, per_page: PerPage = None, per_page_too: PerPageToo = None,
) -> HttpResponse:  # fmt: skip
    asked = _asked(language, format, page, per_page, per_page_too)
    rows, total = queries.sliced(
        queries.organisations(taxonomies.wanted(taxonomy_id, taxonomy_term_id), search), asked.part
    )
    if not (full or full_service):
        return asked.answer([mapping.organisation(row) for row in rows], total)
    return asked.answer(_with_services(rows, language, nested=full_service), total)


@router.get(
    "/organizations/{uuid:public_id}",
    summary="An organisation with its services",
    openapi_extra=documented("compiled/organization.json"),
)
def organization(
    request: HttpRequest, public_id: UUID, language: Language = "it",
    full_service: Annotated[bool, Query(description="Its services with everything that belongs to them.")] = False,
) -> HttpResponse:  # fmt: skip
    found = list(queries.organisations().filter(pk=public_id))
    if not found:
        raise Http404
    return _json(_with_services(found, language, nested=full_service)[0], language)


@router.get(
    "/service_at_locations",
    summary="Services at places",
    openapi_extra=documented_list("compiled/service_at_location_list.json"),
)
def service_at_locations(
    request: HttpRequest, search: Words = "", taxonomy_term_id: TermId = None, taxonomy_id: TaxonomyId = None, organization_id: OrganisationId = None,
    modified_after: Moment = "", postcode: Annotated[str, Query(pattern=r"^(\d{5})?$", description="The place's postal code.")] = "",
    proximity: Annotated[str, Query(max_length=20, description="Not offered: see near= of /api/v1/search.")] = "",
    full: Full = False, language: Language = "it", format: Format = "json", page: PageNumber = 1, per_page: PerPage = None,
    per_page_too: PerPageToo = None,
) -> HttpResponse:  # fmt: skip
    if proximity:
        raise refuse("proximity", "Not offered here; /api/v1/search has near= and within_km=.")
    asked = _asked(language, format, page, per_page, per_page_too)
    offered = _services(language, search, taxonomy_id, taxonomy_term_id, organization_id, modified_after)
    found = queries.places_of(offered, hours=full)
    if postcode:
        found = found.filter(location__postal_code=postcode)
    rows, total = queries.sliced(found, asked.part, queries.PLACED_OPEN if full else queries.PLACED)
    return asked.answer(_places(rows, language, full=full), total)


@router.get(
    "/service_at_locations/{uuid:public_id}",
    summary="A service at a place",
    openapi_extra=documented("compiled/service_at_location.json"),
)
def service_at_location(request: HttpRequest, public_id: UUID, language: Language = "it") -> HttpResponse:
    found = queries.places_of(queries.published(language)).filter(pk=public_id)
    rows, _total = queries.sliced(found, None, queries.PLACED_OPEN)
    if not rows:
        raise Http404
    return _json(_places(rows, language, full=True)[0], language)


@router.get("/taxonomies", summary="Taxonomies", openapi_extra=documented_list("taxonomy.json"))
def taxonomies_listed(
    request: HttpRequest, search: Words = "", format: Format = "json", page: PageNumber = 1, per_page: PerPage = None, per_page_too: PerPageToo = None
) -> HttpResponse:  # fmt: skip
    asked = _asked("en", format, page, per_page, per_page_too)
    return _few(asked, [taxonomies.taxonomy()], search)


@router.get("/taxonomies/{uuid:public_id}", summary="A taxonomy", openapi_extra=documented("taxonomy.json"))
def taxonomy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if public_id != taxonomies.TAXONOMY:
        raise Http404
    return _json(taxonomies.taxonomy(), "en")


@router.get("/taxonomy_terms", summary="The themes", openapi_extra=documented_list("taxonomy_term.json"))
def taxonomy_terms(
    request: HttpRequest, search: Words = "", taxonomy_id: TaxonomyId = None, parent_id: Annotated[UUID | None, Query(description="None has a parent.")] = None,
    top_only: Annotated[bool, Query(description="All of them are.")] = False, language: Language = "it", format: Format = "json", page: PageNumber = 1,
    per_page: PerPage = None, per_page_too: PerPageToo = None,
) -> HttpResponse:  # fmt: skip
    asked = _asked(language, format, page, per_page, per_page_too)
    shown = parent_id is None and taxonomy_id in (None, taxonomies.TAXONOMY)
    terms = [taxonomies.of_theme(theme, language) for theme in taxonomies.THEMES.values()] if shown else []
    return _few(asked, terms, search)


@router.get("/taxonomy_terms/{uuid:public_id}", summary="A theme", openapi_extra=documented("taxonomy_term.json"))
def taxonomy_term(request: HttpRequest, public_id: UUID, language: Language = "it") -> HttpResponse:
    if public_id not in taxonomies.THEMES:
        raise Http404
    return _json(taxonomies.of_theme(taxonomies.THEMES[public_id], language), language)


def _services(
    language: str, search: str, taxonomy_id: UUID | None, term_id: UUID | None, organization_id: UUID | None, modified_after: str
) -> QuerySet[Service]:  # fmt: skip
    found = queries.narrowed(
        queries.published(language), theme=taxonomies.wanted(taxonomy_id, term_id), organization_id=organization_id,
        modified_after=moment(modified_after) if modified_after else None,
    )  # fmt: skip
    return queries.in_order(found, queries.searched(search, language)) if search.strip() else found


def _with_services(rows: Sequence[Organisation], language: str, *, nested: bool) -> list[mapping.Node]:
    of: dict[UUID, list[queries.Entry]] = {row.pk: [] for row in rows}
    for entry in queries.entries(queries.offered(queries.published(language).filter(organisation__in=of)), language):
        of[entry.service.organisation_id].append(entry)
    return [mapping.full_organisation(row, of[row.pk], nested=nested) for row in rows]


def _places(rows: Sequence[Any], language: str, *, full: bool) -> list[mapping.Node]:
    offered = queries.offered(queries.published(language).filter(pk__in={row.service_id for row in rows}))
    by_id = {entry.service.pk: entry for entry in queries.entries(offered, language, places=False)}
    said = mapping.full_service_at_location if full else mapping.service_at_location_in_list
    return [said(row, by_id[row.service_id]) for row in rows if row.service_id in by_id]


def _few(asked: Listing, contents: Sequence[mapping.Node], search: str) -> HttpResponse:
    """A list that no table holds."""
    found = [one for one in contents if all(word in str(one["name"]).casefold() for word in search.casefold().split())]
    shown = found if asked.part is None else found[asked.part.first : asked.part.last]
    return asked.answer(shown, len(found))
