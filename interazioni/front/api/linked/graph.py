"""A small graph, written as Turtle or as JSON-LD. Pure.

Written here because it is one page, and on the demo's directory (26,690 statements) 25 times as fast as rdflib's writer of Turtle, 12 times
as its writer of JSON-LD; the tests read both forms back with rdflib and hold them against each other (ADR 0017).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "locn": "http://www.w3.org/ns/locn#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": XSD,
}


@dataclass(frozen=True, slots=True)
class Iri:
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """`language`: BCP-47, or `datatype`: an IRI, or neither."""

    value: str
    language: str = ""
    datatype: str = ""


Term = Iri | Text


def double(value: float) -> Text:
    return Text(repr(float(value)), datatype=XSD + "double")


def moment(value: datetime) -> Text:
    return Text(value.isoformat(timespec="seconds"), datatype=XSD + "dateTime")


def day(value: date) -> Text:
    return Text(value.isoformat(), datatype=XSD + "date")


def named(name: str) -> str:
    """`dct:title` → its address."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


class Graph:
    """Statements by subject, in the order in which they were made; each once."""

    def __init__(self) -> None:
        self._nodes: dict[str, dict[str, dict[Term, None]]] = {}

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, subject: str) -> bool:
        return subject in self._nodes

    def node(self, subject: str, kind: str, **said: Term | Iterable[Term] | None) -> Iri:
        """`kind`: its class(es), separated by a space. Predicates with `__` for the colon (`dct__title`); what is empty is left out."""
        for one in kind.split():
            self.add(subject, TYPE, Iri(named(one)))
        for name, value in said.items():
            for term in (value,) if isinstance(value, Iri | Text) else value or ():
                self.add(subject, named(name.replace("__", ":", 1)), term)
        return Iri(subject)

    def add(self, subject: str, predicate: str, value: Term) -> None:
        if isinstance(value, Text) and not value.value.strip():
            return
        self._nodes.setdefault(subject, {}).setdefault(predicate, {})[value] = None

    def turtle(self) -> str:
        lines = [f"@prefix {prefix}: <{address}> .\n" for prefix, address in PREFIXES.items()]
        for subject, said in self._nodes.items():
            parts = [f"{_short(predicate)} {', '.join(map(_turtle, values))}" for predicate, values in said.items()]
            lines.append(f"\n{_iri(subject)} " + " ;\n    ".join(parts) + " .\n")
        return "".join(lines)

    def json_ld(self) -> str:
        nodes: list[dict[str, Any]] = []
        for subject, said in self._nodes.items():
            node: dict[str, Any] = {"@id": _safe(subject)}
            for predicate, values in said.items():
                if predicate == TYPE:
                    node["@type"] = [_compact(str(value.value)) for value in values]
                else:
                    node[_compact(predicate)] = [_json(value) for value in values]
            nodes.append(node)
        return json.dumps({"@context": PREFIXES, "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))


_ADDRESSES = sorted(((address, prefix) for prefix, address in PREFIXES.items()), key=lambda pair: -len(pair[0]))
_KNOWN = tuple(PREFIXES.values())
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


_PLAIN = re.compile(r"[A-Za-z0-9:/?#@&=._~%+-]*\Z")


def _safe(address: str) -> str:
    """What an entry calls its website may hold a space or a quote."""
    if _PLAIN.match(address):
        return address
    return quote(address, safe=":/?#[]@!$&'()*+,;=%~._-")


def _iri(address: str) -> str:
    return f"<{_safe(address)}>"


@lru_cache(maxsize=512)  # predicates and classes; what is asked of a subject's own address is soon forgotten
def _compact(address: str) -> str:
    for base, prefix in _ADDRESSES:
        if address.startswith(base) and _LOCAL.match(address[len(base) :]):
            return f"{prefix}:{address[len(base) :]}"
    return _safe(address)


@lru_cache(maxsize=512)
def _short(address: str) -> str:
    if address == TYPE:
        return "a"
    short = _compact(address)
    return short if short != _safe(address) else _iri(address)


def _turtle(term: Term) -> str:
    if isinstance(term, Iri):
        return _short(term.value) if term.value.startswith(_KNOWN) else _iri(term.value)
    quoted = '"' + term.value.translate(_ESCAPES) + '"'
    if term.language:
        return f"{quoted}@{term.language}"
    return f"{quoted}^^{_short(term.datatype)}" if term.datatype else quoted


def _json(term: Term) -> dict[str, str]:
    if isinstance(term, Iri):
        return {"@id": _safe(term.value)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    return {"@value": term.value, "@type": _compact(term.datatype)} if term.datatype else {"@value": term.value}
