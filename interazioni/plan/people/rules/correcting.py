"""Changing a record that is there: correct, withdraw, take back, note that the privacy notice was given."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.plan.people import registry
from interazioni.plan.people.models import Citizenship, Guardian, Person, PersonState
from interazioni.plan.people.record import COLUMNS, FACTS, PersonData, differing, normalised, problems, stated
from interazioni.plan.people.rules.registering import (
    ON_RECORD,
    citizenships_of,
    fit_derived,
    guardian_of,
    lock_people,
    save_people,
)  # fmt: skip

WITHDRAWAL_REASONS = {
    "moved": _("moved away"),
    "school_changed": _("changed school"),
    "finished": _("finished the activity"),
    "asked": _("asked not to take part any more"),
    "mistake": _("registered by mistake"),
    "other": _("other"),
}


class Changed(Exception):
    """Somebody else changed the record meanwhile. `current` is what is on record now, `version` its version: shown beside what was
    typed, and posted again if what was typed shall stand."""

    def __init__(self, current: PersonData, version: int) -> None:
        super().__init__("the record was changed meanwhile")
        self.current = current
        self.version = version


def locked(person_id: UUID, by: Actor) -> Person:
    """The record of the actor's body, nobody else's until the act is done. Raises `Person.DoesNotExist`."""
    return Person.objects.select_for_update(of=("self",)).get(pk=person_id, body_id=by.body_id, state__in=ON_RECORD)


def family_of(person: Person) -> tuple[list[Citizenship], list[Guardian]]:
    return (
        list(Citizenship.objects.filter(person=person).order_by("position")),
        list(Guardian.objects.filter(person=person).order_by("created_at", "id")),
    )


def replace_family(person: Person, data: PersonData) -> None:
    """Citizenships and guardians as `data` states them. Inside a rule."""
    Citizenship.objects.filter(person=person).delete()
    Citizenship.objects.bulk_create(citizenships_of(person, data))
    Guardian.objects.filter(person=person).delete()
    Guardian.objects.bulk_create(guardian_of(person, each, at) for at, each in enumerate(data.guardians))


@rule(Permission.PEOPLE_CORRECT)
def correct_person(*, person_id: UUID, version: int, data: PersonData, by: Actor) -> Person:
    """Puts `data`, a whole statement, in the place of what is on record.

    `version` is the one that the form was based on. Raises `Changed` when there is another by now, ValidationError by field, and
    `Person.DoesNotExist`. A changed fact takes the person's ledger entries with it: reversed and posted again where they differ.
    """
    lock_people(by.body_id)
    person = locked(person_id, by)
    citizenships, guardians = family_of(person)
    before = stated(person, citizenships, guardians)
    if person.version != version:
        raise Changed(before, person.version)
    data = normalised(data)
    wrong = problems(data, today=clock.today())
    if wrong:
        raise ValidationError({name: [sentence] for name, sentence in wrong.items()})
    changed = differing(before, data)
    if changed:
        for column in COLUMNS:
            setattr(person, column, list(data.languages) if column == "languages" else getattr(data, column))
        fit_derived(person)
        _refuse_anothers_code(person)
        _touch(person)
        save_people([person])
        replace_family(person, data)
    record(by, "people.correct", object_kind="person", object_id=person.pk, changed=changed)
    if FACTS.intersection(changed):
        registry.facts_changed([person.pk], by)
    return person


def _refuse_anothers_code(person: Person) -> None:
    if not person.tax_code_valid:
        return
    others = Person.objects.filter(
        body_id=person.body_id, state__in=ON_RECORD, tax_code_valid=True, tax_code_hash=person.tax_code_hash
    )
    if others.exclude(pk=person.pk).exists():
        raise ValidationError(
            {"tax_code": [_("Another record of this body has this tax code: merge the two instead.")]}
        )


@rule(Permission.PEOPLE_CORRECT)
def withdraw_person(*, person_id: UUID, day: date, reason: str, by: Actor) -> Person:
    """The person leaves the body's work from `day` on. What was done with them stays counted."""
    person = locked(person_id, by)
    if person.state != PersonState.ACTIVE:
        raise ValidationError(_("This person has left already."))
    if reason not in WITHDRAWAL_REASONS:
        raise ValidationError({"reason": [_("Choose one of the listed values.")]})
    if day > clock.today():
        raise ValidationError({"day": [_("This day is in the future.")]})
    person.state, person.withdrawn_date, person.withdrawn_reason = PersonState.WITHDRAWN, day, reason
    _touch(person)
    save_people([person])
    record(by, "people.withdraw", object_kind="person", object_id=person.pk, detail={"reason": reason})
    return person


@rule(Permission.PEOPLE_CORRECT)
def return_person(*, person_id: UUID, by: Actor) -> Person:
    """Who had left takes part again."""
    person = locked(person_id, by)
    if person.state != PersonState.WITHDRAWN:
        raise ValidationError(_("This person takes part already."))
    person.state, person.withdrawn_date, person.withdrawn_reason = PersonState.ACTIVE, None, ""
    _touch(person)
    save_people([person])
    record(by, "people.return", object_kind="person", object_id=person.pk)
    return person


@rule(Permission.PEOPLE_REGISTER)
def note_privacy_notice(*, person_id: UUID, day: date, language: str, by: Actor) -> Person:
    """Notes that the privacy notice was given to the person (or the parents) on a day, in a language (BCP-47, or empty)."""
    person = locked(person_id, by)
    if day > clock.today():
        raise ValidationError({"day": [_("This day is in the future.")]})
    person.privacy_notice_date, person.privacy_notice_language = day, language
    _touch(person)
    save_people([person])
    record(
        by, "people.note_privacy_notice", object_kind="person", object_id=person.pk,
        changed=["privacy_notice_date", "privacy_notice_language"],
    )  # fmt: skip
    return person


def _touch(person: Person) -> None:
    person.version += 1
    person.updated_at = clock.now()
