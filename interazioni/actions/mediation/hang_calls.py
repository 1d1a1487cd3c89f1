"""Calls in the navigation, on my day, in the search and in the histories."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import Call
from interazioni.actions.mediation.queries import calls as queries
from interazioni.actions.mediation.words import language_name
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import page_of
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_time, weekday_date

ROWS = 5


def coming_tile(actor: Actor) -> registry.TileContent | None:
    """Who comes to us next."""
    rows = list(queries.coming(actor)[:ROWS])
    if not rows:
        return None
    return registry.TileContent(
        title=_("Mediators who are coming"), icon="it-comment",
        rows=[
            registry.TileRow(
                label=f"{row.mediator_name} ({language_name(row.language)})", url=reverse("mediation:call", args=[row.call_id]),
                note=f"{weekday_date(row.starts_at)}, {local_time(row.starts_at)}",
            )
            for row in rows
        ],
        link=reverse("mediation:calls"), link_label=_("All calls"),
    )  # fmt: skip


def search(actor: Actor, words: str, limit: int) -> Sequence[registry.Hit]:
    """By the call's code, the family's pseudonym or the place."""
    wanted = words.strip()
    found: list[Call] = list(
        queries.listed(actor).filter(Q(family_code__iexact=wanted) | Q(place__icontains=wanted))[:limit]
    )
    if wanted.upper().startswith("M-"):
        found += [call for call in queries.listed(actor)[:500] if call.code == wanted.upper()]
    return [
        registry.Hit(
            title=f"{call.code}, {language_name(call.language)}",
            url=reverse("mediation:call", args=[call.pk]),
            note=f"{call.body.name} · {call.get_state_display()}",
        )
        for call in found[:limit]
    ]


def hang() -> None:
    make = Permission.CALLS_MAKE
    registry.menu.register(
        registry.MenuItem(
            key="calls",
            label=_("Mediators on call"),
            url_name="mediation:calls",
            icon="it-comment",
            permission=make,
            order=28,
        )
    )
    registry.tiles.register(registry.Tile(key="mediation-coming", build=coming_tile, permission=make, order=22))
    registry.search.register(
        registry.SearchProvider(key="calls", label=_("Calls for a mediator"), search=search, permission=make, order=40)
    )
    page_of("call", "mediation:call")
