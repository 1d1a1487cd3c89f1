"""A person as somebody states it: every field a record can have, its checks, and how two statements are compared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.secrets import index_hash
from interazioni.foundation.vocabularies import countries, languages, municipalities, taxcode
from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.permits import PermitReason, PermitSituation
from interazioni.plan.people.models import Citizenship, Guardian, GuardianKind, Person, Sex

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")  # what a CSV or a form may carry of BCP-47
Held = tuple[str, date | None, date | None]  # country, first and last day; None: not known, or still held


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianData:
    """A parent or guardian. A record has at most one mother and one father."""

    kind: str
    full_name: str = ""
    citizenship: str = ""  # ISO 3166 alpha-2
    birth_country: str = ""
    phone: str = ""  # E.164
    language: str = ""  # BCP-47


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """What is stated about a person. Empty means: not stated; it never erases what is on record.

    Countries are ISO 3166 alpha-2, municipalities ISTAT codes, languages BCP-47 tags, phones E.164. `tax_code` may be
    invalid: it is kept as typed and never used for matching. `same_as` says whom the statement is about, `new` that it is about
    nobody on record; `ident` is the id of a record made by it (the demo's are deterministic).
    """

    surname: str
    name: str
    sex: str = ""
    birth_date: date | None = None
    birth_country: str = ""
    birth_municipality: str = ""
    citizenships: tuple[Held, ...] = ()
    municipality: str = ""
    languages: tuple[str, ...] = ()
    phone: str = ""
    tax_code: str = ""
    permit_situation: str = ""
    permit_reason: str = ""
    permit_number: str = ""
    permit_issued_date: date | None = None
    permit_expiry_date: date | None = None
    is_pupil: bool = False
    school_id: UUID | None = None
    class_year: int | None = None
    class_section: str = ""
    privacy_notice_date: date | None = None
    privacy_notice_language: str = ""
    guardians: tuple[GuardianData, ...] = ()
    same_as: UUID | None = None
    new: bool = False
    ident: UUID | None = None


# The columns of `Person` that a statement fills, by its own field's name.
COLUMNS = (
    "surname", "name", "sex", "birth_date", "birth_country", "birth_municipality", "municipality", "languages", "phone",
    "tax_code", "permit_situation", "permit_reason", "permit_number", "permit_issued_date", "permit_expiry_date",
    "is_pupil", "school_id", "class_year", "class_section", "privacy_notice_date", "privacy_notice_language",
)  # fmt: skip
# What eligibility or the dimension of a figure asks: a change here goes through the ledger.
FACTS = frozenset(
    {"sex", "birth_date", "municipality", "permit_situation", "permit_issued_date", "permit_expiry_date", "is_pupil",
     "citizenships", "guardians"}
)  # fmt: skip
LABELS: dict[str, Promise | str] = {
    "surname": _("surname"),
    "name": _("name"),
    "sex": _("sex"),
    "birth_date": _("date of birth"),
    "birth_country": _("country of birth"),
    "birth_municipality": _("municipality of birth"),
    "citizenships": _("citizenships"),
    "municipality": _("municipality of residence"),
    "languages": _("languages"),
    "phone": _("phone"),
    "tax_code": _("tax code"),
    "permit_situation": _("situation of stay"),
    "permit_reason": _("reason of stay"),
    "permit_number": _("permit or receipt number"),
    "permit_issued_date": _("permit issued on"),
    "permit_expiry_date": _("permit valid until"),
    "is_pupil": _("attends school"),
    "school_id": _("school"),
    "class_year": _("class"),
    "class_section": _("section"),
    "privacy_notice_date": _("privacy notice given on"),
    "privacy_notice_language": _("language of the notice"),
    "guardians": _("parents or guardians"),
}


def match_name(surname: str, name: str) -> str:
    """One spelling for look-ups: no case, accents, apostrophes."""
    return fold(f"{surname} {name}")[:200]


def permit_hash(number: str) -> bytes | None:
    """The keyed hash of a permit's or receipt's number, written with or without spaces and signs."""
    plain = taxcode.normalise(number)
    return index_hash("permit", plain) if plain else None


def tax_code_hash(code: str) -> bytes | None:
    """The keyed hash of a tax code as it stands on the card. (An omocodia form is another person's code.)"""
    plain = taxcode.normalise(code)
    return index_hash("tax_code", plain) if plain else None


def normalised(data: PersonData) -> PersonData:
    """Without stray spaces; codes in capitals; each country and language once; a lasting permit without an expiry."""
    seen: dict[str, Held] = {}
    for held in data.citizenships:
        seen.setdefault(held[0], held)
    situation = "" if data.permit_situation == PermitSituation.UNKNOWN else data.permit_situation
    return replace(
        data,
        surname=" ".join(data.surname.split()),
        name=" ".join(data.name.split()),
        citizenships=tuple(seen.values()),
        languages=tuple(dict.fromkeys(data.languages)),
        tax_code=taxcode.normalise(data.tax_code)[:20],
        permit_situation=situation,
        permit_number=" ".join(data.permit_number.upper().split())[:40],
        permit_expiry_date=None if situation == PermitSituation.LONG_TERM else data.permit_expiry_date,
        class_section=data.class_section.strip().upper(),
        is_pupil=data.is_pupil or data.class_year is not None or data.school_id is not None,
        guardians=tuple(
            guardian
            for guardian in (replace(one, full_name=" ".join(one.full_name.split())) for one in data.guardians)
            if guardian.full_name or guardian.citizenship or guardian.birth_country or guardian.phone
        ),
    )


def problems(data: PersonData, *, today: date) -> dict[str, Promise | str]:
    """Why a statement cannot be taken: field → sentence. Empty: it can. The same for page, import and demo."""
    found: dict[str, Promise | str] = {}
    for name in ("surname", "name"):
        text = getattr(data, name)
        if not fold(text):
            found[name] = _("Write the surname.") if name == "surname" else _("Write the name.")
        elif len(text) > 100:
            found[name] = _("This is too long: at most 100 letters.")
    if data.sex not in Sex.values:
        found["sex"] = _("Choose one of the listed values.")
    if data.birth_date and data.birth_date > today:
        found["birth_date"] = _("This day is in the future.")
    elif data.birth_date and data.birth_date.year < 1900:
        found["birth_date"] = _("Write the year of birth with four digits.")
    if any(country not in countries.countries() for country, _since, _until in data.citizenships):
        found["citizenships"] = _("Choose one of the listed countries.")
    elif any(since and until and until < since for _country, since, until in data.citizenships):
        found["citizenships"] = _("A citizenship cannot end before it begins.")
    if data.birth_country and data.birth_country not in countries.countries():
        found["birth_country"] = _("Choose one of the listed countries.")
    for name in ("municipality", "birth_municipality"):
        code = getattr(data, name)
        if code and municipalities.by_istat(code) is None:
            found[name] = _("There is no municipality of this name.")
    if any(not _TAG.fullmatch(tag) for tag in data.languages):
        found["languages"] = _("Choose one of the listed languages.")
    if data.permit_situation and data.permit_situation not in PermitSituation.values:
        found["permit_situation"] = _("Choose one of the listed values.")
    if data.permit_reason and data.permit_reason not in PermitReason.values:
        found["permit_reason"] = _("Choose one of the listed values.")
    if data.permit_issued_date and data.permit_issued_date > today:
        found["permit_issued_date"] = _("This day is in the future.")
    if data.permit_issued_date and data.permit_expiry_date and data.permit_expiry_date < data.permit_issued_date:
        found["permit_expiry_date"] = _("The permit cannot expire before it was issued.")
    if data.class_year is not None and not 1 <= data.class_year <= 5:
        found["class_year"] = _("A class is a number from 1 to 5, with a section: 2B.")
    if len(data.class_section) > 5:
        found["class_section"] = _("A section has five letters at most.")
    if data.privacy_notice_date and data.privacy_notice_date > today:
        found["privacy_notice_date"] = _("This day is in the future.")
    kinds = [guardian.kind for guardian in data.guardians]
    if any(kind not in GuardianKind.values for kind in kinds) or any(
        kinds.count(kind) > 1 for kind in ("mother", "father")
    ):
        found["guardians"] = _("State the mother and the father once each.")
    elif any(
        country and country not in countries.countries()
        for guardian in data.guardians
        for country in (guardian.citizenship, guardian.birth_country)
    ):
        found["guardians"] = _("Choose one of the listed countries.")
    return found


def stated(person: Person, citizenships: list[Citizenship], guardians: list[Guardian]) -> PersonData:
    """What is on record, as a statement."""
    values: dict[str, Any] = {column: getattr(person, column) for column in COLUMNS}
    for text in ("phone", "tax_code", "permit_number"):
        values[text] = values[text] or ""
    values["languages"] = tuple(values["languages"])
    return PersonData(
        **values,
        citizenships=tuple((one.country, one.since_date, one.until_date) for one in citizenships),
        guardians=tuple(
            GuardianData(
                kind=one.kind, full_name=one.full_name or "", citizenship=one.citizenship, birth_country=one.birth_country,
                phone=one.phone or "", language=one.language,
            )
            for one in guardians
        ),
    )  # fmt: skip


def differing(one: PersonData, other: PersonData) -> list[str]:
    """Names of the fields in which two full statements differ, in the order of the form."""
    return [name for name in LABELS if _comparable(one, name) != _comparable(other, name)]


def _comparable(data: PersonData, name: str) -> object:
    value = getattr(data, name)
    if name == "languages":
        return frozenset(value)
    if name == "permit_number":
        return taxcode.normalise(value)
    return value


def words(data: PersonData, name: str, *, schools: Mapping[UUID, str] | None = None, language: str = "it") -> str:
    """A field's value as people read it, for comparing two statements side by side. Empty where nothing is stated."""
    value = getattr(data, name)
    if value in (None, "", (), False):
        return ""
    match name:
        case "sex":
            return str(Sex(value).label)
        case "birth_country":
            return countries.name_of(value, language)
        case "municipality" | "birth_municipality":
            return str(municipalities.by_istat(value) or value)
        case "languages":
            return ", ".join(languages.name_of(tag, language) for tag in value)
        case "privacy_notice_language":
            return languages.name_of(value, language)
        case "permit_situation":
            return str(PermitSituation(value).label)
        case "permit_reason":
            return str(PermitReason(value).label)
        case "school_id":
            return (schools or {}).get(value, "")
        case "citizenships":
            return "; ".join(_held_in_words(held, language) for held in value)
        case "guardians":
            return "; ".join(_guardian_in_words(one, language) for one in value)
        case "is_pupil":
            return str(_("yes"))
    from interazioni.foundation.ui.formats import local_date

    return local_date(value) if isinstance(value, date) else str(value)


def _held_in_words(held: Held, language: str) -> str:
    from interazioni.foundation.ui.formats import local_date

    country, since, until = held
    text = countries.name_of(country, language)
    if since:
        text += " " + str(_("since %(day)s") % {"day": local_date(since)})
    if until:
        text += " " + str(_("until %(day)s") % {"day": local_date(until)})
    return text


def _guardian_in_words(guardian: GuardianData, language: str) -> str:
    parts = [
        str(GuardianKind(guardian.kind).label),
        guardian.full_name,
        countries.name_of(guardian.citizenship, language) if guardian.citizenship else "",
        guardian.phone,
    ]
    return " ".join(filter(None, parts))
