from collections.abc import Sequence
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.privacy import rules as privacy
from interazioni.foundation.privacy.models import Erasure
from interazioni.foundation.privacy.registry import Section
from interazioni.plan.people.rules.correcting import locked
from interazioni.plan.people.rules.registering import lock_people


@rule(Permission.PEOPLE_ERASE)
def erase_person(*, person_id: UUID, reason: str, by: Actor) -> Erasure:
    """Blanks everything personal about a person of the actor's body, in every room; what was counted stays counted. For good."""
    lock_people(by.body_id)
    person = locked(person_id, by)
    erasure = privacy.erase(subject_kind="person", subject_id=person.pk, reason=reason, by=by)
    record(by, "people.erase", object_kind="person", object_id=person.pk)
    return erasure


@rule(Permission.PEOPLE_ERASE)
def give_access(*, person_id: UUID, by: Actor) -> Sequence[Section]:
    """Everything kept about a person of the actor's body, through every room."""
    person = locked(person_id, by)
    sections = privacy.give_access(subject_kind="person", subject_id=person.pk, by=by)
    record(by, "people.give_access", object_kind="person", object_id=person.pk)
    return sections
