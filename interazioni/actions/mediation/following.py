"""What this room does when people change: two records joined, somebody erased, somebody asking what is kept."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import Call, Confidence
from interazioni.actions.mediation.words import language_name
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.privacy.registry import Section


def join(keep_id: UUID, other_id: UUID, by: Actor) -> None:
    """Calls made for `other` were made for `keep`. The pseudonym stays as it was said: mediators are known by it."""
    Call.objects.filter(person_id=other_id).update(person_id=keep_id)


def erase(person_id: UUID, by: Actor) -> Mapping[str, int]:
    """The talks took place and their hours count; for whom is no longer known, nor what was said in confidence."""
    calls = Call.objects.filter(person_id=person_id)
    ids = list(calls.values_list("pk", flat=True))
    gone, _per_model = Confidence.objects.filter(call_id__in=ids).delete()
    Call.objects.filter(pk__in=ids).update(person=None, family_code="", purged_at=clock.now())
    return {"calls": len(ids), "confidences": gone}


def sections(person_id: UUID, by: Actor) -> Sequence[Section]:
    calls = (
        Call.objects.filter(person_id=person_id, body_id=by.body_id)
        .prefetch_related("options", "assignments")
        .order_by("created_at")
    )
    return [
        Section(
            _("Talks with a mediator"),
            (_("Day"), _("Language"), _("What for"), _("State"), _("Mediator")),
            [
                (
                    clock.in_rome(min(option.earliest_at for option in call.options.all())).date() if call.options.all() else None,
                    language_name(call.language), call.get_reason_display(), call.get_state_display(),
                    ", ".join(one.mediator_name for one in call.assignments.all()),
                )
                for call in calls
            ],
        )
    ]  # fmt: skip
