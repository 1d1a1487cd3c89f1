"""What this room keeps about a person: shown to whom it concerns, and blanked when it must go."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.privacy.registry import Section
from interazioni.foundation.ui.formats import local_moment
from interazioni.plan.people.models import Citizenship, Guardian, Person, PersonState
from interazioni.plan.people.record import LABELS, stated, words
from interazioni.plan.people.rules.registering import save_people


def records_of(person_id: UUID, by: Actor) -> Sequence[UUID]:
    """The record and all that were merged into it, however deep."""
    found: list[UUID] = [person_id]
    layer = found
    while layer:
        layer = list(Person.objects.filter(body_id=by.body_id, merged_into_id__in=layer).values_list("pk", flat=True))
        found += layer
    return found


def erase(person_id: UUID, by: Actor) -> Mapping[str, int]:
    """The row stays as a stub: what counts refers to it."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id, body_id=by.body_id)
    for field in Person._meta.concrete_fields:
        if field.attname not in ("id", "created_at", "body_id", "version"):
            setattr(person, field.attname, field.get_default())
    person.state, person.version, person.updated_at = PersonState.ERASED, person.version + 1, clock.now()
    save_people([person])
    citizenships, _rows = Citizenship.objects.filter(person_id=person_id).delete()
    guardians, _rows = Guardian.objects.filter(person_id=person_id).delete()
    return {"record": 1, "citizenships": citizenships, "guardians": guardians}


def sections(person_id: UUID, by: Actor) -> Sequence[Section]:
    person = Person.objects.select_related("school").get(pk=person_id, body_id=by.body_id)
    data = stated(
        person,
        list(Citizenship.objects.filter(person=person).order_by("position")),
        list(Guardian.objects.filter(person=person).order_by("created_at", "id")),
    )
    schools = {person.school_id: person.school.name} if person.school_id and person.school else {}
    facts = [(label, said) for name, label in LABELS.items() if (said := words(data, name, schools=schools))]
    events = audit.history("person", person_id)
    return [
        Section(_("What is on record"), (_("Fact"), _("Value")), [(_("code"), person.code), *facts]),
        Section(
            _("Who did what with it"),
            (_("When"), _("What")),
            [(local_moment(event.at), event.did) for event in events],
        ),
    ]
