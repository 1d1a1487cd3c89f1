"""Our entries as the Human Services Data Specification 3.1 writes them (openreferral.org). Pure; ADR 0017 says why so.

Whatever is not said is left out: the standard's schemas know no null. Ids that no row of ours has are made of those that have one, so that
they stay.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from interazioni.actions.directory.models import Organisation
from interazioni.foundation.core.clock import in_rome
from interazioni.foundation.translation.queries import Reading
from interazioni.foundation.ui.public import under
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.hsds import taxonomies
from interazioni.front.api.parameters import absolute
from interazioni.front.api.queries import Entry

Node = dict[str, Any]
DERIVED = UUID("0f2c7c1e-6f0b-5d1a-9c38-6f7e0a4b9d52")


@lru_cache(maxsize=16_384)  # an entry has a dozen of them, the same in each answer
def derived(*parts: str) -> str:
    return str(uuid5(DERIVED, "/".join(parts)))


def said(node: Mapping[str, Any]) -> Node:
    """Without what is empty; 0 and False say something."""
    return {name: value for name, value in node.items() if value or value == 0}


def moment(at: datetime) -> str:
    return in_rome(at).isoformat(timespec="milliseconds")


def _text(words: Reading, key: str) -> str:
    return words.texts[key].text if key in words.texts else ""


def _paragraphs(words: Reading) -> dict[str, str]:
    """Of each field that has several (`how.0`, `how.1` …), all of them."""
    found: dict[str, str] = {}
    for key, marked in words.texts.items():
        field, dot, _number = key.partition(".")
        if dot:
            found[field] = f"{found[field]}\n{marked.text}" if field in found else marked.text
    return found


def service(entry: Entry) -> Node:
    """What the standard's lists say of a service."""
    row, words = entry.service, entry.words
    paragraphs = _paragraphs(words)
    return said(
        {
            "id": str(row.pk),
            "organization_id": str(row.organisation_id),
            "name": _text(words, "name"),
            "alternate_name": _text(words, "also"),
            "description": "\n".join(filter(None, [_text(words, "summary"), paragraphs.get("obtained")])),
            "url": row.website or page(row, words.language),
            "email": row.email,
            "status": "active",
            "application_process": "\n".join(filter(None, [paragraphs.get("how"), paragraphs.get("times")])),
            "fees_description": paragraphs.get("cost"),
            "eligibility_description": paragraphs.get("for_whom"),
            "minimum_age": row.minimum_age,
            "maximum_age": row.maximum_age,
            "assured_date": in_rome(row.verified_at).date().isoformat() if row.verified_at else None,
            "assurer_email": row.body__email,
            "alert": _text(words, "alert"),
            "last_modified": moment(row.modified_at),
            "organization": _organisation(
                row.organisation_id,
                row.organisation__name,
                row.organisation__description,
                row.organisation__email,
                row.organisation__website,
            ),
            "translation": translation(words),
        }
    )


def page(row: Any, language: str) -> str:
    return absolute(under(f"services/{row.slug}/", language))


def translation(words: Reading) -> Node:
    """Ours, beside the standard's fields: which language was asked, and what stands in another one."""
    left = sorted({key.partition(".")[0] for key, text in words.texts.items() if text.language != words.language})
    return {
        "language": languages.tag(words.language),
        "source_language": languages.tag(words.source_language),
        "languages": [languages.tag(code) for code in words.languages],
        "outdated": words.outdated,
        "validated": words.validated,
        "in_source_language": left,
    }


def full_service(entry: Entry) -> Node:
    """A service fully nested."""
    row, words = entry.service, entry.words
    ident = str(row.pk)
    return service(entry) | said(
        {
            "additional_urls": [{"id": derived(ident, "page"), "label": "InterAzioni", "url": page(row, words.language), "service_id": ident}],
            "phones": phones(row.phones, "service_id", ident),
            "service_areas": [
                {"id": derived(ident, "area", code), "service_id": ident, "name": str(found), "description": f"ISTAT {found.istat}"}
                for code in row.area
                if (found := municipalities.by_istat(code))
            ],
            "languages": [
                {"id": derived(ident, "language", code), "service_id": ident, "code": languages.tag(code), "name": languages.name_of(languages.tag(code), words.language.partition("-")[0])}
                for code in row.spoken
            ],
            "cost_options": [
                {"id": derived(ident, "free"), "service_id": ident, "amount": 0, "currency": "EUR", **said({"amount_description": _paragraphs(words).get("cost")})}
            ] if row.free else [],
            "required_documents": [
                {"id": key.partition(".")[2], "service_id": ident, "document": text.text} for key, text in words.texts.items() if key.startswith("needed.")
            ],
            "service_at_locations": [service_at_location(place) for place in entry.places],
            "attributes": _attributes(row, words.language),
        }
    )  # fmt: skip


def _attributes(row: Any, language: str) -> list[Node]:
    ident = str(row.pk)
    term = taxonomies.of_theme(row.theme, language)
    said_apart = [("appointment", row.appointment), ("sensitive", row.sensitive), ("unverified", bool(row.demoted_at))]
    return [
        {
            "id": derived(ident, "theme"), "link_id": ident, "link_entity": "service", "link_type": "theme",
            "taxonomy_term_id": term["id"], "taxonomy_term": term, "label": term["name"], "value": term["code"],
        },
        *(
            {"id": derived(ident, name), "link_id": ident, "link_entity": "service", "link_type": name, "label": name, "value": "true"}
            for name, holds in said_apart
            if holds
        ),
    ]  # fmt: skip


def phones(items: Iterable[Mapping[str, str]], owner: str, ident: str) -> list[Node]:
    return [
        said(
            {
                "id": one["id"],
                owner: ident,
                "number": one["number"],
                "type": "voice",
                "description": one.get("note", ""),
            }
        )
        for one in items
    ]


def organisation(row: Organisation) -> Node:
    return _organisation(row.pk, row.name, row.description, row.email, row.website)


def _organisation(ident: UUID, name: str, description: str, email: str, website: str) -> Node:
    return said(
        {
            "id": str(ident), "name": name, "description": description or name, "email": email, "website": website,
            "uri": absolute(f"/api/hsds/organizations/{ident}"),
        }
    )  # fmt: skip


def full_organisation(row: Organisation, services: Sequence[Entry], *, nested: bool) -> Node:
    """`nested`: its services with all that belongs to them; else as the lists say them."""
    places = {place.location_id: place for entry in services for place in entry.places}
    return organisation(row) | said(
        {
            "phones": phones(row.phones, "organization_id", str(row.pk)),
            "locations": [location(place) for place in places.values()],
            "services": [
                {name: value for name, value in (full_service if nested else service)(entry).items() if name != "organization"}
                for entry in services
            ],
        }
    )  # fmt: skip


def location_in_list(place: Any) -> Node:
    town = municipalities.by_istat(place.location__municipality)
    return said(
        {
            "id": str(place.location_id), "location_type": "physical", "organization_id": str(place.location__organisation_id), "name": place.location__name,
            "transportation": place.location__transport, "latitude": place.location__latitude, "longitude": place.location__longitude,
            "external_identifier": place.location__municipality, "external_identifier_type": "ISTAT",
            "description": f"{place.location__address}, {town}" if place.location__address and town else "",
        }
    )  # fmt: skip


def location(place: Any) -> Node:
    ident, town = str(place.location_id), municipalities.by_istat(place.location__municipality)
    address = {
        "id": derived(ident, "address"), "location_id": ident, "address_1": place.location__address, "city": town.name if town else "",
        "region": town.region if town else "", "state_province": town.province if town else "", "postal_code": place.location__postal_code, "country": "IT",
        "address_type": "physical",
    }  # fmt: skip
    access = [
        said({"id": derived(ident, "access", code), "location_id": ident, "description": code})
        for code in place.location__accessibility
    ]
    if place.location__access_note:
        access.append(
            {"id": derived(ident, "access"), "location_id": ident, "description": place.location__access_note}
        )
    return location_in_list(place) | said({"addresses": [address], "accessibility": access})


def service_at_location(place: Any) -> Node:
    ident = str(place.pk)
    return said(
        {
            "id": ident, "service_id": str(place.service_id), "location_id": str(place.location_id), "description": place.note,
            "location": location(place), "schedules": _schedules(place, ident),
        }
    )  # fmt: skip


def service_at_location_in_list(place: Any, entry: Entry) -> Node:
    return said(
        {
            "id": str(place.pk), "service_id": str(place.service_id), "location_id": str(place.location_id), "description": place.note,
            "location": location_in_list(place), "service": service(entry),
        }
    )  # fmt: skip


def full_service_at_location(place: Any, entry: Entry) -> Node:
    inner = {name: value for name, value in full_service(entry).items() if name != "service_at_locations"}
    return service_at_location(place) | {"service": inner}


EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"


def _schedules(place: Any, ident: str) -> list[Node]:
    notes = _notes(place)
    return [_schedule(one, ident, notes) for one in place.hours]


def _schedule(one: Mapping[str, Any], place: str, notes: str) -> Node:
    """Hours are Italian time, on the wall: an offset would be wrong for half of the year. What the standard cannot say (a rule by the
    year) stands in `description`."""
    rule = _parts(one["rule"])
    daily = rule.get("FREQ") == "DAILY" and "INTERVAL" not in rule
    return said(
        {
            "id": one["id"], "service_at_location_id": place, "valid_from": one["valid_from"], "valid_to": one["valid_to"],
            "freq": "WEEKLY" if daily else rule["FREQ"] if rule.get("FREQ") in ("WEEKLY", "MONTHLY") else None,
            "interval": int(rule["INTERVAL"]) if rule.get("INTERVAL", "").isdecimal() else None,
            "byday": EVERY_DAY if daily else rule.get("BYDAY"), "bymonthday": rule.get("BYMONTHDAY"), "wkst": rule.get("WKST"),
            "dtstart": one["valid_from"] or ("2001-01-01" if "INTERVAL" in rule else None), "until": _day(rule.get("UNTIL", "")),
            "opens_at": one["opens_at"][:5], "closes_at": one["closes_at"][:5],
            "description": one["rule"] if rule.get("FREQ") == "YEARLY" or {"BYMONTH", "BYSETPOS"} & set(rule) else "",
            "notes": notes,
        }
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _parts(rule: str) -> Mapping[str, str]:
    return dict(part.partition("=")[::2] for part in rule.split(";"))


def _day(until: str) -> str | None:
    return f"{until[:4]}-{until[4:6]}-{until[6:8]}" if len(until) >= 8 else None


def _notes(place: Any) -> str:
    """For people and for programs that know our way of writing closures: the standard has no exceptions to its rules."""
    closed = [f"{first}/{last}" for first, last in place.closures]
    notes = ["Europe/Rome"]
    if not place.holidays:
        notes.append("closed on public holidays of Italy")
    if closed:
        notes.append("closed " + ", ".join(closed))
    return "; ".join(notes)
