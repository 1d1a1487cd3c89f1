"""Registering people, one or ten thousand: the very same code, a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import Act, record_all
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.vocabularies import taxcode
from interazioni.foundation.vocabularies.permits import PermitSituation
from interazioni.plan.people import registry
from interazioni.plan.people.models import Citizenship, Guardian, Person, PersonState
from interazioni.plan.people.record import (
    COLUMNS,
    FACTS,
    GuardianData,
    PersonData,
    match_name,
    normalised,
    permit_hash,
    problems,
    tax_code_hash,
)  # fmt: skip

LOCKS = 1885695344  # the class of our advisory locks: "people"
ON_RECORD = (PersonState.ACTIVE, PersonState.WITHDRAWN)


class Outcome(StrEnum):
    CREATED = "created"
    SAME = "same"  # on record already; nothing to add
    MERGED = "merged"  # on record already; empty fields were filled
    CONFLICT = "conflict"  # nothing written: somebody must say whether it is one of `candidates`, or somebody new
    REFUSED = "refused"  # nothing written: `codes` name the fields that cannot be so (see `record.problems`)


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one statement. For `same` and `merged`, `codes` name the fields whose stated value differs from the one on
    record, which stays; for `conflict` they say why: `same_name`, `tax_code_of_another`, `permit_of_another`, `several`."""

    person_id: UUID | None
    outcome: Outcome
    codes: tuple[str, ...] = ()
    candidates: tuple[UUID, ...] = ()


@dataclass(slots=True, eq=False)
class _Record:
    """A person on record, or about to be, with what hangs on it."""

    person: Person
    citizenships: list[Citizenship] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    fresh: bool = False
    filled: set[str] = field(default_factory=set)


@rule(Permission.PEOPLE_REGISTER)
def register_people(*, people: Sequence[PersonData], by: Actor) -> list[Registered]:
    """Registers people of the actor's body; whoever is on record already is found and completed, never written twice.

    Found by the same valid tax code, or by the same name and date of birth; the statements of one call are compared with each other
    as well, so that it does not matter how a list is split. Only empty fields are filled. Gives one outcome per statement, in order.
    """
    lock_people(by.body_id)
    stated = [normalised(data) for data in people]
    today = clock.today()
    book = _Book(by, stated)
    results = [book.take(data, today) for data in stated]
    book.write()
    record_all(
        by,
        [
            Act(
                "people.register_many", "people",
                detail={outcome.value: n for outcome in Outcome if (n := sum(r.outcome is outcome for r in results))},
            ),
            *(Act("people.register", "person", one.person.pk) for one in book.fresh()),
            *(Act("people.complete", "person", one.person.pk, one.filled) for one in book.completed()),
        ],
    )  # fmt: skip
    registry.facts_changed([one.person.pk for one in book.completed() if one.filled & FACTS], by)
    return results


@rule(Permission.PEOPLE_REGISTER)
def register_person(*, data: PersonData, by: Actor) -> Registered:
    """One person, as the page does. Raises ValidationError by field; a `conflict` is an answer, not an error."""
    wrong = problems(normalised(data), today=clock.today())
    if wrong:
        raise ValidationError({name: [sentence] for name, sentence in wrong.items()})
    (result,) = register_people(people=[data], by=by)
    record_all(by, [])  # the inner rule has left the events
    return result


def lock_people(body_id: UUID) -> None:
    """Who registers, corrects or merges in a body waits for the other: two clerks with the same pupil make one record.

    No constraint could hold that: half of the people have no tax code.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, uuid_hash(%s))", [LOCKS, body_id])


class _Book:
    """The body's people as far as the statements may concern them, and what is to be written at the end."""

    def __init__(self, by: Actor, stated: Sequence[PersonData]) -> None:
        self.by = by
        self.at = clock.now()
        self.records: dict[UUID, _Record] = {}
        self.by_code: dict[bytes, _Record] = {}
        self.by_name: dict[str, list[_Record]] = defaultdict(list)
        self.by_permit: dict[bytes, list[_Record]] = defaultdict(list)
        self._load(stated)

    def _load(self, stated: Sequence[PersonData]) -> None:
        """Three statements, however many people are stated."""
        names = {key for data in stated for key in _names(data)}
        codes = {code for data in stated if (code := _valid_code_hash(data)) is not None}
        permits = {number for data in stated if (number := permit_hash(data.permit_number)) is not None}
        found = Person.objects.filter(body_id=self.by.body_id, state__in=ON_RECORD).filter(
            Q(match_name__in=names)
            | Q(tax_code_hash__in=codes, tax_code_valid=True)
            | Q(permit_number_hash__in=permits)
            | Q(pk__in={data.same_as for data in stated if data.same_as})
        )
        for person in found.order_by("id"):
            self._index(_Record(person))
        for citizenship in Citizenship.objects.filter(person_id__in=self.records).order_by("position"):
            self.records[citizenship.person_id].citizenships.append(citizenship)
        for guardian in Guardian.objects.filter(person_id__in=self.records).order_by("created_at", "id"):
            self.records[guardian.person_id].guardians.append(guardian)

    def _index(self, one: _Record) -> None:
        person = one.person
        if person.pk not in self.records:
            self.records[person.pk] = one
            self.by_name[person.match_name].append(one)
        if person.tax_code_valid and person.tax_code_hash is not None:
            self.by_code[bytes(person.tax_code_hash)] = one
        if person.permit_number_hash is not None and one not in self.by_permit[bytes(person.permit_number_hash)]:
            self.by_permit[bytes(person.permit_number_hash)].append(one)

    def take(self, data: PersonData, today: date) -> Registered:
        wrong = problems(data, today=today)
        if wrong:
            return Registered(None, Outcome.REFUSED, tuple(sorted(wrong)))
        found, why, candidates = self._find(data)
        if why:
            return Registered(None, Outcome.CONFLICT, (why,), tuple(one.person.pk for one in candidates))
        if found is None:
            return Registered(self._create(data), Outcome.CREATED)
        filled, differs = self._complete(found, data)
        self._index(found)
        return Registered(found.person.pk, Outcome.MERGED if filled else Outcome.SAME, tuple(sorted(differs)))

    # --- who is it? ---------------------------------------------------------------------------------------------------

    def _find(self, data: PersonData) -> tuple[_Record | None, str, list[_Record]]:
        """The one record that the statement is about, or why that cannot be said and who it may be."""
        code = _valid_code_hash(data)
        bearer = self.by_code.get(code) if code else None
        if data.same_as is not None:
            chosen = self.records.get(data.same_as)
            if chosen is None or (bearer is not None and bearer is not chosen):
                return None, "tax_code_of_another" if chosen else "not_found", [bearer] if bearer else []
            return chosen, "", []
        homonyms = [one for key in _names(data) for one in self.by_name.get(key, ())]
        if bearer is not None:
            # The card's own code is proof, unless everything else speaks of somebody else: then it was mistyped.
            if bearer in homonyms or (data.birth_date and bearer.person.birth_date == data.birth_date):
                return bearer, "", []
            return None, "tax_code_of_another", [bearer]
        if data.new:
            return None, "", []
        alike = [one for one in homonyms if _same_birth(one, data)]
        if alike:
            clear = [one for one in alike if not _contradicts(one, data)]
            if len(alike) > 1 or not clear:
                return None, "several" if len(alike) > 1 else "same_name", alike
            return clear[0], "", []
        undated = [one for one in homonyms if one.person.birth_date is None or data.birth_date is None]
        if undated:
            return None, "same_name", undated
        number = permit_hash(data.permit_number)
        holders = [one for one in self.by_permit.get(number, ()) if one in homonyms] if number else []
        if holders:
            return None, "permit_of_another", holders
        return None, "", []

    # --- a new record -------------------------------------------------------------------------------------------------

    def _create(self, data: PersonData) -> UUID:
        person = Person(
            id=data.ident or new_id(), body_id=self.by.body_id, created_at=self.at, updated_at=self.at,
            **{column: getattr(data, column) for column in COLUMNS},
        )  # fmt: skip
        person.languages = list(data.languages)
        fit_derived(person)
        one = _Record(person, fresh=True)
        one.citizenships = citizenships_of(person, data)
        one.guardians = [guardian_of(person, guardian, at) for at, guardian in enumerate(data.guardians)]
        self._index(one)
        return person.pk

    # --- a record completed ---------------------------------------------------------------------------------------------

    def _complete(self, one: _Record, data: PersonData) -> tuple[set[str], set[str]]:
        """Fills what is empty; names what differs."""
        person = one.person
        filled: set[str] = set()
        differs: set[str] = set()
        if person.match_name not in _names(data):
            differs |= {
                name
                for name in ("surname", "name")
                if match_name("", getattr(person, name)) != match_name("", getattr(data, name))
            }
        for column in COLUMNS[2:]:
            value = getattr(data, column)
            value = list(value) if column == "languages" else value
            if _empty(column, value):
                continue
            here = getattr(person, column)
            if _empty(column, here):
                if not self._may_fill(one, column, value):
                    differs.add(column)
                    continue
                setattr(person, column, value)
                filled.add(column)
            elif not _equal(column, here, value):
                differs.add(column)
        self._complete_family(one, data, filled, differs)
        if filled:
            fit_derived(person)
            if not one.fresh:
                one.filled |= filled
        return filled, differs

    def _may_fill(self, one: _Record, column: str, value: Any) -> bool:
        person = one.person
        if column == "permit_issued_date":
            return person.permit_expiry_date is None or value <= person.permit_expiry_date
        if column == "permit_expiry_date":
            lasting = person.permit_situation == PermitSituation.LONG_TERM
            return not lasting and (person.permit_issued_date is None or value >= person.permit_issued_date)
        return True

    def _complete_family(self, one: _Record, data: PersonData, filled: set[str], differs: set[str]) -> None:
        if data.citizenships:
            if not one.citizenships:
                one.citizenships = citizenships_of(one.person, data)
                filled.add("citizenships")
            else:
                here = {held.country: held for held in one.citizenships}
                if set(here) != {country for country, _since, _until in data.citizenships} or any(
                    (since and since != here[country].since_date) or (until and until != here[country].until_date)
                    for country, since, until in data.citizenships
                ):
                    differs.add("citizenships")
        for stated in data.guardians:
            known = next(
                (each for each in one.guardians if each.kind == stated.kind and _same_guardian(each, stated)), None
            )
            if known is None:
                one.guardians.append(guardian_of(one.person, stated, len(one.guardians)))
                filled.add("guardians")
                continue
            for column in ("full_name", "citizenship", "birth_country", "phone", "language"):
                value, here_value = getattr(stated, column), getattr(known, column)
                if value and not here_value:
                    setattr(known, column, value)
                    filled.add("guardians")
                elif value and match_name("", here_value) != match_name("", value):
                    differs.add("guardians")

    # --- at the end -----------------------------------------------------------------------------------------------------

    def fresh(self) -> list[_Record]:
        return [one for one in self.records.values() if one.fresh]

    def completed(self) -> list[_Record]:
        return [one for one in self.records.values() if one.filled]

    def write(self) -> None:
        """At most five statements."""
        fresh, completed = self.fresh(), self.completed()
        for one in completed:
            one.person.version += 1
            one.person.updated_at = self.at
        Person.objects.bulk_create(one.person for one in fresh)
        save_people([one.person for one in completed])
        Citizenship.objects.bulk_create(held for one in fresh for held in one.citizenships)
        Guardian.objects.bulk_create(guardian for one in fresh for guardian in one.guardians)
        _upsert(Citizenship, (held for one in completed if "citizenships" in one.filled for held in one.citizenships))
        _upsert(Guardian, (guardian for one in completed if "guardians" in one.filled for guardian in one.guardians))


def save_people(people: Sequence[Person]) -> None:
    """Writes changed people in one statement. Not `bulk_update`: that would write encrypted columns past their rows."""
    _upsert(Person, people)


def _upsert(model: type[Person] | type[Citizenship] | type[Guardian], rows: Iterable[Any]) -> None:
    columns = [
        column.attname
        for column in model._meta.concrete_fields
        if column.attname not in ("id", "created_at", "body_id")
    ]
    names = [model._meta.get_field(column).name for column in columns]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=names)


def fit_derived(person: Person) -> None:
    """The columns that follow from others."""
    person.match_name = match_name(person.surname, person.name)
    code = taxcode.decode(person.tax_code or "")
    person.tax_code_hash = tax_code_hash(person.tax_code) if person.tax_code else None
    person.tax_code_valid = bool(code and code.valid) if person.tax_code else None
    person.permit_number_hash = permit_hash(person.permit_number) if person.permit_number else None


def citizenships_of(person: Person, data: PersonData) -> list[Citizenship]:
    return [
        Citizenship(
            id=uuid5(person.pk, f"citizenship/{country}"), created_at=person.created_at, body_id=person.body_id,
            person_id=person.pk, country=country, since_date=since, until_date=until, position=position,
        )
        for position, (country, since, until) in enumerate(data.citizenships)
    ]  # fmt: skip


def guardian_of(person: Person, data: GuardianData, position: int) -> Guardian:
    return Guardian(
        id=uuid5(person.pk, f"guardian/{data.kind}/{position}"), created_at=person.created_at, body_id=person.body_id,
        person_id=person.pk, kind=data.kind, full_name=data.full_name, citizenship=data.citizenship,
        birth_country=data.birth_country, phone=data.phone, language=data.language,
    )  # fmt: skip


def _names(data: PersonData) -> tuple[str, ...]:
    """A name's spelling for look-ups, in both orders: lists exchange the columns."""
    return tuple(dict.fromkeys((match_name(data.surname, data.name), match_name(data.name, data.surname))))


def _valid_code_hash(data: PersonData) -> bytes | None:
    code = taxcode.decode(data.tax_code)
    return tax_code_hash(data.tax_code) if code and code.valid else None


def _same_birth(one: _Record, data: PersonData) -> bool:
    if one.person.birth_date is not None or data.birth_date is not None:
        return one.person.birth_date == data.birth_date
    return {held.country for held in one.citizenships} == {country for country, _since, _until in data.citizenships}


def _contradicts(one: _Record, data: PersonData) -> bool:
    """The same name and day, and yet perhaps another human being: another sex, or a valid tax code of somebody else."""
    if one.person.sex and data.sex and one.person.sex != data.sex:
        return True
    here, there = taxcode.decode(one.person.tax_code or ""), taxcode.decode(data.tax_code)
    return bool(here and there and here.valid and there.valid and here.canonical != there.canonical)


def _same_guardian(known: Guardian, stated: GuardianData) -> bool:
    """A mother is the mother; of other guardians there may be several."""
    if known.kind != "guardian":
        return True
    return match_name("", known.full_name or "") == match_name("", stated.full_name)


def _empty(column: str, value: Any) -> bool:
    if column == "permit_situation":
        return value in ("", PermitSituation.UNKNOWN)
    return value in (None, False, "", [], ())


def _equal(column: str, here: Any, there: Any) -> bool:
    if column == "languages":
        return set(there) <= set(here)  # who says one language does not deny the others
    if column == "permit_number":
        return taxcode.normalise(here) == taxcode.normalise(there)
    return bool(here == there)
