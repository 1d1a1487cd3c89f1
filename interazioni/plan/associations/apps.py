from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from interazioni.foundation.access.actor import Actor
    from interazioni.foundation.ui.registry import Hit


class AssociationsConfig(AppConfig):
    name = "interazioni.plan.associations"
    label = "associations"

    def ready(self) -> None:
        from interazioni.foundation.access.permissions import Permission
        from interazioni.foundation.audit.registry import describe
        from interazioni.foundation.ui import registry

        describe("associations.register", _("entered the association in the register"))
        describe("associations.correct", _("corrected the association's entry"))
        registry.menu.register(
            registry.MenuItem(
                key="associations", label=_("Associations"), url_name="associations:list", icon="it-link",
                permission=Permission.ASSOCIATIONS_VIEW, order=60,
            )
        )  # fmt: skip
        registry.search.register(
            registry.SearchProvider(
                key="associations",
                label=_("Associations"),
                search=_search,
                permission=Permission.ASSOCIATIONS_VIEW,
                order=40,
            )
        )


def _search(actor: "Actor", words: str, limit: int) -> "Sequence[Hit]":
    from django.urls import reverse

    from interazioni.foundation.ui.registry import Hit
    from interazioni.foundation.vocabularies import municipalities
    from interazioni.plan.associations import queries

    return [
        Hit(
            title=found.name,
            url=reverse("associations:detail", args=[found.pk]),
            note=str(municipalities.by_istat(found.municipality) or ""),
        )
        for found in queries.named(queries.visible_to(actor), words)[:limit]
    ]
