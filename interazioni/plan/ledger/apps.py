from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import AppConfig
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from interazioni.foundation.access.actor import Actor


class LedgerConfig(AppConfig):
    name = "interazioni.plan.ledger"
    label = "ledger"

    def ready(self) -> None:
        from interazioni.plan.ledger.rules import rebuild
        from interazioni.plan.people import registry as people
        from interazioni.plan.programme.registry import on_counting_changed

        on_counting_changed(rebuild)
        people.on_facts_changed(_facts_changed)
        people.on_merged(_merged)


def _facts_changed(person_ids: "Collection[UUID]", by: "Actor") -> None:
    """Figures follow facts. One question for all; then only who has entries is posted again."""
    from interazioni.plan.ledger.models import Entry

    for person_id in Entry.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True).distinct():
        if person_id is not None:
            _repost(person_id, by, None)


def _merged(keep_id: "UUID", other_id: "UUID", by: "Actor") -> None:
    _repost(other_id, by, keep_id)


def _repost(person_id: "UUID", by: "Actor", as_person: "UUID | None") -> None:
    from django.core.exceptions import ValidationError

    from interazioni.plan.ledger.rules import NoOpenPeriod, repost

    try:
        repost(person_id, by=by, as_person=as_person)
    except NoOpenPeriod as closed:
        raise ValidationError(
            _("Every reporting period is certified: a fact on which figures rest cannot be changed any more.")
        ) from closed
