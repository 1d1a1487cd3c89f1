from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.imports.models import Import, Outcome
from interazioni.foundation.imports.registry import kinds


def visible_to(actor: Actor) -> QuerySet[Import]:
    """The body's imports, newest first: of the kinds that the actor could hand in. Who may bring in a calendar sees no list of pupils."""
    require(actor, Permission.IMPORTS_RUN)
    mine = [kind.code for kind in kinds() if actor.can(kind.permission)]
    return Import.objects.filter(body_id=actor.body_id, kind__in=mine).select_related("file").order_by("-created_at")


def totals(handed: Import) -> Mapping[str, int]:
    """outcome → how many rows; every outcome is there."""
    counted = dict(handed.rows.values_list("outcome").annotate(n=Count("id")))
    return {outcome.value: counted.get(outcome.value, 0) for outcome in Outcome}


def report(handed: Import) -> dict[str, Any]:
    """What the shell writes: every row with its outcome, and the totals."""
    rows = [
        {"sheet": row.sheet, "row": row.row, "outcome": row.outcome, "codes": row.codes, "warnings": row.warnings}
        for row in handed.rows.order_by("sheet", "row")
    ]
    counted = Counter(row["outcome"] for row in rows)
    return {
        "rows": rows,
        "totals": {"rows": len(rows), **{outcome.value: counted[outcome.value] for outcome in Outcome}},
    }
