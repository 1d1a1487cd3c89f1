"""What a file says of one service, whichever way it says it: words, remarks, and the statement that `importing.rules` takes. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import cells, plain
from interazioni.actions.directory.importing.statements import Stated, StatedPlace
from interazioni.actions.directory.models import Location, Service, ServiceAtLocation
from interazioni.foundation.imports.values import Finding
from interazioni.foundation.vocabularies.distances import coordinates
from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.municipalities import Municipality

LIMITS: dict[type[Model], dict[str, int]] = {
    model: {one.name: one.max_length for one in model._meta.concrete_fields if one.max_length}
    for model in (Location, ServiceAtLocation, Service)
}
SUMMARY = LIMITS[Service]["summary"]
ONE_LINE = {one.name for one in Service._meta.concrete_fields if type(one) is CharField}
MOST_NEEDED = 30


@dataclass(slots=True)
class Draft:
    """`values` are fields of the entry that the file speaks of, empty ones too; `category` what the file calls its theme."""

    sheet: str
    row: int
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    organisation: dict[str, Any] = field(default_factory=dict)
    places: list[StatedPlace] = field(default_factory=list)
    places_said: bool = False
    category: str = ""
    identity: str = ""
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def warn(self, code: str, message: str | Promise, read: str = "", other: str = "") -> None:
        self.warnings.append(Finding(code, message, read[:200], other[:200]))

    def refuse(self, code: str, message: str | Promise, read: str = "", other: str = "") -> None:
        self.errors.append(Finding(code, message, read[:200], other[:200]))

    def clean(self, text: str, label: str | Promise = "") -> str:
        """The words without markup, which is said once."""
        found, marked = plain.plain(text)
        if marked and all(finding.code != "markup" for finding in self.warnings):
            self.warn("markup", _("Markup (HTML) was taken off the words."))
        if "�" in found and all(finding.code != "garbled" for finding in self.warnings):
            self.warn("garbled", _("Some letters cannot be read in the file: look for %(read)s and mend them."), "�")
        return found

    def cut(self, name: str, text: str, model: type[Model] = Service) -> str:
        """As long as its field at most; what is left out is said."""
        limit = LIMITS[model][name]
        if len(text) <= limit:
            return text
        self.warn(
            "too_long",
            _("Too long for its field (%(other)s letters): the end was left out, from “%(read)s”."),
            text[limit - 40 :][:80],
            str(limit),
        )
        return text[: limit - 1].rsplit(" ", 1)[0].rstrip() + "…"

    def name_it(self, text: str) -> None:
        self.name = " ".join(self.clean(text).split())
        limit = LIMITS[Service]["name"]
        if not fold(self.name):
            self.refuse("name_missing", _("The name of the service is missing."))
        elif len(self.name) > limit:
            self.refuse(
                "name_long",
                _("The name is longer than %(other)s letters: “%(read)s”. Shorten it."),
                self.name[:80],
                str(limit),
            )
        self.values["name"] = self.name

    def say(self, name: str, text: str) -> None:
        """A field of words; on one line, where the field has one."""
        words = self.clean(text)
        self.values[name] = self.cut(name, " ".join(words.split()) if name in ONE_LINE else words)

    def describe(self, text: str | None, *, summary: str = "") -> None:
        """A description (None: the file has none) becomes the sentence that lists show, and the rest what one obtains."""
        words, first = self.clean(text or ""), " ".join(self.clean(summary).split())
        if not first:
            head, _line, rest = words.partition("\n")
            if len(head) > SUMMARY:
                ends = [end.end() for end in re.finditer(r"[.!?](?=\s)", head[:SUMMARY])]
                if ends:
                    head, rest = head[: ends[-1]], "\n".join(filter(None, [head[ends[-1] :].strip(), rest]))
                else:
                    self.warn(
                        "summary_cut", _("The description has no sentence that is short enough for lists: write one.")
                    )
                    rest = words
                    head = head[: SUMMARY - 1].rsplit(" ", 1)[0] + "…"
            first, words = head, rest
        if first:
            self.values["summary"] = self.cut("summary", first)
        if text is not None:
            self.values["obtained"] = self.cut(
                "obtained", "\n".join(filter(None, [words, self.values.get("obtained", "")]))
            )

    def reach(self, email: str | None = None, website: str | None = None) -> None:
        if email is not None:
            found = plain.mailbox(self.clean(email))
            if email.strip() and not found:
                self.warn("email_unreadable", _("“%(read)s” is not an e-mail address."), email)
            self.values["email"] = (found or "")[:254]
        if website is not None:
            self.values["website"] = self.link(website)

    def link(self, text: str) -> str:
        pieces = self.clean(text).split()
        found = plain.web(pieces[0].strip(",;")) if pieces else ""
        if found is None:
            self.warn("website_refused", _("“%(read)s” is no address of a web page: left out."), text)
        elif len(pieces) > 1:
            self.warn("website_several", _("Of “%(read)s” only the first address was taken."), text)
        return found or ""

    def documents(self, items: list[dict[str, str]]) -> None:
        if len(items) > MOST_NEEDED:
            self.warn(
                "too_many_documents", _("More than %(other)s documents: the rest was left out."), other=str(MOST_NEEDED)
            )
        self.values["needed"] = items[:MOST_NEEDED]

    def years(self, first: int | None, last: int | None) -> None:
        if first is not None and last is not None and first > last:
            self.warn(
                "ages_turned",
                _("The ages %(read)s do not go from the lower to the higher: left out."),
                f"{first}–{last}",
            )
            first = last = None
        self.values |= {"minimum_age": first, "maximum_age": last}

    def cost_said(self, text: str, free: bool | None) -> None:
        """`free` as a column of its own says, or None."""
        words = self.clean(text)
        saying = cells.free(words)
        if free is None and saying is None and cells.speaks_of_free(words):
            self.warn(
                "free_doubtful",
                _("“%(read)s”: for whom it is free cannot be told, so it is not listed as free of charge."),
                words,
            )
        self.values["free"] = True if free or (free is None and saying) else None
        self.values["cost"] = self.cut("cost", "" if saying and free is None else words)

    def statement(self, theme: str, own_id: Any = None) -> Stated:
        values = {**self.values, "theme": theme} if theme else dict(self.values)
        return Stated(self.identity, values, tuple(self.places), dict(self.organisation), self.places_said, own_id)


def where(town: Municipality, given: Mapping[str, Any]) -> dict[str, Any]:
    """A location's fields; without a point of its own it lies in the middle of its municipality, as on the entry's page."""
    point = coordinates(town.istat)
    middle = {"latitude": point[0], "longitude": point[1]} if point else {}
    return {**middle, **given, "municipality": town.istat}


def key_of(*parts: str) -> str:
    """What stays the same as long as these words do, whatever their case and accents."""
    return hashlib.sha256("|".join(fold(part) for part in parts).encode()).hexdigest()[:24]
