"""What this room hangs into the desk: the register of bodies, a body's page and tabs, the search."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.ui import registry
from interazioni.plan.partners import queries


def subject_of(actor: Any, body_id: UUID) -> registry.Subject | None:
    body = queries.bodies().filter(pk=body_id).first() if actor is not None else None
    if body is None:
        return None
    return registry.Subject(
        title=body.name, url=reverse("partners:body", args=[body_id]), kicker=body.get_kind_display(),
        trail=[(_("Bodies"), reverse("partners:bodies"))],
    )  # fmt: skip


def search(actor: Actor, words: str, limit: int) -> Sequence[registry.Hit]:
    found = queries.bodies()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return [
        registry.Hit(title=body.name, url=reverse("partners:body", args=[body.pk]), note=body.get_kind_display())
        for body in found[:limit]
    ]


def hang() -> None:
    registry.menu.register(
        registry.MenuItem(key="bodies", label=_("Bodies"), url_name="partners:bodies", icon="it-pa", order=70)
    )
    registry.register_subject("body", subject_of)
    registry.register_tab("body", registry.Tab(key="body", label=_("The body"), url_name="partners:body", order=0))
    registry.register_tab(
        "body",
        registry.Tab(
            key="members",
            label=_("Members"),
            url_name="partners:members",
            permission=Permission.MEMBERS_MANAGE,
            order=10,
        ),
    )
    registry.search.register(registry.SearchProvider(key="bodies", label=_("Bodies"), search=search, order=60))
