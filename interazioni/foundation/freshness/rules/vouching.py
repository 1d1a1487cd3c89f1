"""A body gives its word, is asked for it again, and loses it when nobody answers."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import active_rules, require, rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import links, registry
from interazioni.foundation.freshness.linked import addresses, places_never_open
from interazioni.foundation.freshness.models import Problem, ProblemKind, Vouch, Way


class OutsideARule(RuntimeError):
    """Who publishes vouches; publishing is a rule."""


def vouch_for(
    *,
    kind: str,
    object_id: UUID,
    body_id: UUID,
    body_name: str,
    title: str,
    path: str,
    days: int | None = None,
    by: Actor,
) -> Vouch:
    """Inside the rule that publishes or corrects: who does so has looked at it. From now on its days run anew."""
    if not active_rules():
        raise OutsideARule("vouch_for() is called inside a rule")
    row = Vouch.objects.select_for_update().filter(object_id=object_id).first() or Vouch(kind=kind, object_id=object_id)
    row.body_id, row.body_name, row.title, row.path = body_id, body_name, title[:300], path
    row.period_days = days or row.period_days or registry.kinds[kind].days
    _give(row, by, Way.PUBLISHED)
    _drop_mended(row)
    return row


def _drop_mended(vouch: Vouch) -> None:
    """A link that was corrected, a place that opens again: no problem any more, before the night finds it out."""
    rows = list(Problem.objects.filter(vouch=vouch))
    if not rows:
        return
    ids = [vouch.object_id]
    standing = {
        ProblemKind.DEAD_LINK: set(addresses(vouch.kind, ids).get(vouch.object_id, ())),
        ProblemKind.NEVER_OPEN: set(places_never_open(vouch.kind, ids).get(vouch.object_id, ())),
    }
    mended = [row.pk for row in rows if row.what not in standing[ProblemKind(row.kind)]]
    Problem.objects.filter(pk__in=mended).delete()


def release(*, object_ids: Iterable[UUID]) -> None:
    """No longer public: nobody has to vouch for it."""
    if not active_rules():
        raise OutsideARule("release() is called inside a rule")
    Vouch.objects.filter(object_id__in=list(object_ids)).delete()


def _give(row: Vouch, by: Actor, way: str) -> None:
    row.verified_at, row.verified_by_id, row.verified_way = clock.now(), by.user_id, way
    row.due_at = row.verified_at + timedelta(days=row.period_days)
    row.asked, row.asked_at, row.demoted_at = 0, None, None
    row.save()


@rule(Permission.CONTENT_WRITE)
def confirm(*, vouch: Vouch, way: str = Way.PAGE, by: Actor) -> Vouch:
    """ "It is still so": looked at and nothing to change. By who may publish such a thing for the body."""
    require(by, registry.kinds[vouch.kind].permission)
    row = Vouch.objects.select_for_update().get(pk=vouch.pk, body_id=by.body_id)
    _give(row, by, way)
    record(by, "freshness.confirm", object_kind=row.kind, object_id=row.object_id, detail={"way": str(way)})
    registry.kinds[row.kind].changed([row.object_id])
    return row


@rule(Permission.SYSTEM_UPKEEP)
def confirm_by_link(*, link: links.Link, by: Actor) -> Vouch:
    """By who holds the mail, without login. Once: a thing that was verified since the mail left needs no second word."""
    row = Vouch.objects.select_for_update().filter(pk=link.vouch_id, body_id=link.body_id).first()
    if row is None:
        raise ValidationError(_("This is no longer public: there is nothing to confirm."))
    if row.verified_at != link.verified_at:
        raise ValidationError(_("Somebody has confirmed or corrected it already. Thank you all the same."))
    _give(row, by, Way.LINK)
    record(by, "freshness.confirm", object_kind=row.kind, object_id=row.object_id, detail={"way": str(Way.LINK)})
    registry.kinds[row.kind].changed([row.object_id])
    return row


@rule(Permission.SYSTEM_UPKEEP)
def demote(*, vouches: list[Vouch], by: Actor) -> int:
    """Nobody answered: from now on it stands after the others, marked, and on the list of who assists the plan."""
    rows = list(
        Vouch.objects.select_for_update().filter(
            pk__in=[one.pk for one in vouches], demoted_at=None, due_at__lte=clock.now()
        )
    )
    Vouch.objects.filter(pk__in=[row.pk for row in rows]).update(demoted_at=clock.now())
    by_kind: dict[str, list[UUID]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.object_id)
    record(by, "freshness.demote", object_kind="body", object_id=by.body_id, detail={"entries": len(rows)})
    for kind, ids in by_kind.items():
        registry.kinds[kind].changed(ids)
    return len(rows)
