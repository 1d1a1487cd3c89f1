"""RDF: services after CPSV-AP, and the catalogue of everything after DCAT-AP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router

from interazioni.actions.directory.models import Service
from interazioni.front.api import queries
from interazioni.front.api.linked import cpsv, dcat
from interazioni.front.api.linked.graph import Graph

router = Router(tags=["Linked data"])
Form = Annotated[Literal["ttl", "jsonld"], Path(description="Turtle or JSON-LD.")]
MEDIA = {"ttl": "text/turtle", "jsonld": "application/ld+json"}
DOCUMENTED: dict[str, Any] = {
    "responses": {
        200: {"description": "RDF.", "content": {media: {"schema": {"type": "string"}} for media in MEDIA.values()}}
    }
}


def written(graph: Graph, form: str) -> HttpResponse:
    text = graph.turtle() if form == "ttl" else graph.json_ld()
    return HttpResponse(text, content_type=f"{MEDIA[form]}; charset=utf-8")


@router.get(
    "/cpsv/services.{form}", summary="All services, CPSV-AP 3.2, in all their languages", openapi_extra=DOCUMENTED
)
def cpsv_services(request: HttpRequest, form: Form) -> HttpResponse:
    return written(_described(queries.published("it")), form)


@router.get("/cpsv/services/{uuid:public_id}.{form}", summary="A service, CPSV-AP 3.2", openapi_extra=DOCUMENTED)
def cpsv_service(request: HttpRequest, public_id: UUID, form: Form) -> HttpResponse:
    found = queries.published("it").filter(pk=public_id)
    graph = _described(found)
    if not graph:
        raise Http404
    return written(graph, form)


@router.get("/dcat.{form}", summary="The catalogue, DCAT-AP", openapi_extra=DOCUMENTED)
def dcat_catalogue(request: HttpRequest, form: Form) -> HttpResponse:
    return written(dcat.catalogue(queries.lead(), queries.newest()), form)


def _described(found: QuerySet[Service]) -> Graph:
    """Five queries, however many."""
    rows = list(found.select_related("organisation", "body").defer("imported"))
    graph = Graph()
    lead = queries.lead() if rows else None
    said, places = queries.in_all_languages(rows), queries.places_by_service(rows)
    for row in rows:
        if row.pk in said:
            cpsv.describe(graph, row, said[row.pk], places.get(row.pk, ()), lead)
    return graph
