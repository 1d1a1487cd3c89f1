"""People as a kind of import: a draft of a row becomes a statement, a batch of statements one call of `register_people`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.imports.mapping import chosen_by_person
from interazioni.foundation.imports.models import Outcome as Became
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.foundation.imports.registry import Asked, ImportKind, Line, TableView, Taken, Text, Understood
from interazioni.foundation.imports.tables import find_tables
from interazioni.foundation.imports.values import Context
from interazioni.foundation.ui.formats import local_date
from interazioni.foundation.vocabularies.countries import name_of
from interazioni.foundation.vocabularies.permits import PermitSituation
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.people.importing import KIND, PersonDraft, people_reader
from interazioni.plan.people.models import GuardianKind
from interazioni.plan.people.record import GuardianData, PersonData
from interazioni.plan.people.rules import Outcome, Registered, register_people


def understand(asked: Asked) -> Understood:
    found = find_tables(asked.source, KIND)
    if not found.tables:
        raise ImportRefused(
            "no_table", _("No table with names was found in this file: it needs a column with surnames and names.")
        )
    context = Context(today=clock.today())
    body = Body.objects.get(pk=asked.by.body_id)
    school = body.pk if body.kind == BodyKind.SCHOOL else None
    views, lines = [], []
    for number, table in enumerate(found.tables):
        key = f"{table.sheet}/{number}"
        chosen = asked.mapping.get(key)
        mapping = (
            chosen_by_person(table.columns, {int(at): name for at, name in chosen.items() if name})
            if chosen
            else table.mapping
        )
        views.append(TableView(key, table.sheet, table.titles, table.columns, mapping, table.ignored))
        reader = people_reader(table, context, mapping)
        for row in table.rows:
            draft = reader.understand(row, table.cells(row, mapping))
            cells = [row.get(column.index) for column in table.columns]
            lines.append(
                Line(
                    table.sheet,
                    row.number,
                    f"{draft.surname} {draft.name}".strip(),
                    _facts(draft),
                    statement(draft, school),
                    draft.errors,
                    draft.warnings,
                    cells=cells,
                )
            )
    return Understood(views, lines)


def _facts(draft: PersonDraft) -> list[tuple[Text, str]]:
    """What was understood, for the preview: who, born when and where, citizen of, class, tax code, stay."""
    said: list[tuple[Text, Any]] = [
        (_("sex"), draft.sex),
        (_("date of birth"), local_date(draft.birth_date) if draft.birth_date else ""),
        (_("citizenships"), ", ".join(name_of(code) for code in draft.citizenships)),
        (_("class"), f"{draft.school_year or ''}{draft.school_section}"),
        (_("tax code"), draft.tax_code.code if draft.tax_code else ""),
        (
            _("situation of stay"),
            "" if draft.permit_situation == PermitSituation.UNKNOWN else draft.permit_situation.label,
        ),
        (_("valid until"), local_date(draft.permit_expires) if draft.permit_expires else ""),
        (_("parents"), ", ".join(name_of(code) for code in (draft.mother_country, draft.father_country) if code)),
        (_("phone"), draft.phone),
    ]
    return [(label, str(value)) for label, value in said if value]


def statement(draft: PersonDraft, school: UUID | None) -> PersonData:
    """The row's statement in the words of `register_people`. A list that a school hands in is of its pupils."""
    situation = "" if draft.permit_situation == PermitSituation.UNKNOWN else draft.permit_situation
    return PersonData(
        surname=draft.surname,
        name=draft.name,
        sex=draft.sex,
        birth_date=draft.birth_date,
        birth_country=draft.birth_country,
        birth_municipality=draft.birth_municipality,
        citizenships=tuple((country, None, None) for country in draft.citizenships),
        municipality=draft.municipality,
        languages=tuple(draft.languages),
        phone=draft.phone,
        tax_code=draft.tax_code.code if draft.tax_code else "",
        permit_situation=situation,
        permit_reason=draft.permit_reason or "",
        permit_number=draft.permit_number or draft.permit_receipt,
        permit_issued_date=draft.permit_issued,
        permit_expiry_date=draft.permit_expires,
        is_pupil=school is not None or draft.school_year is not None or bool(draft.school),
        school_id=school,
        class_year=draft.school_year if draft.school_year and 1 <= draft.school_year <= 5 else None,
        class_section=draft.school_section[:5],
        privacy_notice_date=draft.privacy_date,
        guardians=tuple(_guardians(draft)),
    )


def _guardians(draft: PersonDraft) -> list[GuardianData]:
    found = []
    for kind, name, country, citizenships in (
        (GuardianKind.MOTHER, draft.mother_name, draft.mother_country, draft.mother_citizenships),
        (GuardianKind.FATHER, draft.father_name, draft.father_country, draft.father_citizenships),
        (GuardianKind.GUARDIAN, draft.guardian_name, "", ()),
    ):
        if name or country or citizenships:
            found.append(
                GuardianData(
                    kind=kind,
                    full_name=name,
                    birth_country=country,
                    citizenship=citizenships[0] if citizenships else "",
                )
            )
    return found


def apply(lines: Sequence[Line], options: Mapping[str, str], before: frozenset[UUID], by: Actor) -> list[Taken]:
    """A person whom this very import registered, met again further down, is `merged`; somebody on record since before, `unchanged`."""
    here = set(before)
    results = []
    for result in register_people(people=[line.payload for line in lines], by=by):
        results.append(_taken(result, here))
        if result.outcome == Outcome.CREATED and result.person_id is not None:
            here.add(result.person_id)
    return results


def _taken(result: Registered, here: set[UUID]) -> Taken:
    match result.outcome:
        case Outcome.CREATED:
            return Taken(Became.TAKEN, result.codes, result.person_id)
        case Outcome.MERGED:
            return Taken(Became.MERGED, [f"differs:{code}" for code in result.codes], result.person_id)
        case Outcome.SAME:
            became = Became.MERGED if result.person_id in here else Became.UNCHANGED
            return Taken(became, [f"differs:{code}" for code in result.codes], result.person_id)
        case _:
            return Taken(Became.REFUSED, result.codes)


PEOPLE = ImportKind(
    code="people", label=_("A list of people"), permission=Permission.PEOPLE_REGISTER, fields=KIND.fields, understand=understand, apply=apply
)  # fmt: skip
