"""Names that leave the room: one code opened by the Region, a list taken out as a workbook. Each use is audited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core.ids import code_suffix
from interazioni.plan.people.models import Person, PersonState

OPENING_REASONS = {
    "control": _("on-the-spot control"),
    "quality": _("check of data quality"),
    "certification": _("certification of a period"),
    "complaint": _("complaint or request of the person"),
    "authority": _("request of an authority"),
}


@dataclass(frozen=True, slots=True)
class OpenedName:
    """What a code stands for: no more than tells one human being from another."""

    person_id: UUID
    code: str
    surname: str
    name: str
    birth_date: date | None
    body_name: str


@rule(Permission.PEOPLE_NAMES_ACROSS)
def open_name(*, person_id: UUID | None = None, code: str = "", reason: str, by: Actor) -> OpenedName:
    """Opens one person's code to the name, in whichever body. Raises `Person.DoesNotExist`; ValidationError without a reason."""
    if reason not in OPENING_REASONS:
        raise ValidationError({"reason": [_("Choose the reason: it is noted together with your name.")]})
    with acting(by, names=True):
        person = _find(person_id, code)
    record(
        by,
        "people.open_name",
        object_kind="person",
        object_id=person.pk,
        detail={"reason": reason, "of": str(person.body_id)},
    )
    return OpenedName(person.pk, person.code, person.surname, person.name, person.birth_date, person.body.name)


def _find(person_id: UUID | None, code: str) -> Person:
    found = Person.objects.exclude(state=PersonState.ERASED).select_related("body")
    if person_id is not None:
        return found.get(pk=person_id)
    suffix = code_suffix(code.strip())
    if suffix is None:
        raise Person.DoesNotExist
    return found.get(pk__in=ids_of_code(suffix))


def ids_of_code(suffix: int) -> Collection[UUID]:
    """The visible people whose code ends so. 50 bits: two of a million people share one once in a thousand years of plans."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE ('x' || right(replace(id::text, '-', ''), 13))::bit(52)::bigint & %s = %s",
            [(1 << 50) - 1, suffix],
        )
        return [row[0] for row in cursor.fetchall()]


@rule(Permission.PEOPLE_EXPORT)
def export_people(*, count: int, filters: Collection[str], by: Actor) -> None:
    """Notes that a list of people left the house as a workbook: how many, filtered by which fields."""
    record(by, "people.export", object_kind="people", changed=filters, detail={"count": count})
