from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import Act, record_all
from interazioni.foundation.core import clock
from interazioni.plan.people import registry
from interazioni.plan.people.models import Person, PersonState
from interazioni.plan.people.record import COLUMNS, FACTS, PersonData, differing, normalised, stated
from interazioni.plan.people.rules.correcting import family_of, locked, replace_family
from interazioni.plan.people.rules.registering import (
    fit_derived,
    lock_people,
    save_people,
)


@rule(Permission.PEOPLE_CORRECT)
def merge_people(*, keep: UUID, other: UUID, take: Collection[str] = (), by: Actor) -> Person:
    """Two records of one human being become one: `keep` stays, with `other`'s values in the fields named by `take` and wherever it
    had none; whatever hangs on `other` in any room hangs on `keep` then. Both are records of the actor's body.

    Raises `Person.DoesNotExist`, and ValidationError when both are the same record.
    """
    if keep == other:
        raise ValidationError(_("Choose two different records."))
    lock_people(by.body_id)
    first, second = sorted((keep, other))
    people = {first: locked(first, by), second: locked(second, by)}
    kept, gone = people[keep], people[other]
    before = stated(kept, *family_of(kept))
    merged = together(before, stated(gone, *family_of(gone)), take)
    changed = differing(before, merged)

    if gone.state == PersonState.ACTIVE and kept.state == PersonState.WITHDRAWN:
        kept.state, kept.withdrawn_date, kept.withdrawn_reason = PersonState.ACTIVE, None, ""
    gone.state, gone.merged_into, gone.withdrawn_date, gone.withdrawn_reason = PersonState.MERGED, kept, None, ""
    for column in COLUMNS:
        setattr(kept, column, list(merged.languages) if column == "languages" else getattr(merged, column))
    fit_derived(kept)
    for person in (gone, kept):
        person.version += 1
        person.updated_at = clock.now()
    # One after the other: the tax code is free when the record that had it is gone.
    save_people([gone])
    save_people([kept])
    replace_family(kept, merged)
    record_all(
        by,
        [
            Act("people.merge", "person", kept.pk, changed, {"other": str(gone.pk)}),
            Act("people.merged", "person", gone.pk, (), {"into": str(kept.pk)}),
        ],
    )
    registry.merged(kept.pk, gone.pk, by)
    if FACTS.intersection(changed):
        registry.facts_changed([kept.pk], by)
    return kept


def together(keep: PersonData, other: PersonData, take: Collection[str] = ()) -> PersonData:
    """`keep`'s statement, with `other`'s values in the fields of `take` and in those that `keep` leaves empty."""
    values = {}
    for name in PersonData.__dataclass_fields__:
        here, there = getattr(keep, name), getattr(other, name)
        values[name] = there if name in take or here in (None, "", (), False) else here
    if "guardians" not in take:
        kinds = {guardian.kind for guardian in values["guardians"]}
        values["guardians"] = (*values["guardians"], *(each for each in other.guardians if each.kind not in kinds))
    return normalised(PersonData(**values))
