"""What this room hangs into the desk: the navigation, my day, an edition's page, the tab of a person, the search."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.activities import queries
from interazioni.actions.activities.models import Session
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_time, weekday_date

ROWS = 6


def subject_of(actor: Any, edition_id: UUID) -> registry.Subject | None:
    if actor is None or not actor.can(Permission.EDITIONS_VIEW):
        return None
    edition = queries.visible_to(actor).filter(pk=edition_id).first()
    if edition is None:
        return None
    return registry.Subject(
        title=edition.title, url=reverse("activities:edition", args=[edition_id]), kicker=_("Edition"), intro=edition.code,
        trail=[(_("Activities"), reverse("activities:editions"))],
    )  # fmt: skip


def _row(session: Session, side: str = "", tone: str = "") -> registry.TileRow:
    return registry.TileRow(
        label=session.edition.title, url=reverse("activities:register", args=[session.pk]),
        note=f"{weekday_date(session.starts_at)}, {local_time(session.starts_at)}", side=side, tone=tone,
    )  # fmt: skip


def today_tile(actor: Actor) -> registry.TileContent | None:
    rows = list(queries.today(actor))
    return registry.TileContent(
        title=_("My sessions today"), icon="it-calendar", empty=_("No session today."), template="activities/today_tile.html",
        context={"rows": rows, "now": clock.now()}, link=reverse("activities:sessions"), link_label=_("All registers"),
    )  # fmt: skip


def missing_tile(actor: Actor) -> registry.TileContent | None:
    rows = list(queries.missing(actor)[: ROWS + 1])
    if not rows:
        return None
    return registry.TileContent(
        title=_("Registers missing"), icon="it-warning-circle", tone="warning",
        rows=[_row(session, side=_now("missing"), tone="warning") for session in rows[:ROWS]],
        link=reverse("activities:sessions"), link_label=_("All that are missing") if len(rows) > ROWS else _("All registers"),
    )  # fmt: skip


def next_tile(actor: Actor) -> registry.TileContent | None:
    rows = list(queries.upcoming(actor)[:ROWS])
    if not rows:
        return None
    return registry.TileContent(
        title=_("Next sessions"), icon="it-clock", rows=[_row(session) for session in rows], link=reverse("activities:sessions"),
        link_label=_("All registers"),
    )  # fmt: skip


def search(actor: Actor, words: str, limit: int) -> Sequence[registry.Hit]:
    return [
        registry.Hit(
            title=edition.title,
            url=reverse("activities:edition", args=[edition.pk]),
            note=f"{edition.code} · {edition.activity.title}",
        )
        for edition in queries.found(actor, words, limit)
    ]


def hang() -> None:
    take, see = Permission.ATTENDANCE_RECORD, Permission.EDITIONS_VIEW
    for key, label, url_name, icon, permission, order in (
        ("activities", _("Activities"), "activities:editions", "it-calendar", see, 30),
        ("registers", _("Registers"), "activities:sessions", "it-list", take, 25),
        ("deliveries", _("Other work"), "activities:deliveries", "it-note", Permission.DELIVERIES_RECORD, 35),
    ):
        registry.menu.register(
            registry.MenuItem(key=key, label=label, url_name=url_name, icon=icon, permission=permission, order=order)
        )
    registry.register_subject("edition", subject_of)
    for key, label, url_name, permission, order in (
        ("sessions", _("Sessions"), "activities:edition", see, 10),
        ("enrolled", _("Enrolled"), "activities:enrolled", take, 20),
        ("attendance", _("Attendance"), "activities:attendance", take, 30),
        ("history", _("History"), "activities:history", see, 80),
    ):
        registry.register_tab(
            "edition", registry.Tab(key=key, label=label, url_name=url_name, permission=permission, order=order)
        )
    registry.register_tab(
        "person",
        registry.Tab(key="attendance", label=_("Attendance"), url_name="activities:person", permission=take, order=30),
    )
    for name, build, place in (("today", today_tile, 10), ("missing", missing_tile, 15), ("next", next_tile, 20)):
        registry.tiles.register(registry.Tile(key=f"sessions-{name}", build=build, permission=take, order=place))
    registry.search.register(
        registry.SearchProvider(key="editions", label=_("Editions"), search=search, permission=see, order=20)
    )
