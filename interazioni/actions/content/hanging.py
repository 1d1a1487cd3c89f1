"""What this room gives to those below."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.actions.content import keeping, publishing, queries
from interazioni.actions.content.models import KINDS
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe
from interazioni.foundation.freshness import registry as freshness
from interazioni.foundation.translation import registry as translation
from interazioni.foundation.ui import registry

LABELS = {
    "guide": _("Guide"), "plan_page": _("Page of the plan"), "news": _("News"), "opportunity": _("Opportunity"), "event": _("Event"),
}  # fmt: skip


def hang() -> None:
    for kind, model in KINDS.items():
        _hang_kind(kind, model.days)
    registry.menu.register(
        registry.MenuItem(key="content", label=_("Contents"), url_name="content:entries", permission=Permission.CONTENT_WRITE, order=46, icon="it-file")
    )  # fmt: skip
    registry.tiles.register(
        registry.Tile(key="content-review", build=_to_review, permission=Permission.CONTENT_REVIEW, order=30)
    )
    describe("content.draft", _("saved a draft"))
    describe("content.submit", _("asked for a review"))
    describe("content.cancel", _("took back what was to be reviewed"))
    describe("content.discard", _("threw a draft away"))
    describe("content.approve", _("reviewed and approved"))
    describe("content.return", _("reviewed and asked for changes"))
    describe("content.bring_in", _("brought in events from a calendar"))
    describe("content.brought_in", _("brought it in from a calendar"))
    describe("content.follow", _("followed the calendar it came from"))
    describe("content.called_off", _("called it off, as the calendar does"))
    describe("content.send_brought_in", _("sent events from a calendar to be reviewed"))
    describe("content.publish", _("published"))
    describe("content.write", _("wrote and published"))
    describe("content.take_off", _("took it off the portal"))
    describe("content.take_off_asked", _("asked that it be taken off the portal"))
    describe("content.picture", _("brought in a picture"))
    describe("content.forget_pictures", _("removed pictures that nothing shows"))
    describe("content.let_go", _("ceased to vouch for events that are over"))
    describe("content.move_on", _("moved repeated events on to their next time"))


def _hang_kind(kind: str, days: int) -> None:
    def changed(ids: list[UUID]) -> None:
        publishing.reindex(kind, ids)

    def page(ident: UUID) -> str:
        return reverse("content:entry", args=[kind, ident])

    def withdraw(ident: UUID) -> str:
        return reverse("content:take_off", args=[kind, ident])

    def links(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
        return keeping.links(kind, ids)

    translation.register(kind, LABELS[kind], changed)
    freshness.register(
        kind, freshness.Kind(LABELS[kind], days, changed, page, withdraw, Permission.CONTENT_WRITE, links=links)
    )


def _to_review(actor: Actor) -> registry.TileContent | None:
    waiting = queries.waiting_for_review()
    if not waiting:
        return None
    return registry.TileContent(
        title=_("Waiting for your review"),
        rows=[
            registry.TileRow(label=entry.title, url=reverse("content:entry", args=[entry.kind, entry.pk]), note=entry.body.name, side=LABELS[entry.kind])
            for entry in waiting
        ],
        link=reverse("content:entries"), link_label=_("All contents"), icon="it-file",
    )  # fmt: skip
