"""What the system found by itself about public things: noted, taken away, dismissed by who has looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied, require, rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import registry
from interazioni.foundation.freshness.models import Problem, ProblemKind, Vouch


@dataclass(frozen=True, slots=True)
class Find:
    vouch_id: UUID
    kind: ProblemKind
    what: str  # the link, or the place
    since: datetime
    answer: str = ""

    @property
    def key(self) -> tuple[UUID, str, str]:
        return self.vouch_id, self.kind, self.what


@rule(Permission.SYSTEM_UPKEEP)
def note_problems(*, finds: Sequence[Find], gone: Sequence[UUID], by: Actor) -> int:
    """Of one body's things. What stands already keeps since when it does, and whether it was told or dismissed."""
    Problem.objects.filter(pk__in=gone).delete()
    public = set(
        Vouch.objects.select_for_update()
        .filter(pk__in={find.vouch_id for find in finds}, body_id=by.body_id)
        .values_list("pk", flat=True)
    )
    rows = [
        Problem(vouch_id=find.vouch_id, kind=find.kind, what=find.what, seen_at=find.since, answer=find.answer)
        for find in finds
        if find.vouch_id in public
    ]
    Problem.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["vouch", "kind", "what"], update_fields=["answer"]
    )
    record(
        by, "freshness.note_problems", object_kind="body", object_id=by.body_id, detail={"found": len(rows), "gone": len(gone)}
    )  # fmt: skip
    return len(rows)


@rule(Permission.CONTENT_WRITE)
def dismiss_problem(*, problem: Problem, by: Actor) -> Problem:
    """Its owner has looked: the link works for people, the hours are right. It is not told again, and goes when it is found no more."""
    row = Problem.objects.select_for_update(of=("self",)).select_related("vouch").get(pk=problem.pk)
    require(by, registry.kinds[row.vouch.kind].permission)
    if row.vouch.body_id != by.body_id:
        raise Denied(Permission.CONTENT_WRITE)
    row.dismissed_at, row.dismissed_by_id = clock.now(), by.user_id
    row.save(update_fields=["dismissed_at", "dismissed_by_id"])
    record(by, "freshness.dismiss_problem", object_kind=row.vouch.kind, object_id=row.vouch.object_id, detail={"kind": row.kind})  # fmt: skip
    return row
