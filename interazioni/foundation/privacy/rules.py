"""Erasure and subject access (Regulation (EU) 2016/679, articles 15 and 17), through every room."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.privacy import registry
from interazioni.foundation.privacy.models import Erasure
from interazioni.foundation.privacy.registry import Section

ERASURE_REASONS = {
    "asked": _("the person, or who answers for them, asked for it"),
    "no_basis": _("the data should never have been recorded"),
    "retention": _("the time for keeping them is over"),
}


@rule(Permission.PEOPLE_ERASE)
def erase(*, subject_kind: str, subject_id: UUID, reason: str, by: Actor) -> Erasure:
    """Blanks every personal value about the subject in every room that has registered an eraser, and notes it.

    The caller has made sure that the subject is the actor's body's. What counts stays counted: ids and figures are not personal
    once nothing leads from them to a name.
    """
    if reason not in ERASURE_REASONS:
        raise ValidationError({"reason": [_("Choose one of the listed values.")]})
    blanked: dict[str, dict[str, int]] = {}
    for record_id in registry.records_of(subject_kind, subject_id, by):
        for room, eraser in registry.erasers_of(subject_kind):
            counts = blanked.setdefault(room, {})
            for kind, number in eraser(record_id, by).items():
                counts[kind] = counts.get(kind, 0) + number
    erasure = Erasure.objects.create(
        body_id=by.body_id, subject_kind=subject_kind, subject_id=subject_id, at=clock.now(), user_id=by.user_id,
        reason=reason, blanked=blanked,
    )  # fmt: skip
    record(
        by,
        "privacy.erase",
        object_kind=subject_kind,
        object_id=subject_id,
        detail={"reason": reason, "blanked": blanked},
    )
    return erasure


@rule(Permission.PEOPLE_ERASE)
def give_access(*, subject_kind: str, subject_id: UUID, by: Actor) -> Sequence[Section]:
    """Everything that every room keeps about the subject, to be handed over; that it was taken out is noted."""
    sections = [
        section
        for record_id in registry.records_of(subject_kind, subject_id, by)
        for provider in registry.providers_of(subject_kind)
        for section in provider(record_id, by)
        if section.rows
    ]
    record(
        by, "privacy.give_access", object_kind=subject_kind, object_id=subject_id, detail={"sections": len(sections)}
    )
    return sections
