"""Hours in the ledger, in the navigation, on my day and in the histories."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import Hours
from interazioni.actions.mediation.queries import timesheets as queries
from interazioni.actions.mediation.words import hours
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe, page_of
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_date
from interazioni.plan.ledger.registry import register_page, register_source

# Confirmed and worked. A late cancellation is paid without being delivered: it stays out.
HOURS = """
    SELECT h.id, k.measure, NULL::uuid, NULL::uuid, round(h.minutes / 60.0, 2)
    FROM mediation_hours h
    JOIN mediation_assignment a ON a.id = h.assignment_id
    JOIN programme_deliverykind k ON k.id = a.kind_id
    WHERE h.state = 'attested' AND NOT h.paid_only
"""
ACTS = {
    "mediation.report_hours": _("said how long it took"),
    "mediation.write_hours": _("wrote down the hours"),
    "mediation.attest_hours": _("confirmed the hours"),
    "mediation.stand": _("let the hours stand"),
    "mediation.post_hours": _("counted the hours for the plan"),
    "mediation.unpost_hours": _("took the hours out of the plan's count"),
    "mediation.dispute_hours": _("disputed the hours"),
    "mediation.doubt_hours": _("put the hours in doubt"),
    "mediation.reopen_hours": _("took the confirmation of the hours back"),
    "mediation.begin_presence": _("planned a regular presence"),
    "mediation.end_presence": _("ended a regular presence"),
    "mediation.grant_hours": _("granted hours"),
}
ROWS = 5


def shown_by(sources: Collection[UUID]) -> Mapping[UUID, UUID]:
    return dict(Hours.objects.filter(pk__in=sources).values_list("pk", "assignment_id"))


def to_confirm_tile(actor: Actor) -> registry.TileContent | None:
    """Hours that wait for us; for a dispatch those in doubt, too."""
    rows = list(queries.to_confirm(actor)[: ROWS + 1])
    doubt = list(queries.in_doubt(actor)[: ROWS + 1])
    if not rows and not doubt:
        return None
    return registry.TileContent(
        title=_("Hours to confirm"), icon="it-clock", tone="warning" if doubt else "",
        rows=[
            registry.TileRow(
                label=f"{row.assignment.mediator_name}, {hours(row.minutes)}", url=reverse("mediation:confirm_hours", args=[row.assignment_id]),
                note=local_date(row.happened_date), side=_now("disputed") if row.state == "disputed" else "",
                tone="danger" if row.state == "disputed" else "",
            )
            for row in [*doubt, *rows][:ROWS]
        ],
        link=reverse("mediation:hours_to_confirm"), link_label=_("All hours to confirm"),
    )  # fmt: skip


def hang() -> None:
    make, view = Permission.CALLS_MAKE, Permission.TIMESHEETS_VIEW
    register_source("mediation", HOURS)
    register_page("mediation", "mediation:confirm_hours", shown_by=shown_by)
    for act, sentence in ACTS.items():
        describe(act, sentence)
    page_of("assignment", "mediation:confirm_hours")
    page_of("presence", "mediation:presence")
    registry.tiles.register(registry.Tile(key="mediation-hours", build=to_confirm_tile, permission=make, order=23))
    registry.menu.register(
        registry.MenuItem(
            key="mediation-hours", label=_("Mediators' hours"), url_name="mediation:timesheets", icon="it-clock", permission=view, order=29
        )
    )  # fmt: skip
