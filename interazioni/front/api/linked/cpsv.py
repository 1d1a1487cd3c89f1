"""Services as public services of CPSV-AP 3.2 (semiceu.github.io/CPSV-AP), in every language in which they are to be had. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from interazioni.actions.directory.models import Organisation, Service, ServiceAtLocation, Theme
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.hsds import taxonomies
from interazioni.front.api.linked.graph import Graph, Iri, Text, double, moment
from interazioni.front.api.parameters import absolute
from interazioni.plan.partners.models import Body

Wordings = Sequence[tuple[str, dict[str, str]]]  # (language, its words by key), the source's first
EU = "http://publications.europa.eu/resource/authority/"
# The Publications Office names languages by ISO 639-2/T or 639-3; those that are three letters long already name themselves.
ALPHA3 = {
    "it": "ITA", "en": "ENG", "fr": "FRA", "es": "SPA", "ar": "ARA", "zh": "ZHO", "uk": "UKR", "sq": "SQI", "ro": "RON", "ru": "RUS", "ur": "URD",
    "bn": "BEN", "pa": "PAN", "pt": "POR", "ti": "TIR", "bm": "BAM", "wo": "WOL", "ff": "FUL", "so": "SOM", "am": "AMH", "yo": "YOR", "ig": "IBO",
    "ha": "HAU", "ps": "PUS", "fa": "FAS", "ku": "KUR", "tr": "TUR", "hi": "HIN", "si": "SIN", "tl": "TGL", "ka": "KAT", "sr": "SRP", "bs": "BOS",
    "mk": "MKD",
}  # fmt: skip


def language_iri(code: str) -> str:
    base = code.partition("-")[0].lower()
    return f"{EU}language/{ALPHA3.get(base, base.upper())}"


def service_iri(service: Service) -> str:
    """The thing, told from its page; the page itself describes it (schema.org)."""
    return absolute(f"/services/{service.slug}/#service")


def body_iri(body: Body) -> str:
    return absolute(f"/api/cpsv/services.ttl#body-{body.code}")


def organisation_iri(organisation: Organisation) -> str:
    return absolute(f"/api/hsds/organizations/{organisation.pk}")


def describe(
    graph: Graph, service: Service, wordings: Wordings, places: Sequence[ServiceAtLocation], lead: Body | None
) -> None:
    """`lead`: the authority for what no public body offers."""
    iri = service_iri(service)
    authority = service.body if service.body.public or lead is None else lead
    owner = _organisation(graph, service.organisation)
    where = [_place(graph, place, iri) for place in places]
    graph.node(
        iri, "cpsv:PublicService",
        dct__identifier=Text(str(service.pk)), dct__title=_texts(wordings, "name"), dct__description=_texts(wordings, "summary"),
        cv__hasCompetentAuthority=_authority(graph, authority), cv__thematicArea=_theme(graph, service.theme), dct__modified=moment(service.modified_at),  # type: ignore[attr-defined]
        dcat__keyword=[Text(word.strip(), language) for language, words in _tagged(wordings) for word in words.get("also", "").split(",")],
        dct__language=[_language(graph, code) for code in service.spoken], dct__spatial=[place for place, _channel in where],
        cv__hasChannel=[channel for _place_iri, channel in where], foaf__page=_page(graph, absolute(f"/services/{service.slug}/")),
        cpsv__produces=_output(graph, iri, wordings), cpsv__hasInput=_inputs(graph, iri, wordings), cv__holdsRequirement=_requirement(graph, iri, wordings),
        cv__hasCost=_cost(graph, iri, service, wordings), cv__contactPoint=_contact(graph, iri, service),
        cv__hasParticipation=graph.node(
            f"{iri}-provider", "cv:Participation", dct__identifier=Text(f"{service.pk}/provider"), dct__description=Text("Chi offre il servizio", "it"),
            cv__role=graph.node(absolute("/api/cpsv/services.ttl#provider"), "skos:Concept", skos__prefLabel=[Text("service provider", "en"), Text("chi offre il servizio", "it")]),
            cv__hasParticipant=owner,
        ),
    )  # fmt: skip
    for _place_iri, channel in where:
        graph.add(channel.value, "http://data.europa.eu/m8g/ownedBy", owner)


def _tagged(wordings: Wordings) -> list[tuple[str, dict[str, str]]]:
    return [(languages.tag(code), words) for code, words in wordings]


def _texts(wordings: Wordings, *keys: str) -> list[Text]:
    """One text a language: what stands under these keys, or under keys that begin so with a dot, in their order."""
    found = []
    for code, words in _tagged(wordings):
        said = [text for key, text in words.items() if key in keys or key.partition(".")[0] in keys]
        found.append(Text("\n".join(said), code))
    return [text for text in found if text.value]


def _authority(graph: Graph, body: Body) -> Iri:
    town = municipalities.by_istat(body.municipality)
    return graph.node(
        body_iri(body), "cv:PublicOrganisation org:Organization", dct__identifier=Text(body.code), skos__prefLabel=Text(body.name, "it"),
        dct__title=Text(body.name, "it"), dct__spatial=_town(graph, body.municipality if town else ""),
    )  # fmt: skip


def _organisation(graph: Graph, row: Organisation) -> Iri:
    return graph.node(
        organisation_iri(row), "org:Organization foaf:Agent", dct__identifier=Text(str(row.pk)), dct__title=Text(row.name, "it"),
        skos__prefLabel=Text(row.name, "it"), foaf__homepage=Iri(row.website) if row.website else None,
    )  # fmt: skip


def _town(graph: Graph, istat: str) -> Iri:
    town = municipalities.by_istat(istat) if istat else None
    name, iri = (str(town), f"place-{town.istat}") if town else ("Italia", "place-IT")
    return graph.node(
        absolute(f"/api/cpsv/services.ttl#{iri}"),
        "dct:Location",
        rdfs__label=Text(name, "it"),
        dct__identifier=Text(town.istat if town else "IT"),
    )


def _theme(graph: Graph, theme: str) -> Iri:
    iri = absolute(f"/api/hsds/taxonomy_terms/{taxonomies.term_id(theme)}")
    if iri not in graph:
        labels = []
        for code in settings.PORTAL_LANGUAGES:
            with translation.override(code):
                labels.append(Text(str(Theme(theme).label), languages.tag(code)))
        graph.node(iri, "skos:Concept", skos__notation=Text(theme), skos__prefLabel=labels)
    return Iri(iri)


def _language(graph: Graph, code: str) -> Iri:
    return graph.node(
        language_iri(code), "dct:LinguisticSystem", rdfs__label=Text(languages.name_of(languages.tag(code), "en"), "en")
    )


def _page(graph: Graph, address: str) -> Iri:
    return graph.node(address, "foaf:Document")


def _output(graph: Graph, iri: str, wordings: Wordings) -> Iri | None:
    said = _texts(wordings, "obtained")
    return (
        graph.node(f"{iri}-output", "cv:Output", dct__identifier=Text(f"{iri}-output"), dct__title=said)
        if said
        else None
    )


def _inputs(graph: Graph, iri: str, wordings: Wordings) -> list[Iri]:
    keys = [key for key in (wordings[0][1] if wordings else {}) if key.startswith("needed.")]
    return [
        graph.node(
            f"{iri}-{key.replace('.', '-')}", "cv:Evidence", dct__identifier=Text(key.partition(".")[2]), dct__title=[Text(words[key], code) for code, words in _tagged(wordings) if words.get(key)]
        )
        for key in keys
    ]  # fmt: skip


def _requirement(graph: Graph, iri: str, wordings: Wordings) -> Iri | None:
    said = _texts(wordings, "for_whom")
    return (
        graph.node(f"{iri}-requirement", "cv:Requirement", dct__identifier=Text(f"{iri}-requirement"), dct__title=said)
        if said
        else None
    )


def _cost(graph: Graph, iri: str, service: Service, wordings: Wordings) -> Iri | None:
    said = _texts(wordings, "cost")
    if not said and service.free is None:
        return None
    euro = graph.node(f"{EU}currency/EUR", "skos:Concept", skos__prefLabel=Text("euro", "en"))
    return graph.node(
        f"{iri}-cost", "cv:Cost", dct__identifier=Text(f"{iri}-cost"), dct__description=said, cv__hasValue=double(0) if service.free else None,
        cv__currency=euro if service.free else None,
    )  # fmt: skip


def _contact(graph: Graph, iri: str, service: Service) -> Iri | None:
    if not (service.phones or service.email or service.website):
        return None
    return graph.node(
        f"{iri}-contact", "cv:ContactPoint", cv__telephone=[Text(phone["number"]) for phone in service.phones],
        cv__email=Text(service.email) if service.email else None, cv__contactPage=_page(graph, service.website) if service.website else None,
    )  # fmt: skip


def _place(graph: Graph, place: ServiceAtLocation, iri: str) -> tuple[Iri, Iri]:
    """(where it is, the counter there)."""
    row, town = place.location, municipalities.by_istat(place.location.municipality)
    address = graph.node(
        absolute(f"/api/cpsv/services.ttl#address-{row.pk}"), "locn:Address", locn__thoroughfare=Text(row.address, "it"), locn__postCode=Text(row.postal_code),
        locn__postName=Text(town.name if town else "", "it"), locn__adminUnitL2=Text(town.province_name if town else "", "it"), locn__adminUnitL1=Text("Italia", "it"),
    )  # fmt: skip
    located = [("geo__lat", row.latitude), ("geo__long", row.longitude)]
    where = graph.node(
        absolute(f"/api/cpsv/services.ttl#location-{row.pk}"), "dct:Location", rdfs__label=Text(row.name or (str(town) if town else row.address), "it"),
        locn__address=address, **{name: double(value) for name, value in located if value is not None},
    )  # fmt: skip
    channel = graph.node(
        f"{iri}-channel-{place.pk}", "cv:Channel", dct__identifier=Text(str(place.pk)), dct__spatial=where, dct__description=Text(place.note, "it"),
        dct__type=graph.node(absolute("/api/cpsv/services.ttl#counter"), "skos:Concept", skos__prefLabel=[Text("counter", "en"), Text("sportello", "it")]),
        cv__openingHours=[_hours(graph, one) for one in place.hours],  # type: ignore[attr-defined]
    )  # fmt: skip
    return where, channel


def _hours(graph: Graph, one: Mapping[str, Any]) -> Iri:
    """The rule as RFC 5545 writes it, beside the hours: words for it stand on the page."""
    spoken = f"{one['rule']} {one['opens_at'][:5]}–{one['closes_at'][:5]} (Europe/Rome)"
    return graph.node(
        absolute(f"/api/cpsv/services.ttl#hours-{one['id']}"),
        "time:TemporalEntity",
        dct__description=Text(spoken, "en"),
    )
