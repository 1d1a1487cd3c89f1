"""Bytes → services of the Human Services Data Specification, in whatever shape a publisher gives them. Pure.

One service, a list, a page (`contents`), an organisation with its services, services at locations, a line a service (ndjson), or the
standard's tables beside each other: in the end each service is one node with all that belongs to it. Reads 3.0 to 3.2; of 2.0 what has
the same name.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports.reading import MAX_BYTES, ImportRefused, read_workbook
from interazioni.foundation.imports.values import Finding

Node = dict[str, Any]
MOST_SERVICES = 5_000  # a preview reads them all at each look, a millisecond each
# Names of the standard's tables, as the nested key that holds their rows; also as files are called ("service_at_location.csv").
_TABLES = {
    "services": "services", "service": "services", "organizations": "organizations", "organization": "organizations", "locations": "locations",
    "location": "locations", "service_at_locations": "service_at_locations", "service_at_location": "service_at_locations", "phones": "phones",
    "phone": "phones", "schedules": "schedules", "schedule": "schedules", "regular_schedules": "schedules", "regular_schedule": "schedules", "addresses": "addresses",
    "physical_addresses": "addresses", "address": "addresses", "languages": "languages", "language": "languages", "required_documents": "required_documents",
    "required_document": "required_documents", "cost_options": "cost_options", "cost_option": "cost_options", "service_areas": "service_areas",
    "service_area": "service_areas", "contacts": "contacts", "contact": "contacts", "accessibility": "accessibility", "attributes": "attributes",
    "attribute": "attributes", "taxonomy_terms": "taxonomy_terms", "taxonomy_term": "taxonomy_terms", "urls": "additional_urls", "url": "additional_urls",
    "additional_urls": "additional_urls",
}  # fmt: skip
_OF_SERVICE = (
    "phones",
    "schedules",
    "languages",
    "required_documents",
    "cost_options",
    "service_areas",
    "contacts",
    "additional_urls",
)
_OF_PLACE = ("phones", "schedules", "contacts", "service_areas")
_OF_LOCATION = ("addresses", "accessibility", "phones", "schedules", "languages", "contacts")
# What only organisations have, of what a list of them says; and what other things have that are no services.
_ORGANISATIONS = frozenset(
    {"website", "legal_status", "tax_id", "tax_status", "year_incorporated", "organization_identifiers", "parent_organization_id", "logo"}
)  # fmt: skip
_OTHERS = _ORGANISATIONS | {
    "location_type",
    "addresses",
    "latitude",
    "taxonomy",
    "taxonomy_id",
    "term_uri",
    "uri",
    "version",
}


@dataclass(slots=True)
class Record:
    """A service's place in the file, counted from 1, and its node; or why it has none."""

    number: int
    node: Node = field(default_factory=dict)
    fault: Finding | None = None


@dataclass(slots=True)
class Source:
    """What a file holds: its services, and by id what they may point to."""

    records: list[Record] = field(default_factory=list)
    organisations: dict[str, Node] = field(default_factory=dict)
    locations: dict[str, Node] = field(default_factory=dict)
    terms: dict[str, Node] = field(default_factory=dict)
    notes: list[str | Promise] = field(default_factory=list)


def read(content: bytes, filename: str) -> Any:
    """JSON becomes a `Source`, everything else is a spreadsheet. Raises `ImportRefused`."""
    start = content[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if start[:1] not in (b"{", b"["):
        return read_workbook(content, filename)
    if len(content) > MAX_BYTES:
        raise ImportRefused(
            "too_large",
            _("The file is larger than %(limit)s MB. Ask the other system for fewer services at a time."),
            MAX_BYTES // (1024 * 1024),
        )
    source = Source()
    roots = _parsed(_decoded(content, source), source)
    _gather(roots, source)
    if len(source.records) > MOST_SERVICES:
        raise ImportRefused("too_many_rows", _("The file holds more than %(limit)s services. Split it."), MOST_SERVICES)
    if not source.records:
        raise ImportRefused(
            "no_services",
            _("No service was recognised in this file: it must hold services as HSDS writes them (openreferral.org)."),
        )
    return source


# --- letters ---------------------------------------------------------------------------------------------------------


def _decoded(content: bytes, source: Source) -> str:
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding).removeprefix("﻿")
    except UnicodeDecodeError:
        text = content.decode(encoding, errors="replace").removeprefix("﻿")
    if encoding.startswith("utf-8") and not re.search(r"[^\x00-\x7f�]", text):
        # No letter beyond ASCII was right: it is no UTF-8 at all, but what Windows writes.
        source.notes.append(
            _(
                "The file is not in UTF-8, as JSON must be. It was read as Windows-1252: look whether the accents are right."
            )
        )
        return content.decode("cp1252", errors="replace")
    source.notes.append(_("Some letters of the file cannot be read; the services that hold them say so."))
    return text


def _constant(source: Source) -> Any:
    def found(name: str) -> None:
        note = _("The file holds NaN or Infinity, which JSON does not know: those numbers were left out.")
        if note not in source.notes:
            source.notes.append(note)

    return found


def _parsed(text: str, source: Source) -> list[tuple[int, Any]]:
    """(line, value): one value, or one a line."""
    constant = _constant(source)
    try:
        return [(1, json.loads(text, parse_constant=constant))]
    except RecursionError as fault:
        raise ImportRefused("damaged", _("The file is nested too deeply to be read.")) from fault
    except json.JSONDecodeError as fault:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        # Lines of their own are told from one damaged document by the first that is whole.
        if len(lines) < 2 or not any(_whole(line) for _number, line in lines[:20]):
            raise ImportRefused(
                "damaged", _("The file is no valid JSON: it breaks off or goes wrong at line %(limit)s."), fault.lineno
            ) from fault
    except ValueError as fault:  # a number of thousands of digits
        raise ImportRefused(
            "damaged", _("The file is no valid JSON: it holds a number that is absurdly long.")
        ) from fault
    values: list[tuple[int, Any]] = []
    for number, line in lines:
        try:
            values.append((number, json.loads(line, parse_constant=constant)))
        except (ValueError, RecursionError):
            source.records.append(
                Record(
                    number, fault=Finding("line_damaged", _("Line %(read)s of the file is no valid JSON."), str(number))
                )
            )
    return values


def _whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


# --- shapes ----------------------------------------------------------------------------------------------------------


def _gather(roots: list[tuple[int, Any]], source: Source) -> None:
    nodes: list[Node] = []
    lines = len(roots) > 1 or bool(source.records)
    for line, root in roots:
        before = len(nodes)
        nodes += _services(root, source)
        if lines:
            source.records += [Record(line, node) for node in nodes[before:]]
    if not lines:
        source.records += [Record(number, node) for number, node in enumerate(nodes, 1)]
    source.records.sort(key=lambda record: record.number)
    bare = sum(
        not record.node.keys() & {"service_at_locations", "schedules", "phones"}
        for record in source.records
        if record.node
    )
    if bare and bare == len(source.records):
        source.notes.append(
            _(
                "The file says nothing of places, hours and phones, as lists do: ask the other system for the services in full, one by one."
            )
        )


def _services(root: Any, source: Source) -> list[Node]:
    """The services of any shape. What is none is left with a record that says so."""
    if isinstance(root, list):
        return [node for one in root for node in _services_of_item(one, source)]
    if not isinstance(root, dict):
        return []
    if isinstance(root.get("contents"), list):
        pages = root.get("total_pages")
        if isinstance(pages, int) and not isinstance(pages, bool) and pages > 1:
            source.notes.append(
                format_lazy(
                    _("This is page {page} of {pages}: the other pages are files of their own."),
                    page=str(root.get("page_number", "?"))[:9],
                    pages=str(pages)[:9],
                )
            )
        return _services(root["contents"], source)
    tables = {
        table: [row for row in rows if isinstance(row, dict)]
        for name, rows in root.items()
        if isinstance(rows, list) and (table := _TABLES.get(str(name).removesuffix(".csv").removesuffix(".json")))
    }
    if "services" in tables and not isinstance(root.get("name"), str):
        return _joined(tables, source)
    return list(_services_of_item(root, source)) if root.keys() & {"name", "id", "status", "service"} else []


def _services_of_item(one: Any, source: Source) -> Iterator[Node]:
    if not isinstance(one, dict):
        yield {"": one}
        return
    if isinstance(one.get("service"), dict):  # a service at a location
        place = {key: value for key, value in one.items() if key != "service"}
        yield {**one["service"], "service_at_locations": [place]}
    elif isinstance(one.get("services"), list):  # an organisation with its services
        _known(source.organisations, [one])
        _known(source.locations, one.get("locations"))
        owner = {key: value for key, value in one.items() if key not in ("services", "locations")}
        for service in one["services"]:
            yield {"organization": owner, **service} if isinstance(service, dict) else {"": service}
    elif one.keys() & _OTHERS and not one.keys() & {"status", "organization", "organization_id"}:
        if one.keys() & _ORGANISATIONS:
            _known(source.organisations, [one])
    else:
        yield one


def _known(index: dict[str, Node], nodes: Any) -> None:
    for node in nodes if isinstance(nodes, list) else []:
        if isinstance(node, dict) and node.get("id"):
            index.setdefault(str(node["id"]), node)


def _joined(tables: dict[str, list[Node]], source: Source) -> list[Node]:
    """The standard's tables: each row goes to what it points to; what points to nothing is counted and said."""
    _known(source.organisations, tables.get("organizations"))
    _known(source.locations, tables.get("locations"))
    _known(source.terms, tables.get("taxonomy_terms"))
    services = [dict(row) for row in tables["services"]]
    places = [dict(row) for row in tables.get("service_at_locations", [])]
    by_id = {str(one["id"]): one for one in reversed(services) if one.get("id")}
    places_by_id = {str(one["id"]): one for one in reversed(places) if one.get("id")}
    lost = 0
    for place in places:
        owner = by_id.get(str(place.get("service_id")))
        lost += owner is None
        if owner is not None:
            owner.setdefault("service_at_locations", []).append(place)
    for table in {*_OF_SERVICE, *_OF_LOCATION}:
        for row in tables.get(table, []):
            lost += not _put(row, table, places_by_id, by_id, source.locations)
    for row in tables.get("attributes", []):
        owner = by_id.get(str(row.get("link_id")))
        if owner is not None:
            owner.setdefault("attributes", []).append(row)
    if lost:
        source.notes.append(
            format_lazy(
                _("{number} rows of the file point to something that stands nowhere in it, and were left out."),
                number=lost,
            )
        )
    return services


def _put(row: Node, table: str, places: dict[str, Node], services: dict[str, Node], locations: dict[str, Node]) -> bool:
    """Puts a row to the nearest thing that it names; False when none of them is there."""
    for key, index, tables in (
        ("service_at_location_id", places, _OF_PLACE),
        ("service_id", services, _OF_SERVICE),
        ("location_id", locations, _OF_LOCATION),
    ):
        owner = index.get(str(row.get(key))) if row.get(key) and table in tables else None
        if owner is not None:
            owner.setdefault(table, []).append(row)
            return True
    return bool(row.get("organization_id") or row.get("contact_id") or row.get("phone_id"))  # of what is not taken


def nodes_of(node: Node, name: str) -> Iterable[Node]:
    """The objects of a list that a node may hold; a single one counts as a list, anything else as none."""
    found = node.get(name)
    if isinstance(found, dict):
        found = [found]
    return [one for one in found if isinstance(one, dict)][:200] if isinstance(found, list) else []
