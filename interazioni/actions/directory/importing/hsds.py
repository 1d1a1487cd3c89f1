"""A service's HSDS node → what it says in our words: the counterpart of `front/api/hsds/mapping.py`. Pure; ADR 0019 says what is lost.

Nothing is trusted: a field may be missing, of another type, or point to nothing. Such a thing is said and left out; only a service
without a name, without an id that is its own, or no longer offered is refused.
"""

import re
from collections import Counter
from uuid import UUID

from babel.core import get_global
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import cells, topics
from interazioni.actions.directory.importing.draft import Draft, key_of
from interazioni.actions.directory.importing.hsds_places import read_places
from interazioni.actions.directory.importing.hsds_reading import Node, Record, Source, nodes_of
from interazioni.actions.directory.importing.hsds_values import Reader
from interazioni.actions.directory.importing.schedules import Times
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.imports.values import Finding
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.foundation.vocabularies.folding import fold

SHEET = "services"
UNKEPT = ("accreditations", "licenses", "funding", "capacities", "program", "programs")


def read_services(source: Source) -> list[Draft]:
    seen: dict[str, int] = {}
    return [_draft(record, source, seen) for record in source.records]


def unkept(source: Source) -> list[str]:
    """What the file says that has no place here, with how often: "accreditations (3)"."""
    counted = Counter(name for record in source.records for name in UNKEPT if record.node.get(name))
    return [f"{name} ({number})" for name, number in counted.most_common()]


def _draft(record: Record, source: Source, seen: dict[str, int]) -> Draft:
    draft = Draft(SHEET, record.number)
    if record.fault:
        draft.errors.append(record.fault)
        return draft
    if "" in record.node:
        draft.errors.append(Finding("no_object", _("This is no service, but only a value.")))
        return draft
    node, read = record.node, Reader(record.node, draft)
    draft.name_it(read.text("name"))
    _organisation(draft, node, source)
    _identify(draft, read, seen)
    _status(draft, read)
    _words(draft, node, read)
    _for_whom(draft, node, read)
    _contacts(draft, node, read)
    _terms(draft, node, source)
    read_places(draft, node, source, Times(draft))
    said = node.get("translation")
    language = said.get("language") if isinstance(said, dict) else None
    if isinstance(language, str) and language.partition("-")[0] != "it":
        draft.warn("not_italian", _("The words are in another language (%(read)s); here the Italian ones are the source. Correct them before it is published."), language)  # fmt: skip
    return draft


def _identify(draft: Draft, read: Reader, seen: dict[str, int]) -> None:
    ident = draft.clean(read.text("id"))
    if not ident:
        draft.warn("no_id", _("It has no id of its own: it is known again by its name and who offers it."))
        ident = key_of(str(draft.organisation.get("name", "")), draft.name)
    if ident in seen:
        draft.refuse(
            "duplicate_id", _("The same id stands in service %(read)s of this file already."), str(seen[ident])
        )
    seen.setdefault(ident, draft.row)
    draft.identity = f"hsds:{ident if len(ident) <= 100 else key_of(ident)}"


def own_id(draft: Draft) -> UUID | None:
    """The id as one of ours: a file that this very system gave out."""
    return as_uuid(draft.identity.removeprefix("hsds:"))


def _status(draft: Draft, read: Reader) -> None:
    status = fold(read.text("status"))
    if status in ("inactive", "defunct"):
        draft.refuse(
            "not_offered",
            _("The file says that it is no longer offered (%(read)s). Withdraw it here, if it stands here."),
            status,
        )
    elif status == "temporarily closed" and not read.text("alert").strip():
        draft.values["alert"] = "Chiuso temporaneamente."


def _organisation(draft: Draft, node: Node, source: Source) -> None:
    """Nested, or by its id from elsewhere in the file. One that stands nowhere is asked about."""
    nested = node.get("organization")
    ident = str(node.get("organization_id") or (nested if isinstance(nested, str) else "") or "")
    found = nested if isinstance(nested, dict) else source.organisations.get(ident)
    if isinstance(found, dict) and not isinstance(found.get("name"), str) and found.get("id"):
        found = source.organisations.get(str(found["id"]), found)
    if not isinstance(found, dict) or not isinstance(found.get("name"), str) or not fold(found["name"]):
        draft.organisation = {}
        if ident:
            draft.warn(
                "organisation_lost", _("The organisation with the id %(read)s stands nowhere in the file."), ident
            )
        else:
            draft.warn("organisation_missing", _("The file does not say who offers it."))
        return
    inner = Draft(draft.sheet, draft.row)  # its remarks are not the service's
    read = Reader(found, inner)
    inner.reach(read.text("email"), read.text("website") or read.text("url"))
    said = {
        "name": " ".join(inner.clean(read.text("name")).split())[:200],
        "description": inner.clean(read.text("description"))[:1000],
    }
    phones = _numbers(found, inner)
    draft.organisation = said | {name: value for name, value in (*inner.values.items(), ("phones", phones)) if value}
    if not said["description"]:
        draft.organisation["description"] = said["name"]


def _words(draft: Draft, node: Node, read: Reader) -> None:
    draft.say("also", read.text("alternate_name"))
    if "alert" not in draft.values or read.text("alert"):
        draft.say("alert", read.text("alert"))
    draft.describe(read.text("description"))
    draft.say("how", _lines(read.text("application_process"), read.text("interpretation_services")))
    draft.say("times", read.text("wait_time"))
    if "required_documents" in node:
        documents = [Reader(one, draft).text("document") for one in nodes_of(node, "required_documents")]
        draft.documents([{"text": " ".join(draft.clean(text).split())[:300]} for text in documents if text.strip()])
    _cost(draft, node, read)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text.strip())


def _cost(draft: Draft, node: Node, read: Reader) -> None:
    options = list(nodes_of(node, "cost_options"))
    priced = [(Reader(one, draft).number("amount"), one) for one in options]
    nothing = bool(priced) and all(amount == 0 for amount, _one in priced)
    words = read.text("fees_description") or read.text("fees")
    if not words:
        words = _lines(*(_price(amount, Reader(one, draft)) for amount, one in priced if amount != 0))
    draft.cost_said(words, True if nothing else None)


def _price(amount: float | None, read: Reader) -> str:
    price = (
        f"{amount:.2f}".rstrip("0").rstrip(".") + f" {read.text('currency').upper() or 'EUR'}"
        if amount is not None
        else ""
    )
    return " ".join(filter(None, [price, read.text("amount_description"), read.text("option")]))


def _for_whom(draft: Draft, node: Node, read: Reader) -> None:
    draft.say("for_whom", read.text("eligibility_description"))
    limits: list[int | None] = []
    for name in ("minimum_age", "maximum_age"):
        years = read.number(name)
        if years is not None and not 0 <= years <= 120:
            draft.warn(
                "age_unreadable", _("“%(read)s” was not understood as ages: write for example 16-25."), str(years)
            )
            years = None
        limits.append(int(years) if years is not None else None)
    draft.years(*limits)
    if "languages" in node:
        draft.values["spoken"] = list(
            dict.fromkeys(tag for one in nodes_of(node, "languages") if (tag := _language(Reader(one, draft))))
        )
    if "service_areas" in node:
        draft.values["area"] = _areas(draft, node)


def _language(read: Reader) -> str:
    code, name = read.text("code").strip(), read.text("name").strip()
    for said in (code, get_global("language_aliases").get(code.lower(), ""), name):
        if said and (tag := languages.parse_language(str(said))):
            return tag
    if code or name:
        read.draft.warn("language_unknown", _("No language is known by the name “%(read)s”."), name or code)
    return ""


def _areas(draft: Draft, node: Node) -> list[str]:
    found = []
    for one in nodes_of(node, "service_areas"):
        read = Reader(one, draft)
        istat = re.search(r"\bISTAT\s*(\d{6})\b", read.text("description"))
        town = (
            municipalities.by_istat(istat[1])
            if istat
            else municipalities.parse_place(draft.clean(read.text("name"))[:60]).municipality
        )
        if town is not None and town.istat:
            found.append(town.istat)
        elif read.text("name"):
            draft.warn(
                "area_unknown",
                _("For whom it is by place was not understood: “%(read)s”. Say it in words under whom it is for."),
                read.text("name"),
            )
    return list(dict.fromkeys(found))


def _contacts(draft: Draft, node: Node, read: Reader) -> None:
    """Phones of the service, else of its places, else of its contacts: with their office, never with a person's name."""
    places = list(nodes_of(node, "service_at_locations"))
    contacts = [one for holder in (node, *places) for one in nodes_of(holder, "contacts")]
    if node.keys() & {"phones", "contacts", "service_at_locations"}:
        numbers = _numbers(node, draft)
        for holders in (places, contacts):
            numbers = numbers or [one for holder in holders for one in _numbers(holder, draft)]
        draft.values["phones"] = list({one["number"]: one for one in numbers}.values())[: cells.MOST_PHONES]
    email = read.text("email") or next((text for one in contacts if (text := Reader(one, draft).text("email"))), "")
    draft.reach(email, _website(node, read))


def _website(node: Node, read: Reader) -> str:
    """A service without a page of its own is given the publisher's about it: that is not what the service calls its page."""
    address = read.text("url")
    for one in nodes_of(node, "additional_urls"):
        if fold(str(one.get("label", ""))) == "interazioni" and one.get("url") == address:
            return ""
    return address


def _numbers(node: Node, draft: Draft) -> list[dict[str, str]]:
    found = []
    for one in nodes_of(node, "phones"):
        read = Reader(one, draft)
        if fold(read.text("type")) in ("fax", "tty", "pager"):
            continue
        number = draft.clean(read.text("number")).strip(" \"'")
        if not 3 <= len(re.sub(r"\D", "", number)) <= 18 or len(number) > 40:
            draft.warn("phone_doubtful", _("“%(read)s” does not look like a phone number: left out."), number)
            continue
        extension = read.text("extension").removesuffix(".0")
        note = " ".join(draft.clean(_lines(f"int. {extension}" if extension else "", read.text("description"))).split())
        found.append({"number": number, "note": note[:200]})
    return found


# --- what it is about ------------------------------------------------------------------------------------------------


FLAGS = ("appointment", "sensitive", "unverified")  # attributes of our own, without a term


def _terms(draft: Draft, node: Node, source: Source) -> None:
    """The first term that is one of our themes, else the first that is none: it is asked about. Also our own flags."""
    known, unknown = "", ""
    if "attributes" in node:
        draft.values["appointment"] = False
    for one in (*nodes_of(node, "attributes"), *nodes_of(node, "service_taxonomys"), *nodes_of(node, "taxonomy_terms")):
        read = Reader(one, draft)
        if read.text("link_type") in FLAGS and "taxonomy_term" not in one:
            if read.text("link_type") != "unverified":
                draft.values[read.text("link_type")] = read.text("value") == "true"
            continue
        term = one.get("taxonomy_term")
        if not isinstance(term, dict):
            term = source.terms.get(str(one.get("taxonomy_term_id") or one.get("id") or ""), one)
        said = Reader(term, draft)
        names = {name: " ".join(draft.clean(said.text(name)).split()) for name in ("code", "name", "label", "value")}
        known = known or next((theme for text in names.values() if (theme := topics.theme_of(text))), "")
        unknown = unknown or (names["name"] or names["label"] or names["value"])[:80]
    draft.category = known or unknown
