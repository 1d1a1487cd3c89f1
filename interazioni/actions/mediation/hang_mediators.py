"""The register and a mediator's own page in the navigation, on my day, in the search; what was done with calls, in words."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import AssignmentState
from interazioni.actions.mediation.queries import mine as queries
from interazioni.actions.mediation.words import language_name
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe, page_of
from interazioni.foundation.core import clock
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_time, weekday_date

ACTS = {
    "mediation.make_call": _("called for a mediator"),
    "mediation.repeat_call": _("sent the same call once more"),
    "mediation.send_call": _("sent the call"),
    "mediation.correct_call": _("corrected the call"),
    "mediation.cancel_call": _("cancelled the call"),
    "mediation.give_up": _("closed the call as not covered"),
    "mediation.withdraw_offers": _("told those who had been asked that it is over"),
    "mediation.ask": _("asked mediators"),
    "mediation.assign": _("wrote down who comes"),
    "mediation.accept_offer": _("accepted the call"),
    "mediation.decline_offer": _("declined the call"),
    "mediation.note_decline": _("took note of a refusal"),
    "mediation.settle": _("gave the call to who accepted first"),
    "mediation.next_step": _("went on to the next mediator"),
    "mediation.nobody_left": _("found nobody else to ask"),
    "mediation.confirm_assignment": _("confirmed who comes"),
    "mediation.arrive": _("said: I am there"),
    "mediation.withdraw": _("gave the call back"),
    "mediation.end_assignment": _("ended what had been promised"),
    "mediation.move_assignment": _("moved it"),
    f"mediation.{AssignmentState.CONFIRMED}": _("confirmed who comes"),
    f"mediation.{AssignmentState.UNDER_WAY}": _("noted that the mediator is there"),
    f"mediation.{AssignmentState.CANCELLED}": _("cancelled what had been promised"),
    f"mediation.{AssignmentState.WITHDRAWN}": _("gave it back"),
    f"mediation.{AssignmentState.MEDIATOR_ABSENT}": _("wrote down that the mediator did not come"),
    f"mediation.{AssignmentState.USER_ABSENT}": _("wrote down that the people did not come"),
    "mediation.register_mediator": _("entered the mediator"),
    "mediation.correct_mediator": _("corrected the entry"),
    "mediation.set_availability": _("wrote down the usual week"),
    "mediation.add_exception": _("added an exception"),
    "mediation.remove_exception": _("took an exception out"),
    "mediation.take_calendar": _("took over a calendar"),
    "mediation.upkeep": _("let hours stand that nobody doubted in time"),
    "mediation.forget": _("deleted what had been said in confidence"),
}
ROWS = 5


def offers_tile(actor: Actor) -> registry.TileContent | None:
    """What a mediator is asked, and where she or he is expected; nothing for others."""
    mediator = queries.mediator_of(actor)
    if mediator is None:
        return None
    offers = list(queries.offers_to_answer(mediator)[:ROWS])
    expected = list(queries.promises(mediator).filter(ends_at__gte=clock.now())[:ROWS])
    rows = [
        registry.TileRow(
            label=f"{language_name(offer.language)}, {offer.call.body.name}", url=reverse("mediation:mine"), tone="warning",
            note=f"{weekday_date(offer.starts_at)}, {local_time(offer.starts_at)}", side=_now("yes or no?"),
        )
        for offer in offers
    ] + [
        registry.TileRow(
            label=row.body.name, url=reverse("mediation:promise", args=[row.pk]),
            note=f"{weekday_date(row.starts_at)}, {local_time(row.starts_at)}",
        )
        for row in expected
    ]  # fmt: skip
    return registry.TileContent(
        title=_("My calls"), icon="it-comment", tone="warning" if offers else "", rows=rows[:ROWS],
        empty=_("Nothing asked and nothing planned."), link=reverse("mediation:mine"), link_label=_("All my calls"),
    )  # fmt: skip


def search(actor: Actor, words: str, limit: int) -> Sequence[registry.Hit]:
    return [
        registry.Hit(title=row.full_name, url=reverse("mediation:mediator", args=[row.pk]), note=row.body.name)
        for row in queries.mediators_visible_to(actor)
        .filter(full_name__icontains=words.strip())
        .select_related("body")[:limit]
    ]


def hang() -> None:
    answer, keep = Permission.CALLS_ANSWER, Permission.MEDIATORS_KEEP
    for act, sentence in ACTS.items():
        describe(act, sentence)
    page_of("mediator", "mediation:mediator")
    registry.menu.register(
        registry.MenuItem(key="my-calls", label=_("My calls"), url_name="mediation:mine", icon="it-comment", permission=answer, order=26)
    )  # fmt: skip
    registry.menu.register(
        registry.MenuItem(
            key="mediators", label=_("Register of mediators"), url_name="mediation:mediators", icon="it-user", permission=keep, order=29
        )
    )  # fmt: skip
    registry.tiles.register(registry.Tile(key="my-calls", build=offers_tile, permission=answer, order=11))
    registry.search.register(
        registry.SearchProvider(key="mediators", label=_("Mediators"), search=search, permission=keep, order=41)
    )
