"""What this room gives to the desk, and what was done about freshness, in words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe
from interazioni.foundation.freshness import queries
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_number

TONES = {
    queries.Stands.STALE: "danger",
    queries.Stands.WRONG: "danger",
    queries.Stands.SUGGESTED: "info",
    queries.Stands.SOON: "warning",
}


def tile(actor: Actor) -> registry.TileContent | None:
    """How many of the body's public things need somebody; for who sees the plan, of everybody's."""
    board = reverse("freshness:board")
    rows = [
        registry.TileRow(
            label=state.label, url=f"{board}?state={state.value}", side=local_number(count), tone=TONES[state]
        )
        for state, count in queries.figures(queries.sums(actor))
        if count
    ]
    if not rows:
        return None
    return registry.TileContent(
        title=_("What the public reads"), rows=rows, link=board, link_label=_("How fresh the information is"), icon="it-clock"
    )  # fmt: skip


def hang() -> None:
    registry.menu.register(
        registry.MenuItem(
            key="freshness", label=_("How fresh"), url_name="freshness:board", permission=Permission.CONTENT_WRITE, order=47, icon="it-clock"
        )
    )  # fmt: skip
    registry.tiles.register(registry.Tile(key="freshness", build=tile, permission=Permission.CONTENT_WRITE, order=46))
    describe("freshness.confirm", _("confirmed that it is still true"))
    describe("freshness.ask", _("asked who vouches for it whether it is still true"))
    describe("freshness.demote", _("marked what nobody vouched for any more"))
    describe("freshness.suggest", _("received a reader's suggestion"))
    describe("freshness.settle_suggestion", _("settled a reader's suggestion"))
    describe("freshness.note_problems", _("found dead links or hours that never come"))
    describe("freshness.dismiss_problem", _("looked at what was found: it is right as it is"))
