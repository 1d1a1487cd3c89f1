from collections.abc import Collection, Mapping
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
    """Figures follow facts, for however many people in a few statements."""
    _repost(person_ids, by, {})


def _merged(keep_id: "UUID", other_id: "UUID", by: "Actor") -> None:
    _repost([other_id], by, {other_id: keep_id})


def _repost(person_ids: "Collection[UUID]", by: "Actor", merged: "Mapping[UUID, UUID]") -> None:
    from django.core.exceptions import ValidationError

    from interazioni.plan.ledger.rules import NoOpenPeriod, repost_all

    try:
        repost_all(person_ids, by=by, merged=merged)
    except NoOpenPeriod as closed:
        raise ValidationError(
            _("Every reporting period is certified: a fact on which figures rest cannot be changed any more.")
        ) from closed
