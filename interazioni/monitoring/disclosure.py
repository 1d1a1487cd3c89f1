"""Small numbers. The one place that decides what an evaluator may see of figures about few people.

Who runs the plan, and each body of its own work, sees every figure. The evaluator sees all of the plan but works with
what cannot be led back to a person: a cell of fewer than five people is not shown, nor a second one from which it could
be worked out; entries are listed without what describes a person.
"""

from collections.abc import Mapping
from decimal import Decimal

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.plan.ledger.queries import Selection
from interazioni.plan.programme.models import Counts, Indicator

FEWEST = 5
PERSONAL = ("municipality", "sex", "age_band", "citizenship")  # what describes a person, among the dimensions


class Few:
    """Stands where an amount is not shown."""

    def __str__(self) -> str:
        return f"< {FEWEST}"

    def __repr__(self) -> str:
        return "FEW"

    def __bool__(self) -> bool:
        return True


FEW = Few()
Amount = Decimal | Few


def restricted(actor: Actor, selection: Selection | None = None) -> bool:
    """Whether small numbers are kept from this actor: it reads the whole plan without running it."""
    if selection is not None and selection.bodies == (actor.body_id,):
        return False
    return actor.plan_wide and not (actor.can(Permission.DATA_QUALITY_VIEW) or actor.can(Permission.PERIODS_CERTIFY))


def shown(actor: Actor, indicator: Indicator, selection: Selection, amount: Decimal) -> Amount:
    """One figure. Only a count of people, narrowed to a body or a dimension, is small enough to point at somebody."""
    narrow = bool(selection.bodies or selection.narrowed())
    if indicator.counts == Counts.PEOPLE and narrow and 0 < amount < FEWEST and restricted(actor, selection):
        return FEW
    return amount


def shown_all(
    actor: Actor, indicator: Indicator, selection: Selection, amounts: Mapping[str, Decimal]
) -> dict[str, Amount]:
    """A breakdown: its small cells, and if there is only one, the next smallest too (the total would give it away)."""
    if indicator.counts != Counts.PEOPLE or not restricted(actor, selection):
        return dict(amounts)
    small = {value for value, amount in amounts.items() if 0 < amount < FEWEST}
    if len(small) == 1:
        rest = sorted((amount, value) for value, amount in amounts.items() if value not in small)
        small |= {value for _, value in rest[:1]}
    return {value: FEW if value in small else amount for value, amount in amounts.items()}
