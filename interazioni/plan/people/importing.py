"""What a list of people may hold, and what one of its rows says. Pure: no database, no writing.

`people_reader(table)` looks at a whole table once (the order of names, the surnames it repeats), then `understand` turns each
row into a `PersonDraft`: what was understood, warnings that let the row pass, errors that do not.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports import names, values
from interazioni.foundation.imports.mapping import Column, Field, Kind, Proposal
from interazioni.foundation.imports.names import KnownNames
from interazioni.foundation.imports.reading import Cell, text_of
from interazioni.foundation.imports.tables import DataRow, Table
from interazioni.foundation.imports.values import Context, Finding
from interazioni.foundation.vocabularies import countries, languages, municipalities, permits, school, taxcode
from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.permits import PermitReason, PermitSituation
from interazioni.foundation.vocabularies.school import SchoolLevel

# --- what a column may be --------------------------------------------------------------------------------------------


def _looks_like_words(cell: Cell) -> bool:
    return (
        isinstance(cell, str)
        and 1 < len(cell) < 60
        and not any(map(str.isdigit, cell))
        and fold(cell).replace(" ", "").isalpha()
    )


def _looks_like_name(cell: Cell) -> bool:
    return _looks_like_words(cell) and not values.looks_like_sex(cell)


def _looks_like_full_name(cell: Cell) -> bool:
    return (
        _looks_like_words(cell)
        and 2 <= len(fold(str(cell)).split()) <= 6
        and not _looks_like_country(cell)
        and not _looks_like_place(cell)
    )


def _looks_like_country(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) > 60 or len(cell.strip()) < 2 or any(map(str.isdigit, cell)):
        return False
    match = countries.parse_country(cell)
    if match is None:
        return bool(re.search(r"[/,;&]| e ", cell)) and bool(countries.parse_citizenships(cell).codes)
    return not (isinstance(match, countries.CountryMatch) and (match.how == "similar" or len(cell.strip()) == 2))


def _looks_like_place(cell: Cell) -> bool:
    if not isinstance(cell, str) or any(map(str.isdigit, cell)) or len(cell) > 60:
        return False
    place = municipalities.parse_place(cell)
    return bool(place.municipality or place.candidates)


def _looks_like_birthplace(cell: Cell) -> bool:
    return (_looks_like_words(cell) and (_looks_like_place(cell) or _looks_like_country(cell))) or (
        isinstance(cell, str) and "(" in cell
    )


def _looks_like_tax_code(cell: Cell) -> bool:
    return isinstance(cell, str) and taxcode.looks_like(cell)


def _looks_like_class(cell: Cell) -> bool:
    text = text_of(cell)
    return len(text) <= 20 and school.parse_class(text) is not None


def _looks_like_permit_number(cell: Cell) -> bool:
    read = permits.parse_permit(text_of(cell)) if isinstance(cell, str | int) else permits.PermitText()
    return bool(read.number or read.receipt)


def _looks_like_expiry(cell: Cell) -> bool:
    return values.looks_like_date(cell) or (isinstance(cell, str) and permits.parse_permit(cell).situation is not None)


def _looks_like_place_and_date(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.search(r"[A-Za-z]{3,}.*\d{1,2}[/.\- ].*\d{2,4}", cell))


FIELDS: tuple[Field, ...] = (
    Field("number", _("Row number"), ("n", "nr", "no", "num", "numero", "n ord", "n ordine", "progr", "progressivo", "n progressivo", "pos", "id",
                                      "numero d'ordine", "num ord", "riga", "#")),
    Field("full_name", _("Surname and name in one column"),
          ("cognome e nome", "cognome nome", "nome e cognome", "nome cognome", "nominativo", "nominativi", "alunno", "alunna", "alunni", "alunno/a",
           "allievo", "allieva", "allievi", "allievo/a", "studente", "studentessa", "studenti", "studente/essa", "cognome / nome", "partecipante",
           "partecipanti", "beneficiario", "beneficiari", "destinatario", "destinatari", "utente", "utenti", "corsista", "corsisti", "persona",
           "nominativo alunno", "nome alunno", "nome completo", "generalita", "iscritto", "iscritti", "full name", "student", "minore", "bambino",
           "cognome e nome alunno", "nome e cognome alunno", "cognome e nome studente", "cognome e nome dell'alunno", "candidato",
           "cognome nome alunno", "nominativo studente"),
          looks_like=_looks_like_name, by_content=False),
    Field("surname", _("Surname"), ("cognome", "cognomi", "surname", "last name", "family name", "cogn", "cognome alunno", "cognome studente",
                                    "cognome allievo", "cognome dell'alunno"), looks_like=_looks_like_name, strict=True),
    Field("name", _("Name"), ("nome", "nomi", "name", "first name", "given name", "prenome", "nome proprio", "nome studente", "nome allievo",
                              "nome dell'alunno", "nome di battesimo"), looks_like=_looks_like_name, strict=True),
    Field("sex", _("Sex"), ("sesso", "genere", "m/f", "f/m", "sex", "gender", "m f", "sesso m f", "mf", "sex m f", "maschio/femmina"),
          looks_like=values.looks_like_sex, by_content=True, strict=True),
    Field("birth_date", _("Date of birth"), ("data di nascita", "data nascita", "nato il", "nata il", "nato/a il", "data nasc", "nascita", "birth date",
                                             "date of birth", "dob", "d nascita", "dt nascita", "data di nasc", "data n", "ddn", "nato/nata il",
                                             "giorno di nascita", "data nascita alunno", "data di nascita gg mm aaaa", "datanascita", "nasc",
                                             "data di nascita dell'alunno"),
          looks_like=values.looks_like_date, by_content=True, strict=True),
    Field("birth_place_date", _("Place and date of birth"), ("luogo e data di nascita", "data e luogo di nascita", "luogo e data nascita", "nato a il",
                                                             "luogo data nascita", "nascita luogo e data"), looks_like=_looks_like_place_and_date),
    Field("birth_place", _("Place of birth"), ("luogo di nascita", "luogo nascita", "comune di nascita", "comune nascita", "nato a", "nata a", "nato/a a",
                                               "citta di nascita", "place of birth", "luogo nasc", "comune/stato di nascita", "nato/a", "luogo",
                                               "luogo di nasc", "comune o stato estero di nascita", "citta nascita", "birthplace"),
          looks_like=_looks_like_birthplace),
    Field("birth_country", _("Country of birth"), ("stato di nascita", "paese di nascita", "nazione di nascita", "stato nascita", "paese nascita",
                                                   "stato estero di nascita", "country of birth", "nazione nascita"), looks_like=_looks_like_country),
    Field("citizenship", _("Citizenships"), ("cittadinanza", "cittadinanze", "nazionalita", "citt", "cittad", "naz", "citizenship", "nationality",
                                             "nazione", "cittadinanza alunno", "cittadinanza 1", "prima cittadinanza", "nazionalita alunno",
                                             "stato di cittadinanza", "paese di cittadinanza", "cittadinanza/e", "nazionalita/cittadinanza"),
          looks_like=_looks_like_country, by_content=True),
    Field("citizenship_2", _("Second citizenship"), ("seconda cittadinanza", "cittadinanza 2", "altra cittadinanza", "2 cittadinanza", "doppia cittadinanza"),
          looks_like=_looks_like_country),
    Field("origin", _("Country of origin"), ("paese di origine", "paese d'origine", "paese di provenienza", "provenienza", "origine", "nazione di origine",
                                             "stato di provenienza", "paese", "country", "country of origin", "nazione d'origine", "stato"),
          looks_like=_looks_like_country),
    Field("tax_code", _("Tax code"), ("codice fiscale", "cod fiscale", "c f", "cf", "cod fisc", "codice fisc", "c fiscale", "codicefiscale", "tax code",
                                      "codfiscale", "cod fis", "codice fiscale alunno", "cf alunno", "cod f", "codfisc", "fiscal code"),
          looks_like=_looks_like_tax_code, by_content=True, strict=True),
    Field("school_class", _("Class"), ("classe", "cl", "classe e sezione", "classe/sezione", "class", "classe sez", "classe frequentata", "cl sez", "gruppo classe",
                                       "anno di corso", "classe attuale", "anno corso", "classe e sez"), looks_like=_looks_like_class),
    Field("section", _("Section"), ("sezione", "sez", "section")),
    Field("school", _("School"), ("scuola", "plesso", "istituto", "istituto scolastico", "sede", "nome scuola", "scuola frequentata", "school", "plesso scolastico",
                                  "scuola di appartenenza")),
    Field("school_level", _("School level"), ("ordine di scuola", "grado", "ordine", "livello scolastico", "grado scolastico", "ordine scuola", "tipo scuola")),
    Field("mother_country", _("Mother's country of birth"), ("paese nascita madre", "paese di nascita madre", "paese di nascita della madre", "nazione madre",
                                                             "stato nascita madre", "luogo nascita madre", "madre nata in", "paese madre", "madre paese nascita",
                                                             "nascita madre", "paese d'origine madre", "origine madre", "madre paese di nascita", "madre",
                                                             "provenienza madre", "stato di nascita madre"), looks_like=_looks_like_birthplace, strict=True),
    Field("father_country", _("Father's country of birth"), ("paese nascita padre", "paese di nascita padre", "paese di nascita del padre", "nazione padre",
                                                             "stato nascita padre", "luogo nascita padre", "padre nato in", "paese padre", "padre paese nascita",
                                                             "nascita padre", "paese d'origine padre", "origine padre", "padre paese di nascita", "padre",
                                                             "provenienza padre", "stato di nascita padre"), looks_like=_looks_like_birthplace, strict=True),
    Field("mother_citizenship", _("Mother's citizenship"), ("cittadinanza madre", "nazionalita madre", "cittadinanza della madre", "madre cittadinanza"),
          looks_like=_looks_like_country),
    Field("father_citizenship", _("Father's citizenship"), ("cittadinanza padre", "nazionalita padre", "cittadinanza del padre", "padre cittadinanza"),
          looks_like=_looks_like_country),
    Field("mother_name", _("Mother's name"), ("nome madre", "cognome e nome madre", "nominativo madre", "nome e cognome madre", "madre", "nome della madre")),
    Field("father_name", _("Father's name"), ("nome padre", "cognome e nome padre", "nominativo padre", "nome e cognome padre", "padre", "nome del padre")),
    Field("guardian_name", _("Parent or guardian"), ("genitore", "genitori", "tutore", "nome genitore", "cognome e nome genitore", "nominativo genitore",
                                                     "esercente responsabilita genitoriale", "genitore/tutore", "nome tutore", "referente famiglia")),
    Field("permit_number", _("Permit number"), ("permesso di soggiorno n", "permesso di soggiorno", "numero permesso", "n permesso", "permesso", "pds", "p d s",
                                                "numero permesso di soggiorno", "n permesso di soggiorno", "permesso numero", "pds n", "n pds", "numero pds",
                                                "titolo di soggiorno", "permesso sogg", "perm sogg", "documento di soggiorno", "n titolo di soggiorno", "ps",
                                                "permesso soggiorno", "permesso soggiorno numero", "p d s n", "nr permesso", "permit number"),
          looks_like=_looks_like_permit_number, by_content=True),
    Field("permit_expiry", _("Permit expiry"), ("scadenza", "scadenza permesso", "scadenza permesso di soggiorno", "data scadenza", "scad", "scadenza pds",
                                                "permesso scadenza", "permesso di soggiorno scadenza", "data scadenza permesso", "scad permesso", "valido fino al",
                                                "validita", "scade il", "scadenza p d s", "scad pds", "data di scadenza", "expiry", "scadenza titolo di soggiorno",
                                                "data scadenza permesso di soggiorno", "permesso valido fino al"), looks_like=_looks_like_expiry),
    Field("permit_reason", _("Reason of stay"), ("motivo permesso", "tipo permesso", "motivo del soggiorno", "motivo soggiorno", "tipologia permesso",
                                                 "motivo", "tipo di permesso", "tipo permesso di soggiorno", "tipologia permesso di soggiorno", "tipo pds", "motivo pds",
                                                 "motivazione permesso", "permesso motivo", "permesso tipo")),
    Field("permit_situation", _("Permit situation"), ("stato permesso", "situazione permesso", "note permesso", "stato pds", "situazione")),
    Field("permit_issued", _("Permit issued on"), ("data rilascio", "rilascio", "rilasciato il", "data rilascio permesso", "permesso rilasciato il", "rilascio permesso",
                                                   "data di rilascio"), looks_like=values.looks_like_date),
    Field("permit_receipt", _("Receipt number"), ("ricevuta", "n ricevuta", "numero ricevuta", "assicurata", "ricevuta n", "n assicurata", "numero assicurata",
                                                  "ricevuta rinnovo", "ricevuta postale")),
    Field("arrival_date", _("In Italy since"), ("data arrivo", "in italia dal", "arrivo in italia", "data ingresso", "data arrivo in italia", "ingresso in italia",
                                                "data di arrivo"), looks_like=values.looks_like_date),
    Field("phone", _("Phone"), ("telefono", "tel", "cellulare", "cell", "telefono famiglia", "recapito", "recapito telefonico", "telefono genitore", "telefono genitori",
                                "numero di telefono", "tel cell", "contatto", "phone", "mobile", "telefono madre", "telefono padre", "cell madre", "cell padre",
                                "recapiti", "n telefono", "tel famiglia", "cellulare genitore", "cell genitore", "tel genitori", "numero telefono", "contatti",
                                "telefono/cellulare", "n tel", "tel madre", "tel padre"), looks_like=values.looks_like_phone, by_content=True),
    Field("email", _("E-mail"), ("email", "e-mail", "mail", "posta elettronica", "indirizzo email", "e mail", "email genitore", "mail genitore", "email famiglia"),
          looks_like=values.looks_like_email, by_content=True),
    Field("languages", _("Languages"), ("lingua", "lingue", "lingua madre", "lingue parlate", "lingua parlata", "lingua d'origine", "l1", "lingua materna", "madrelingua",
                                        "lingua parlata in famiglia", "lingue conosciute", "language", "languages", "lingua di origine", "lingua famiglia", "prima lingua")),
    Field("municipality", _("Municipality of residence"), ("comune di residenza", "residenza", "comune", "citta", "citta di residenza", "comune residenza", "residente a",
                                                           "municipality", "luogo di residenza", "citta residenza", "domicilio", "comune di domicilio"),
          looks_like=_looks_like_place),
    Field("address", _("Address"), ("indirizzo", "via", "indirizzo di residenza", "indirizzo residenza", "via e numero", "address", "recapito postale")),
    Field("privacy_date", _("Privacy notice given"), ("informativa", "informativa privacy", "privacy", "consenso", "consenso privacy", "data informativa", "data privacy",
                                                      "informativa consegnata")),
    Field("external_id", _("Register's number"), ("matricola", "codice sidi", "codice alunno", "sidi", "id alunno", "numero di matricola", "codice studente", "registro",
                                                  "n matricola")),
    Field("notes", _("Notes"), ("note", "annotazioni", "osservazioni", "notes")),
)  # fmt: skip

_PARENTS = "madre padre genitore genitori tutore mamma papa famiglia fratello fratelli"
_OTHERS = "docente insegnante scuola istituto plesso tutor mediatore referente medico corso progetto"


def _multi_word_share(cells: Sequence[Cell]) -> float:
    filled = [cell for cell in cells if isinstance(cell, str)]
    return sum(len(fold(cell).split()) >= 2 for cell in filled) / len(filled) if filled else 0.0


def _refine(
    chosen: dict[str, Proposal], columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]
) -> dict[str, Proposal]:
    """What only the names' columns need: one column or two, and a heading that lies over both."""
    chosen = dict(chosen)
    surname, name, full = chosen.get("surname"), chosen.get("name"), chosen.get("full_name")
    taken = {proposal.column.index for proposal in chosen.values()}
    if surname and name:
        chosen.pop("full_name", None)
    elif one := surname or name:
        if full and one.confidence < full.confidence - 0.2:
            chosen.pop(one.field)
        elif _multi_word_share(samples.get(one.column.index, ())) >= 0.6 and not full:
            chosen.pop(one.field)
            chosen["full_name"] = Proposal(one.column, "full_name", one.confidence, one.how)
        elif full and name and not surname:  # "Alunno" beside "Nome": the first holds surnames  # noqa: SIM102
            if _multi_word_share(samples.get(full.column.index, ())) < 0.5:
                chosen["surname"] = Proposal(full.column, "surname", full.confidence, full.how)
                chosen.pop("full_name")
    full = chosen.get("full_name")
    if full and "surname" not in chosen and "name" not in chosen:
        beside = next((column for column in columns if column.index == full.column.index + 1), None)
        cells = samples.get(beside.index, ()) if beside else ()
        filled = [cell for cell in cells if cell is not None]
        if (
            beside
            and not beside.label
            and beside.index not in taken
            and filled
            and sum(map(_looks_like_name, filled)) >= 0.8 * len(filled)
        ):
            ahead, behind = (
                ("name", "surname") if promised_order(full.column.label) == "name_first" else ("surname", "name")
            )
            chosen.pop("full_name")
            chosen[ahead] = Proposal(full.column, ahead, full.confidence, full.how)
            chosen[behind] = Proposal(beside, behind, full.confidence, full.how)
    if not {"surname", "name", "full_name"} & set(chosen):
        _names_by_content(chosen, columns, samples)
    return chosen


def _names_by_content(
    chosen: dict[str, Proposal], columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]
) -> None:
    """No heading speaks of names: the first column of several words each, or two neighbours of single words."""
    taken = {proposal.column.index for proposal in chosen.values()}
    wordy = []
    for column in columns:
        cells = [cell for cell in samples.get(column.index, ()) if cell is not None]
        if column.index in taken or not cells or len({fold(text_of(cell)) for cell in cells}) < 0.5 * len(cells):
            continue
        if sum(map(_looks_like_full_name, cells)) >= 0.7 * len(cells):
            chosen["full_name"] = Proposal(column, "full_name", 0.5, "content")
            return
        if sum(_looks_like_name(cell) and not _looks_like_country(cell) for cell in cells) >= 0.8 * len(cells):
            wordy.append(column)
    for left, right in itertools.pairwise(wordy):
        if right.index == left.index + 1:
            chosen["surname"] = Proposal(left, "surname", 0.45, "content")
            chosen["name"] = Proposal(right, "name", 0.45, "content")
            return


KIND = Kind(
    "people",
    _("People"),
    FIELDS,
    refine=_refine,
    anchors=frozenset({"full_name", "surname", "name", "tax_code"}),
    qualifiers=frozenset((_PARENTS + " " + _OTHERS).split()),
)


def promised_order(label: str) -> str:
    """What a heading says about the order inside its column: "Cognome e nome" → surname_first, "Nome e cognome" → name_first."""
    key = fold(label)
    surname = re.search(r"\b(?:cogn\w*|surname|last name)", key)
    name = re.search(
        r"\b(?:nom[ei]|name|first name)\b",
        re.sub(r"\b(?:last|sur|family) ?name", lambda found: "#" * len(found[0]), key),
    )
    if surname and name:
        return "surname_first" if surname.start() < name.start() else "name_first"
    return ""


# --- what a row says -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class PersonDraft:
    """What one row says about a person. `errors` non-empty: the row cannot be taken. Warnings carry codes for the report.

    Countries are ISO alpha-2, languages BCP-47 tags, phone E.164. `tax_code` is what was read, valid or not (see
    `tax_code.valid`); `tax_code.code` is the key, never `canonical`.
    """

    row: int = 0
    sheet: str = ""
    surname: str = ""
    name: str = ""
    name_how: str = ""
    sex: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    birth_country: str = ""
    birth_municipality: str = ""  # ISTAT code
    citizenships: tuple[str, ...] = ()
    tax_code: taxcode.TaxCode | None = None
    permit_situation: PermitSituation = PermitSituation.UNKNOWN
    permit_reason: PermitReason | None = None
    permit_number: str = ""
    permit_receipt: str = ""
    permit_issued: date | None = None
    permit_expires: date | None = None
    mother_country: str = ""
    father_country: str = ""
    mother_citizenships: tuple[str, ...] = ()
    father_citizenships: tuple[str, ...] = ()
    mother_name: str = ""
    father_name: str = ""
    guardian_name: str = ""
    phone: str = ""
    email: str = ""
    languages: tuple[str, ...] = ()
    municipality: str = ""  # ISTAT code
    municipality_text: str = ""
    address: str = ""
    school: str = ""
    school_level: SchoolLevel | None = None
    school_year: int | None = None
    school_section: str = ""
    arrival_date: date | None = None
    privacy_date: date | None = None
    privacy_given: bool | None = None
    external_id: str = ""
    notes: str = ""
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)

    @property
    def taken(self) -> bool:
        return not self.errors

    @property
    def name_key(self) -> str:
        return names.name_key(self.surname, self.name)

    def warn(self, code: str, message: str | Promise, read: str = "", other: str = "") -> None:
        self.warnings.append(Finding(code, message, read, other))

    def refuse(self, code: str, message: str | Promise, read: str = "", other: str = "") -> None:
        self.errors.append(Finding(code, message, read, other))


@dataclass(frozen=True)
class PeopleReader:
    """What was learnt of a whole table: the order of names and the surnames it repeats."""

    context: Context
    order: str = ""
    known: KnownNames = field(default_factory=KnownNames)
    sheet: str = ""
    sheet_class: str = ""  # "2B" when the sheet or its title names one class

    def understand(self, row: DataRow, cells: Mapping[str, Cell]) -> PersonDraft:
        """One row under a mapping (field → cell)."""
        draft = understand_person_row(
            cells, self.context, order=self.order, known=self.known, section=row.section or self.sheet_class
        )
        draft.row, draft.sheet = row.number, self.sheet
        return draft


def people_reader(table: Table, context: Context, mapping: Mapping[str, Proposal] | None = None) -> PeopleReader:
    """Learn from a table once, before its rows are understood one by one."""
    mapping = mapping or table.mapping
    order, known = "", KnownNames()
    if full := mapping.get("full_name"):
        order = promised_order(full.column.label)
        code_at = mapping["tax_code"].column.index if "tax_code" in mapping else None
        pairs = [
            (
                text_of(row.get(full.column.index)),
                taxcode.decode(text_of(row.get(code_at)), latest=context.today) if code_at is not None else None,
            )
            for row in table.rows
        ]
        known = names.learn_names(pairs, order)
    sheet_class = next(
        (
            found[0]
            for title in (table.sheet, *reversed(table.titles))
            if (found := re.search(r"\b(?:classe|cl\.?)\s+\S+(?:\s[A-Za-z]\b)?", title, re.IGNORECASE))
        ),
        table.sheet if re.fullmatch(r"\s*(?:[1-5]|I{1,3}|IV|V)\s*[\^°ªa]?\s*[A-Z]\s*", table.sheet) else "",
    )
    return PeopleReader(context, order, known, table.sheet, sheet_class)


def understand_person_row(
    cells: Mapping[str, Cell],
    context: Context,
    *,
    order: str = "",
    known: KnownNames | None = None,
    section: str = "",
) -> PersonDraft:
    """Everything one row says. Never raises; what cannot be read is a warning, or an error where no person remains without it."""
    draft = PersonDraft()

    def text(name: str) -> str:
        cell = cells.get(name)
        return "" if values.is_nothing(cell) else text_of(cell)

    draft.tax_code = taxcode.decode(text("tax_code"), latest=context.today)
    _read_citizenships(draft, text)
    _read_names(draft, text, order, known)
    _read_birth(draft, cells, text, context)
    parsed = values.parse_sex(cells.get("sex"), context)
    draft.sex = parsed.value or ""
    draft.warnings += parsed.warnings
    _hold_against_tax_code(draft)
    _read_permit(draft, cells, text, context)
    _read_family(draft, text)
    _read_school(draft, text, section)
    for name, parser in (("phone", values.parse_phone), ("email", values.parse_email)):
        parsed = parser(cells.get(name), context)
        setattr(draft, name, parsed.value or "")
        draft.warnings += parsed.warnings
    if said := text("languages"):
        draft.languages, unread = languages.parse_languages(said)
        if unread:
            draft.warn("language_unknown", _("No language is known by the name “%(read)s”."), ", ".join(unread))
    if said := text("municipality"):
        place = municipalities.parse_place(said)
        draft.municipality = place.municipality.istat if place.municipality else ""
        draft.municipality_text = said
        if not draft.municipality:
            draft.warn("municipality_unknown", _("“%(read)s” was not recognised as one municipality."), said)
    draft.address, draft.notes, draft.external_id = text("address"), text("notes"), text("external_id")
    draft.arrival_date = _other_date(draft, cells, context, "arrival_date")
    if said := text("privacy_date"):
        draft.privacy_given = values.parse_yes_no(said)
        if draft.privacy_given is None:
            draft.privacy_date = _other_date(draft, cells, context, "privacy_date")
            draft.privacy_given = draft.privacy_date is not None or None
    return draft


def _other_date(draft: PersonDraft, cells: Mapping[str, Cell], context: Context, name: str) -> date | None:
    parsed = values.parse_date(cells.get(name), context)
    draft.warnings += parsed.warnings
    if parsed.error:
        draft.warnings.append(parsed.error)
    value: date | None = parsed.value
    return value


def _read_citizenships(draft: PersonDraft, text: Any) -> None:
    said = ", ".join(filter(None, (text("citizenship"), text("citizenship_2"))))
    from_origin = not said and text("origin")
    read = countries.parse_citizenships(said or from_origin or "")
    draft.citizenships = read.codes
    if from_origin and read.codes:
        draft.warn(
            "citizenship_from_origin",
            _("The citizenship was taken from the country of origin, “%(read)s”."),
            from_origin,
        )
    for one in read.ambiguous:
        draft.warn(
            "citizenship_ambiguous",
            _("“%(read)s” may be several countries: %(other)s."),
            one.text,
            ", ".join(countries.name_of(code) for code in one.candidates),
        )
    if read.unread:
        draft.warn("citizenship_unknown", _("No country is known by the name “%(read)s”."), ", ".join(read.unread))
    if read.similar:
        draft.warn(
            "citizenship_similar",
            _("“%(read)s” was read as %(other)s."),
            ", ".join(read.similar),
            ", ".join(map(countries.name_of, read.codes)),
        )
    if not said and not from_origin:
        draft.warn("citizenship_missing", _("The citizenship is missing."))


def _read_names(draft: PersonDraft, text: Any, order: str, known: KnownNames | None) -> None:
    surname, name = text("surname"), text("name")
    whole = text("full_name")
    if (surname and not name and not whole) or (name and not surname and not whole):
        whole, surname, name = surname or name, "", ""
    remark = False
    if surname and name:
        (surname, cut), (name, cut_too) = names.clean_name(surname), names.clean_name(name)
        remark = cut or cut_too
        draft.surname, draft.name, draft.name_how = names.title_name(surname), names.title_name(name), "columns"
        if (
            draft.tax_code
            and draft.tax_code.surname_part
            and names.fits_tax_code(surname, name, draft.tax_code) == "swapped"
        ):
            draft.surname, draft.name = draft.name, draft.surname
            draft.name_how = "tax_code"
            draft.warn(
                "names_swapped",
                _("Surname and name stand in each other's column: the tax code says so, “%(read)s”."),
                f"{surname} {name}",
            )
    elif whole:
        clean, remark = names.clean_name(whole)
        split = names.split_name(whole, order=order, code=draft.tax_code, known=known, citizenships=draft.citizenships)
        if split is None:
            draft.surname = names.title_name(clean)
            if draft.surname:
                draft.refuse("name_incomplete", _("“%(read)s” is only one word: surname and name are needed."), whole)
        else:
            draft.surname, draft.name, draft.name_how = split.surname, split.name, split.how
            if split.reversed:
                draft.warn(
                    "name_order_reversed",
                    _("“%(read)s”: the name comes before the surname here; taken as %(other)s."),
                    whole,
                    f"{split.surname}, {split.name}",
                )
            elif split.doubtful:
                draft.warn(
                    "name_split_doubtful",
                    _("“%(read)s” was taken as %(other)s: check where the surname ends."),
                    whole,
                    f"{split.surname}, {split.name}",
                )
    if (not draft.surname and not draft.name) or not fold(draft.surname + draft.name).strip():
        draft.refuse("name_missing", _("Surname and name are missing."))
    elif any(map(str.isdigit, draft.surname + draft.name)):
        draft.refuse("name_has_digits", _("“%(read)s” is not a name: it holds digits."), whole or f"{surname} {name}")
    if remark:
        draft.warn("name_remark", _("A remark was taken off the name “%(read)s”."), whole or f"{surname} {name}")


def _read_birth(draft: PersonDraft, cells: Mapping[str, Cell], text: Any, context: Context) -> None:
    cell, place_said = cells.get("birth_date"), text("birth_place")
    if both := text("birth_place_date"):
        found = re.search(r"\d{1,4}\s*(?:[/.\-]|\s)\s*\w{1,10}\s*(?:[/.\-]|\s)\s*\d{2,4}", both)
        if found and values.is_nothing(cell):
            cell = found[0]
        place_said = place_said or (
            re.sub(r"\s*\b(?:il|lì|in data)\s*$", "", both.replace(found[0], " ").strip(" ,;-–.()")) if found else both
        ).strip(" ,;-–")
    parsed = values.parse_birth_date(cell, context)
    draft.birth_date = parsed.value
    draft.warnings += parsed.warnings
    if parsed.error:
        draft.errors.append(parsed.error)
    code = draft.tax_code
    if draft.birth_date is None and parsed.error is None:
        if code and code.valid and code.birth_date:
            draft.birth_date = code.birth_date
            draft.warn(
                "birth_date_from_tax_code",
                _("The date of birth is missing; the tax code says %(read)s."),
                code.birth_date.strftime("%d/%m/%Y"),
            )
        else:
            draft.warn(
                "birth_date_missing", _("The date of birth is missing: whom this person counts for cannot be computed.")
            )
    country = countries.parse_country(text("birth_country")) if text("birth_country") else None
    if isinstance(country, countries.CountryMatch):
        draft.birth_country = country.alpha2
    if place_said:
        place = municipalities.parse_place(place_said)
        draft.birth_place = place_said
        draft.birth_country = draft.birth_country or place.country
        municipality = place.municipality
        if place.candidates and code and code.valid and code.birth_municipality in place.candidates:
            municipality = code.birth_municipality
        draft.birth_municipality = municipality.istat if municipality and draft.birth_country == "IT" else ""
    if not draft.birth_country and code and code.valid and code.birth_country:
        draft.birth_country = code.birth_country
        if code.birth_municipality and not draft.birth_place:
            draft.birth_municipality, draft.birth_place = code.birth_municipality.istat, code.birth_municipality.name


def _hold_against_tax_code(draft: PersonDraft) -> None:
    code = draft.tax_code
    if code is None:
        return
    if not code.valid:
        draft.warn("tax_code_invalid", _("The tax code “%(read)s” is not valid."), code.code)
    if code.provisional or not code.surname_part:
        return
    born = draft.birth_date
    if code.valid and code.birth_date and born and code.birth_date != born:
        if (born.day, born.month) == (code.birth_date.month, code.birth_date.day) and born.year == code.birth_date.year:
            draft.birth_date = code.birth_date
            draft.warn(
                "birth_date_day_month_swapped",
                _("Day and month of the date of birth %(read)s are exchanged: the tax code says %(other)s, which was taken."),
                born.strftime("%d/%m/%Y"), code.birth_date.strftime("%d/%m/%Y"),
            )  # fmt: skip
        elif (
            born.replace(year=2000) == code.birth_date.replace(year=2000)
            and abs(born.year - code.birth_date.year) == 100
        ):
            # Two digits of the year fit both centuries; the date as written is kept.
            pass
        else:
            draft.warn(
                "birth_date_differs_from_tax_code",
                _("The date of birth %(read)s is not the tax code's, %(other)s."),
                born.strftime("%d/%m/%Y"), code.birth_date.strftime("%d/%m/%Y"),
            )  # fmt: skip
    if code.valid and draft.sex and code.sex != draft.sex:
        draft.warn(
            "sex_differs_from_tax_code", _("The sex “%(read)s” is not the tax code's, %(other)s."), draft.sex, code.sex
        )
    if not draft.sex and code.valid:
        draft.sex = code.sex
        draft.warn("sex_from_tax_code", _("The sex is missing; the tax code says %(read)s."), code.sex)
    if draft.surname and draft.name and names.fits_tax_code(draft.surname, draft.name, code) in ("no", "swapped"):
        draft.warn(
            "name_differs_from_tax_code",
            _("The tax code %(other)s is not that of “%(read)s”."),
            f"{draft.surname} {draft.name}",
            code.code,
        )


def _read_permit(draft: PersonDraft, cells: Mapping[str, Cell], text: Any, context: Context) -> None:
    expiry_cell = cells.get("permit_expiry")
    issued = _other_date(draft, cells, context, "permit_issued")
    expires: date | None = None
    pieces = []
    expiry_text = text("permit_expiry")
    if expiry_text:
        read = values.read_date(expiry_cell, latest_year=context.today.year + 30)
        if read.value and read.value.year > 1900:
            expires = read.value
        elif read.problem == "impossible":
            draft.warn("permit_expiry_impossible", _("“%(read)s” is a date that does not exist."), expiry_text)
        elif read.problem:
            pieces.append(expiry_text)
    pieces += [said for name in ("permit_situation", "permit_number", "permit_reason") if (said := text(name))]
    situation: PermitSituation | None = None
    for said in pieces:
        part = permits.parse_permit(said)
        situation = situation or (part.situation if part.situation is not PermitSituation.DATED else None)
        draft.permit_reason = draft.permit_reason or part.reason
        draft.permit_number = draft.permit_number or part.number
        draft.permit_receipt = draft.permit_receipt or part.receipt
        expires = expires or part.expires
        if part.unread and said != text("permit_number"):
            draft.warn("permit_unreadable", _("“%(read)s” was not understood as anything about a permit."), said)
    number_said = text("permit_number")
    if number_said and not (draft.permit_number or draft.permit_receipt) and permits.parse_permit(number_said).unread:
        draft.permit_number = number_said[:40]  # passports' and visas' numbers have other forms: kept as typed
    if said := text("permit_receipt"):
        draft.permit_receipt = re.sub(r"\s", "", said)[:40]
        situation = situation or PermitSituation.RENEWAL_PENDING
    if situation is None and expires:
        situation = PermitSituation.DATED
    union = draft.citizenships and not countries.is_third_country(draft.citizenships, context.today)
    if situation is None and union and not draft.permit_number:
        situation = PermitSituation.NOT_NEEDED
    draft.permit_situation = situation or PermitSituation.UNKNOWN
    draft.permit_issued = issued
    draft.permit_expires = None if situation is PermitSituation.LONG_TERM else expires
    if issued and expires and expires < issued:
        draft.warn(
            "permit_dates", _("The permit expires (%(read)s) before it was issued."), expires.strftime("%d/%m/%Y")
        )


def _read_family(draft: PersonDraft, text: Any) -> None:
    for who in ("mother", "father"):
        if said := text(f"{who}_country"):
            place = municipalities.parse_place(said)
            match = countries.parse_country(said)
            country = place.country or (match.alpha2 if isinstance(match, countries.CountryMatch) else "")
            setattr(draft, f"{who}_country", country)
            if not country:
                draft.warn("parent_country_unknown", _("No country is known by the name “%(read)s”."), said)
        if said := text(f"{who}_citizenship"):
            setattr(draft, f"{who}_citizenships", countries.parse_citizenships(said).codes)
        if said := text(f"{who}_name"):
            setattr(draft, f"{who}_name", names.title_name(names.clean_name(said)[0]))
    if said := text("guardian_name"):
        draft.guardian_name = names.title_name(names.clean_name(said)[0])


def _read_school(draft: PersonDraft, text: Any, section: str) -> None:
    draft.school = text("school")
    draft.school_level = school.parse_level(text("school_level")) or school.parse_level(draft.school)
    said = text("school_class") or section
    if not said:
        return
    found = school.parse_class(said, text("section"))
    if found:
        draft.school_year, draft.school_section = found.year, found.section
        draft.school_level = found.level or draft.school_level
    elif text("school_class"):
        draft.warn("class_unreadable", _("“%(read)s” was not understood as a class."), said)


# --- the same person twice -------------------------------------------------------------------------------------------


def same_person(one: PersonDraft, other: PersonDraft) -> str:
    """`yes`, `maybe` (a person must say) or `no`, for two rows of one body.

    The same valid tax code is proof. The same name and date of birth is taken as the same person within one body unless the
    tax codes are both valid and differ beyond omocodia. An omocodia form alone proves nothing: it exists because two people
    would share a code.
    """
    left, right = one.tax_code, other.tax_code
    codes = bool(left and right and left.valid and right.valid)
    same_name = (
        one.name_key == other.name_key
        or fold(f"{one.surname} {one.name}").split() == fold(f"{other.name} {other.surname}").split()
    )
    same_birth = one.birth_date == other.birth_date and (
        one.birth_date is not None or one.citizenships == other.citizenships
    )
    if codes and left and right and left.code == right.code:
        return "yes" if same_birth or same_name else "maybe"
    if same_name and same_birth:
        if codes and left and right and left.canonical != right.canonical:
            return "maybe"
        if one.sex and other.sex and one.sex != other.sex:
            return "maybe"
        return "yes"
    if one.permit_number and one.permit_number == other.permit_number and (same_birth or same_name):
        return "maybe"
    return "no"


def repeated_rows(drafts: Sequence[PersonDraft]) -> dict[int, tuple[int, str]]:
    """Index of a draft → (index of the earlier one, `yes` or `maybe`) for people listed twice in one file."""
    seen: dict[tuple[str, ...], list[int]] = {}
    repeated: dict[int, tuple[int, str]] = {}
    for at, draft in enumerate(drafts):
        if not draft.taken:
            continue
        keys: list[tuple[str, ...]] = [
            ("name", " ".join(sorted(fold(f"{draft.surname} {draft.name}").split())), str(draft.birth_date))
        ]
        if draft.tax_code and draft.tax_code.valid:
            keys.append(("code", draft.tax_code.code))
        if draft.permit_number:
            keys.append(("permit", draft.permit_number))
        for earlier in dict.fromkeys(place for key in keys for place in seen.get(key, ())):
            verdict = same_person(drafts[earlier], draft)
            if verdict == "yes" or (verdict == "maybe" and at not in repeated):
                repeated[at] = (earlier, verdict)
            if verdict == "yes":
                break
        for key in keys:
            seen.setdefault(key, []).append(at)
    return repeated
