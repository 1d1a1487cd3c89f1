"""Where and when a service of HSDS is to be had: service at location → location → address, and schedules. Pure."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import cells
from interazioni.actions.directory.importing.draft import Draft, key_of, where
from interazioni.actions.directory.importing.hsds_reading import Node, Source, nodes_of
from interazioni.actions.directory.importing.hsds_values import Reader
from interazioni.actions.directory.importing.schedules import Times
from interazioni.actions.directory.importing.statements import StatedPlace
from interazioni.actions.directory.models import Location
from interazioni.foundation.vocabularies import municipalities
from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.municipalities import Municipality

MOST_PLACES = 30


def read_places(draft: Draft, node: Node, source: Source, times: Times) -> None:
    draft.places_said = "service_at_locations" in node
    if "service_at_locations" in node and not isinstance(node["service_at_locations"], list):
        Reader(node, draft).wrong("service_at_locations")
    every = list(nodes_of(node, "service_at_locations"))
    if len(every) > MOST_PLACES:
        draft.warn("places_many", _("More than %(other)s places: the rest was left out."), other=str(MOST_PLACES))
    for one in every[:MOST_PLACES]:
        place = _place(draft, one, node, source, times)
        if place is not None and all(other.key != place.key for other in draft.places):
            draft.places.append(place)
    if not every and any(nodes_of(node, "schedules")):
        draft.warn(
            "hours_without_place", _("There are hours but no place: add the municipality. The hours were left out.")
        )


def _place(draft: Draft, one: Node, service: Node, source: Source, times: Times) -> StatedPlace | None:
    nested = one.get("location")
    ident = str(one.get("location_id") or (nested.get("id") if isinstance(nested, dict) else nested) or "")
    location = nested if isinstance(nested, dict) else source.locations.get(ident)
    if location is None:
        draft.warn(
            "location_lost", _("The place with the id %(read)s stands nowhere in the file: left out."), ident or "–"
        )
        return None
    if location.keys() <= {"id", "name", "location_type"} and ident in source.locations:
        location = source.locations[ident]
    read = Reader(location, draft)
    if fold(read.text("location_type")) in ("virtual", "postal"):
        return None
    town, address = _town(draft, location, read)
    if town is None:
        return None
    lines = " ".join(filter(None, [address.text("address_1"), address.text("address_2")]))
    given: dict[str, Any] = {
        "name": draft.cut("name", " ".join(draft.clean(read.text("name")).split()), Location),
        "address": draft.cut("address", " ".join(draft.clean(lines).split()), Location),
        "postal_code": cells.postal_code(address.text("postal_code"), draft.warn) if address.text("postal_code") else "",
        "transport": draft.cut("transport", " ".join(draft.clean(read.text("transportation")).split()), Location),
        **_access(draft, location), **_point(draft, read),
    }  # fmt: skip
    description = " ".join(draft.clean(Reader(one, draft).text("description")).split())
    when = times.read([list(nodes_of(holder, "schedules")) for holder in (one, location, service)], description)
    ident = draft.clean(ident)[:60]
    return StatedPlace(ident or key_of(town.istat, given["address"], given["name"]), where(town, given), when)


def _town(draft: Draft, location: Node, read: Reader) -> tuple[Municipality | None, Reader]:
    """The municipality: by the code that ISTAT gives it, else by the name in the address that is no letter box."""
    addresses = sorted(
        nodes_of(location, "addresses") or nodes_of(location, "physical_addresses"),
        key=lambda one: one.get("address_type") == "postal",
    )
    address = Reader(addresses[0] if addresses else {}, draft)
    code = re.sub(r"\D", "", read.text("external_identifier"))
    town = (
        municipalities.by_istat(code)
        if fold(read.text("external_identifier_type")) == "istat" and len(code) == 6
        else None
    )
    if town is not None:
        return town, address
    country = address.text("country").strip().upper()
    if country not in ("", "IT", "ITA", "ITALIA", "ITALY"):
        draft.warn("place_abroad", _("A place is not in Italy (%(read)s): left out."), country)
        return None, address
    city = draft.clean(address.text("city"))
    if not city:
        draft.warn(
            "municipality_missing",
            _("The municipality of “%(read)s” is missing."),
            address.text("address_1") or read.text("name") or "–",
        )
        return None, address
    return cells.municipality(city, address.text("state_province"), draft.warn), address


def _access(draft: Draft, location: Node) -> dict[str, Any]:
    """Codes, as we give them out ourselves, stay codes; sentences stay sentences."""
    if "accessibility" not in location:
        return {}
    said = [draft.clean(Reader(one, draft).text("description")) for one in nodes_of(location, "accessibility")]
    codes = [text for text in said if re.fullmatch(r"[a-z][a-z_]{1,19}", text)]
    note = " ".join(" ".join(text for text in said if text not in codes).split())
    return {"accessibility": codes[:20], "access_note": draft.cut("access_note", note, Location)}


def _point(draft: Draft, read: Reader) -> dict[str, Any]:
    """A point in Italy; one that lies elsewhere is nobody's address here."""
    latitude, longitude = read.number("latitude"), read.number("longitude")
    if latitude is None or longitude is None:
        return {}
    if not (35 <= latitude <= 48 and 6 <= longitude <= 19):
        draft.warn(
            "point_elsewhere",
            _("The point on the map (%(read)s) does not lie in Italy: left out."),
            f"{latitude}, {longitude}",
        )
        return {}
    return {"latitude": latitude, "longitude": longitude}
