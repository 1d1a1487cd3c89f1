"""What stands how, for the board: a body's own, or every body's for who sees the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import registry
from interazioni.foundation.freshness.models import LinkRound, Problem, Suggestion, SuggestionState, Vouch

SOON = timedelta(days=14)


class Stands(TextChoices):
    WAITING = "waiting", _("Needs somebody")
    STALE = "stale", _("Not verified lately")
    WRONG = "wrong", _("Something is wrong")
    SUGGESTED = "suggested", _("A reader suggests something")
    SOON = "soon", _("To be verified soon")
    FINE = "fine", _("Up to date")


def kept(actor: Actor) -> QuerySet[Vouch]:
    """What the actor's body vouches for; for who sees the plan, what everybody does."""
    rows = Vouch.objects.filter(kind__in=registry.kinds)
    return rows if actor.plan_wide else rows.filter(body_id=actor.body_id)


def board(actor: Actor) -> QuerySet[Vouch]:
    """With `wrong` and `said` (how many problems and suggestions), `found` (the problems themselves); what is most urgent first."""
    open_problems = Problem.objects.filter(dismissed_at=None)
    waiting = Suggestion.objects.filter(object_id=OuterRef("object_id"), state=SuggestionState.NEW)
    return (
        kept(actor)
        .annotate(
            wrong=_counted(open_problems.filter(vouch=OuterRef("pk")), "vouch"),
            said=_counted(waiting, "object_id"),
        )
        .annotate(
            urgency=Case(
                When(demoted_at__isnull=False, then=0), When(wrong__gt=0, then=1), When(said__gt=0, then=2),
                When(due_at__lte=clock.now() + SOON, then=3), default=4, output_field=IntegerField(),
            )
        )
        .order_by("urgency", "due_at", "pk")
        .prefetch_related(Prefetch("problems", open_problems.order_by("kind", "what"), to_attr="found"))
    )  # fmt: skip


def _counted(rows: QuerySet[Problem] | QuerySet[Suggestion], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("*")).values("n")), Value(0))


def standing(found: QuerySet[Vouch], state: str) -> QuerySet[Vouch]:
    """Those of the board that stand so."""
    soon = Q(demoted_at=None, due_at__lte=clock.now() + SOON)
    return found.filter(
        {
            Stands.WAITING: Q(urgency__lt=4), Stands.STALE: Q(demoted_at__isnull=False), Stands.WRONG: Q(wrong__gt=0),
            Stands.SUGGESTED: Q(said__gt=0), Stands.SOON: soon, Stands.FINE: Q(urgency=4),
        }[Stands(state)]
    )  # fmt: skip


def stands(vouch: Vouch) -> list[tuple[str, Stands]]:
    """(tone, state) of one thing of the board; nothing for what needs nobody."""
    said = {
        Stands.STALE: vouch.demoted_at is not None,
        Stands.WRONG: vouch.wrong > 0,  # type: ignore[attr-defined]
        Stands.SUGGESTED: vouch.said > 0,  # type: ignore[attr-defined]
        Stands.SOON: vouch.demoted_at is None and vouch.due_at <= clock.now() + SOON,
    }
    tones = {Stands.STALE: "danger", Stands.WRONG: "danger", Stands.SUGGESTED: "info", Stands.SOON: "warning"}
    return [(tones[state], state) for state, so in said.items() if so]


@dataclass(frozen=True, slots=True)
class Sum:
    """How a body's public things stand: of how many each is true."""

    body_id: UUID
    body_name: str
    public: int
    stale: int
    wrong: int
    suggested: int
    soon: int


def sums(actor: Actor) -> list[Sum]:
    """Body by body, what needs somebody first. Three queries."""
    counted = (
        kept(actor).values("body_id").annotate(
            body_name=Max("body_name"), public=Count("*"), stale=Count("pk", filter=Q(demoted_at__isnull=False)),
            soon=Count("pk", filter=Q(demoted_at=None, due_at__lte=clock.now() + SOON)),
        )
    )  # fmt: skip
    things = Problem.objects.filter(dismissed_at=None, vouch__in=kept(actor)).values(body_id=F("vouch__body_id"))
    wrong = dict(things.annotate(n=Count("vouch", distinct=True)).values_list("body_id", "n"))
    new = Suggestion.objects.filter(state=SuggestionState.NEW, object_id__in=kept(actor).values("object_id"))
    said = dict(
        new.order_by().values("body_id").annotate(n=Count("object_id", distinct=True)).values_list("body_id", "n")
    )
    found = [Sum(**row, wrong=wrong.get(row["body_id"], 0), suggested=said.get(row["body_id"], 0)) for row in counted]
    return sorted(found, key=lambda row: (-row.stale, -row.wrong, -row.suggested, -row.soon, row.body_name))


def figures(rows: Sequence[Sum]) -> list[tuple[Stands, int]]:
    """Of all of them, in the order in which they ask for somebody."""
    return [
        (Stands.STALE, sum(row.stale for row in rows)), (Stands.WRONG, sum(row.wrong for row in rows)),
        (Stands.SUGGESTED, sum(row.suggested for row in rows)), (Stands.SOON, sum(row.soon for row in rows)),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A reader's suggestion that waits. `vouch` None: what it is about is no longer public."""

    suggestion: Suggestion
    vouch: Vouch | None
    may_settle: bool


def suggestions(
    actor: Actor, *, body_id: UUID | None = None, kind: str = "", limit: int = 50
) -> tuple[list[Said], int]:
    """(the oldest that wait, how many there are). Three queries."""
    rows = Suggestion.objects.filter(state=SuggestionState.NEW, kind__in=registry.kinds)
    if not actor.plan_wide:
        rows = rows.filter(body_id=actor.body_id)
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    if kind:
        rows = rows.filter(kind=kind)
    chosen = list(rows.order_by("created_at", "pk")[:limit])
    about = {row.object_id: row for row in Vouch.objects.filter(object_id__in=[one.object_id for one in chosen])}
    waiting = len(chosen) if len(chosen) < limit else rows.count()
    return [Said(one, about.get(one.object_id), _may_settle(actor, one)) for one in chosen], waiting


def _may_settle(actor: Actor, one: Suggestion) -> bool:
    own = one.body_id == actor.body_id and actor.can(registry.kinds[one.kind].permission)
    return own or actor.can(Permission.DIRECTORY_REVIEW)


def may_vouch(actor: Actor, vouch: Vouch) -> bool:
    return vouch.body_id == actor.body_id and actor.can(registry.kinds[vouch.kind].permission)


def problems_of(object_id: UUID) -> list[Problem]:
    """What was found about a thing and not dismissed, as far as the actor may see it."""
    rows = Problem.objects.filter(vouch__object_id=object_id, dismissed_at=None).select_related("vouch")
    return list(rows.order_by("kind", "what"))


def last_round() -> LinkRound | None:
    """The last night that was concluded."""
    return LinkRound.objects.filter(concluded_at__isnull=False).order_by("-date").first()
