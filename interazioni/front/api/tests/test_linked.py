"""Services as linked data: read back with rdflib, held against the shapes of CPSV-AP."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
import rdflib
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from rdflib.compare import isomorphic

from interazioni.actions.directory.tests.cast import a_service, as_saved, in_french, secretary
from interazioni.foundation.core import clock
from interazioni.front.api.linked.graph import Graph, Iri, Text
from interazioni.front.api.tests.test_hsds import everything_said
from interazioni.front.demo.cast import COOPERATIVE, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # rdflib's own reader of JSON-LD
]
SHAPES = Path(__file__).parent / "standards" / "cpsv-ap-SHACL.ttl"
CPSV = rdflib.Namespace("http://purl.org/vocab/cpsv#")
CV = rdflib.Namespace("http://data.europa.eu/m8g/")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


@pytest.fixture(autouse=True)
def on_the_day_in_italian() -> Iterator[None]:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def read(path: str) -> rdflib.Graph:
    response = Client().get(path)
    assert response.status_code == 200
    form = "turtle" if path.endswith(".ttl") else "json-ld"
    return rdflib.Graph().parse(data=response.content.decode(), format=form)


def faults(graph: rdflib.Graph) -> str:
    conforms, _graph, words = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(SHAPES))
    return "" if conforms else words


def test_services_conform_to_the_shapes_in_both_forms() -> None:
    service = everything_said()
    in_french(a_service())
    a_service(
        "Senza niente",
        by=actor("davide"),
        for_whom="",
        how="",
        needed=[],
        spoken=[],
        free=None,
        places=[],
        email="x@example.org",
    )
    graph = read("/api/cpsv/services.ttl")
    assert len(list(graph.subjects(rdflib.RDF.type, CPSV.PublicService))) == 3
    assert faults(graph) == ""
    assert isomorphic(graph, read("/api/cpsv/services.jsonld"))
    alone = read(f"/api/cpsv/services/{service.pk}.ttl")
    assert faults(alone) == ""
    assert set(alone) < set(graph)


def test_a_title_stands_in_every_language_and_the_authority_is_a_public_one() -> None:
    in_french(a_service())
    a_service("Doposcuola", by=actor("davide"))
    graph = read("/api/cpsv/services.ttl")
    titles = {
        (title.language, str(title))
        for one in graph.subjects(rdflib.RDF.type, CPSV.PublicService)
        for title in graph.objects(one, rdflib.DCTERMS.title)
    }
    assert titles == {
        ("it", "Corso di italiano per adulti"),
        ("fr", "Cours d'italien pour adultes"),
        ("it", "Doposcuola"),
    }
    authorities = {
        str(graph.value(one, rdflib.DCTERMS.identifier)) for one in graph.objects(None, CV.hasCompetentAuthority)
    }
    assert COOPERATIVE not in authorities
    assert authorities == {"comune-asti", "regione-piemonte"}


def test_the_catalogue_names_what_there_is_and_each_of_it_answers() -> None:
    a_service()
    graph = read("/api/dcat.ttl")
    assert faults(graph) == ""
    assert isomorphic(graph, read("/api/dcat.jsonld"))
    assert {str(title) for one in graph.subjects(rdflib.RDF.type, DCAT.Dataset) for title in graph.objects(one, rdflib.DCTERMS.title) if title.language == "en"} == {
        "Services for people who come from other countries", "What is new on the portal",
    }  # fmt: skip
    for file in graph.subjects(rdflib.RDF.type, DCAT.Distribution):
        address = str(graph.value(file, DCAT.accessURL)).removeprefix("http://127.0.0.1:8000")
        media = str(graph.value(file, DCAT.mediaType)).rpartition("media-types/")[2]
        response = Client().get(address)
        assert response.status_code == 200, address
        assert response.headers["Content-Type"].startswith(media), address


def test_what_people_write_cannot_break_the_text() -> None:
    nasty = 'a "quote", a \\ stroke, <tag> & </script>\ttab'
    service = a_service(nasty[:100], website="https://example.org/a?b=%22c%22", summary=nasty + "\u2028.")
    graph = read("/api/cpsv/services.ttl")
    assert isomorphic(graph, read("/api/cpsv/services.jsonld"))
    assert rdflib.Literal(service.summary, lang="it") in set(graph.objects(None, rdflib.DCTERMS.description))
    strange = Graph()
    strange.node(
        'https://example.org/a b<c>"d"',
        "skos:Concept",
        skos__prefLabel=Text('x\n\ry"', "it"),
        rdfs__seeAlso=Iri("https://example.org/{ü}"),
    )
    assert isomorphic(
        rdflib.Graph().parse(data=strange.turtle(), format="turtle"),
        rdflib.Graph().parse(data=strange.json_ld(), format="json-ld"),
    )


def test_the_whole_directory_costs_a_fixed_number_of_queries() -> None:
    counts = []
    for step in (1, 25):
        for number in range(step):
            a_service(f"Corso {step} {number}")
        with CaptureQueriesContext(connection) as counted:
            assert Client().get("/api/cpsv/services.ttl").status_code == 200
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in counted.captured_queries))
    assert counts[0] == counts[1] <= 10


def test_what_changed_is_described_anew_and_nothing_else_is_there() -> None:
    service = a_service()
    client, address = Client(), f"/api/cpsv/services/{service.pk}.jsonld"
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    as_saved(service, name="Corso di canto")
    again = client.get(address, headers={"If-None-Match": etag})
    assert "Corso di canto" in json.dumps(json.loads(again.content), ensure_ascii=False)
    draft = a_service("Bozza", publish=False, by=secretary())
    assert client.get(f"/api/cpsv/services/{draft.pk}.ttl").status_code == 404
    assert client.get("/api/cpsv/services.xml").status_code == 404
