"""The catalogue of what is given away: DCAT-AP 3 with what DCAT-AP_IT asks for beside. Pure."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.linked.cpsv import language_iri
from interazioni.front.api.linked.graph import Graph, Iri, Text, moment
from interazioni.front.api.parameters import absolute
from interazioni.plan.partners.models import Body

EU = "http://publications.europa.eu/resource/authority/"
IANA = "http://www.iana.org/assignments/media-types/"
CATALOGUE = "/api/dcat.ttl"
Files = Sequence[
    tuple[str, str, str, str]
]  # (address, media type, the Publications Office's name of the format, what it is)

SERVICES: Files = (
    (
        "/api/hsds/services?full=true&format=ndjson",
        "application/x-ndjson",
        "JSON",
        "All services, HSDS 3.1, one a line",
    ),
    ("/api/hsds/services", "application/json", "JSON", "Services in pages, HSDS 3.1"),
    ("/api/cpsv/services.ttl", "text/turtle", "RDF_TURTLE", "All services, CPSV-AP 3.2, Turtle"),
    ("/api/cpsv/services.jsonld", "application/ld+json", "JSON_LD", "All services, CPSV-AP 3.2, JSON-LD"),
)
NEWS: Files = (
    ("/api/feeds/latest.rss", "application/rss+xml", "RSS", "What is new, RSS 2.0"),
    ("/api/feeds/latest.atom", "application/atom+xml", "ATOM", "What is new, Atom"),
    ("/api/feeds/latest.json", "application/feed+json", "JSON", "What is new, JSON Feed"),
    ("/api/feeds/events.ics", "text/calendar", "ICS", "Events, iCalendar"),
)
PROTOCOLS = {
    SERVICES[0][0]: "https://docs.openreferral.org/en/3.1/",
    SERVICES[1][0]: "https://docs.openreferral.org/en/3.1/",
    SERVICES[2][0]: "https://semiceu.github.io/CPSV-AP/releases/3.2.0/",
    SERVICES[3][0]: "https://semiceu.github.io/CPSV-AP/releases/3.2.0/",
}


def catalogue(publisher: Body | None, modified_at: datetime | None) -> Graph:
    graph = Graph()
    name, code = (publisher.name, publisher.code) if publisher else ("InterAzioni", "interazioni")
    agent = graph.node(
        absolute(f"{CATALOGUE}#publisher"), "foaf:Agent", foaf__name=Text(name, "it"), dct__title=Text(name, "it"), dct__identifier=Text(code),
    )  # fmt: skip
    contact = graph.node(
        absolute(f"{CATALOGUE}#contact"), "vcard:Organization", vcard__fn=Text(name, "it"), vcard__hasURL=Iri(absolute("/open-data/")),
        vcard__hasEmail=Iri(f"mailto:{publisher.email}") if publisher and publisher.email else None,
    )  # fmt: skip
    spoken = [graph.node(language_iri(code), "dct:LinguisticSystem") for code in settings.PORTAL_LANGUAGES]
    licence = graph.node(settings.OPEN_DATA_LICENCE, "dct:LicenseDocument")
    changed = moment(modified_at) if modified_at else None
    town = municipalities.by_istat(publisher.municipality) if publisher and publisher.municipality else None
    where = (
        graph.node(absolute(f"{CATALOGUE}#region"), "dct:Location", rdfs__label=Text(town.region, "it"))
        if town
        else None
    )
    landing = graph.node(absolute("/open-data/"), "foaf:Document")

    def dataset(
        key: str, titles: dict[str, str], descriptions: dict[str, str], files: Files, keywords: Sequence[str]
    ) -> Iri:
        return graph.node(
            absolute(f"{CATALOGUE}#{key}"), "dcat:Dataset", dct__identifier=Text(f"interazioni:{key}"), dct__title=_said(titles), dct__description=_said(descriptions),
            dct__publisher=agent, dct__creator=agent, dct__rightsHolder=agent, dcat__contactPoint=contact, dct__language=spoken, dct__modified=changed,
            dcat__theme=graph.node(f"{EU}data-theme/SOCI", "skos:Concept"), dct__accrualPeriodicity=graph.node(f"{EU}frequency/CONT", "dct:Frequency"),
            dct__spatial=where, dcat__keyword=[Text(word, "it") for word in keywords],
            dct__accessRights=graph.node(f"{EU}access-right/PUBLIC", "dct:RightsStatement"), dcat__landingPage=landing,
            dcat__distribution=[_file(graph, licence, changed, *file) for file in files],
        )  # fmt: skip

    services = dataset(
        "services", {"it": "Servizi per persone che vengono da altri paesi", "en": "Services for people who come from other countries"},
        {"it": "Che cosa è, per chi, come si ottiene, dove e quando: i servizi che gli enti del piano tengono e verificano, in più lingue.",
         "en": "What it is, for whom, how to get it, where and when: services kept and verified by the bodies of the plan, in several languages."},
        SERVICES, ("servizi", "immigrazione", "integrazione"),
    )  # fmt: skip
    news = dataset(
        "news", {"it": "Novità del portale", "en": "What is new on the portal"},
        {"it": "Che cosa è nuovo o cambiato, per lingua, tema e territorio.", "en": "What is new or has changed, by language, theme and territory."},
        NEWS, ("novità", "eventi", "immigrazione"),
    )  # fmt: skip
    search = graph.node(
        absolute(f"{CATALOGUE}#search"), "dcat:DataService", dct__identifier=Text("interazioni:search"), dct__title=[Text("Ricerca", "it"), Text("Search", "en")],
        dcat__endpointURL=Iri(absolute("/api/v1/search")), dcat__endpointDescription=Iri(absolute("/api/openapi.json")), dcat__servesDataset=[services, news],
        dct__publisher=agent, dct__license=licence,
    )  # fmt: skip
    hsds = graph.node(
        absolute(f"{CATALOGUE}#hsds"), "dcat:DataService", dct__identifier=Text("interazioni:hsds"), dct__title=Text("HSDS 3.1", "en"), dcat__endpointURL=Iri(absolute("/api/hsds/")),
        dcat__endpointDescription=Iri(absolute("/api/openapi.json")), dcat__servesDataset=services, dct__publisher=agent, dct__license=licence,
    )  # fmt: skip
    graph.node(
        absolute(f"{CATALOGUE}#catalogue"), "dcat:Catalog", dct__title=[Text("InterAzioni, dati aperti", "it"), Text("InterAzioni, open data", "en")],
        dct__description=[Text("Quello che il portale dice, per altri sistemi.", "it"), Text("What the portal tells, for other systems.", "en")],
        dct__publisher=agent, dct__language=spoken, dct__modified=changed, dct__license=licence, foaf__homepage=landing, dcat__dataset=[services, news], dcat__service=[search, hsds],
    )  # fmt: skip
    return graph


def _said(texts: dict[str, str]) -> list[Text]:
    return [Text(text, languages.tag(code)) for code, text in texts.items()]


def _file(graph: Graph, licence: Iri, changed: Text | None, address: str, media: str, form: str, what: str) -> Iri:
    protocol = PROTOCOLS.get(address)
    return graph.node(
        f"{absolute(CATALOGUE)}#file-{address.rpartition('/')[2].replace('?', '-').replace('&', '-').replace('=', '-')}", "dcat:Distribution",
        dct__title=Text(what, "en"), dcat__accessURL=Iri(absolute(address)), dcat__downloadURL=Iri(absolute(address)), dcat__mediaType=graph.node(IANA + media, "dct:MediaType"),
        dct__format=graph.node(f"{EU}file-type/{form}", "dct:MediaTypeOrExtent"), dct__license=licence, dct__modified=changed,
        dct__conformsTo=graph.node(protocol, "dct:Standard") if protocol else None,
    )  # fmt: skip
