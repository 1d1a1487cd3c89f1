"""What this room hangs into the desk: its word in the navigation, a person's page and tabs, the search."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_date
from interazioni.plan.people import queries


def subject_of(actor: Any, person_id: UUID) -> registry.Subject | None:
    if actor is None or not actor.can(Permission.PEOPLE_VIEW):
        return None
    person = queries.visible_to(actor).only("surname", "name").filter(pk=person_id).first()
    if person is None:
        return None
    return registry.Subject(
        title=f"{person.surname} {person.name}",
        url=reverse("people:detail", args=[person_id]),
        kicker=_("Person"),
        intro=person.code,
        trail=[(_("People"), reverse("people:list"))],
    )


def search(actor: Actor, words: str, limit: int) -> Sequence[registry.Hit]:
    """By name, by code (`P-…`), by tax code."""
    return [
        registry.Hit(
            title=f"{person.surname} {person.name}",
            url=reverse("people:detail", args=[person.pk]),
            note=" · ".join(
                filter(None, [local_date(person.birth_date), f"{person.class_year or ''}{person.class_section}"])
            ),
        )
        for person in queries.named(queries.listed(actor), words)[:limit]
    ]


def hang() -> None:
    registry.menu.register(
        registry.MenuItem(
            key="people",
            label=_("People"),
            url_name="people:list",
            icon="it-user",
            permission=Permission.PEOPLE_VIEW,
            order=20,
        )
    )
    registry.menu.register(
        registry.MenuItem(
            key="open_name", label=_("Open a code"), url_name="people:open_name", icon="it-key",
            permission=Permission.PEOPLE_NAMES_ACROSS, order=80,
        )
    )  # fmt: skip
    registry.register_subject("person", subject_of)
    for key, label, url_name, permission, order in (
        ("facts", _("Record"), "people:detail", Permission.PEOPLE_VIEW, 10),
        ("eligibility", _("Whom it counts for"), "people:eligibility", Permission.PEOPLE_VIEW, 20),
        ("history", _("History"), "people:history", Permission.PEOPLE_VIEW, 80),
        ("privacy", _("Privacy"), "people:privacy", Permission.PEOPLE_ERASE, 90),
    ):
        registry.register_tab(
            "person", registry.Tab(key=key, label=label, url_name=url_name, permission=permission, order=order)
        )
    registry.search.register(
        registry.SearchProvider(
            key="people", label=_("People"), search=search, permission=Permission.PEOPLE_VIEW, order=10
        )
    )
