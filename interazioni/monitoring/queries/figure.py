"""One figure: by the values of a dimension, month by month, down to its entries."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from interazioni.foundation.core import clock
from interazioni.monitoring import disclosure, words
from interazioni.monitoring.pace import expected_share, last_day
from interazioni.monitoring.queries.asked import Asked
from interazioni.monitoring.queries.dashboard import targets_of
from interazioni.plan.ledger import queries as ledger
from interazioni.plan.ledger.models import Entry
from interazioni.plan.programme.models import Indicator


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a breakdown. `share` is of the whole figure; `parameter` and `value` narrow the list of its entries."""

    value: str
    label: str
    amount: disclosure.Amount
    share: float | None
    query: str = ""  # the address's query that opens its entries
    target: Decimal | None = None

    @property
    def few(self) -> bool:
        return self.amount is disclosure.FEW

    @property
    def shown(self) -> Decimal | str:
        return str(self.amount) if isinstance(self.amount, disclosure.Few) else self.amount


def dimensions_of(asked: Asked, indicator: Indicator) -> list[str]:
    """By what this figure can be broken down: sums of work without people have no sex or age, one body is one body."""
    found = ["month", "activity", "province", "municipality", "sex", "age_band", "citizenship"]
    return ["body", *found] if len(asked.bodies) > 1 and asked.body is None else found


def breakdown(asked: Asked, indicator: Indicator, dimension: str) -> list[Row]:
    """The figure by one dimension, in the dimension's own order or the largest first. Two queries at most."""
    selection = asked.selection
    if dimension == "body":
        return _by_body(asked, indicator)
    stored = "municipality" if dimension == "province" else dimension
    amounts = ledger.breakdown(asked.actor, indicator, selection, stored)
    if dimension == "province":
        provinces: dict[str, Decimal] = {}
        for value, amount in amounts.items():
            provinces[value[:3]] = provinces.get(value[:3], Decimal(0)) + amount
        amounts = provinces
    titles = asked.activity_titles if dimension == "activity" else None
    total = sum(amounts.values(), Decimal(0))
    shown = disclosure.shown_all(asked.actor, indicator, selection, amounts)
    return [
        Row(
            value=value, label=words.value_label(dimension, value, titles), amount=shown[value],
            share=float(amount / total) if total and shown[value] is not disclosure.FEW else None,
            query=asked.query(changes={stored: value}),
        )
        for value, amount in sorted(amounts.items(), key=lambda item: words.sort_key(dimension, item[0], item[1]))
    ]  # fmt: skip


def _by_body(asked: Asked, indicator: Indicator) -> list[Row]:
    own = ledger.by_body(asked.actor, indicator, asked.selection)
    shares = {share.body_id: share.target for share in indicator.shares.all()} if not asked.selection.narrowed() else {}
    shown = disclosure.shown_all(
        asked.actor, indicator, asked.selection, {str(body): amount for body, amount in own.items()}
    )
    total = sum(own.values(), Decimal(0))
    listed = [body for body in asked.bodies if body.pk in own or body.pk in shares]
    return [
        Row(
            value=body.code, label=body.name, amount=shown.get(str(body.pk), Decimal(0)),
            share=float(own.get(body.pk, 0) / total) if total and shown.get(str(body.pk)) is not disclosure.FEW else None,
            query=asked.query(changes={"body": body.code}), target=shares.get(body.pk),
        )
        for body in sorted(listed, key=lambda body: (-own.get(body.pk, Decimal(0)), body.name))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """Up to the end of a month: what was reached, and what the pace expects (None without a target)."""

    month: str
    added: Decimal | None  # None for months that are still to come
    reached: Decimal | None
    expected: Decimal | None


def course(asked: Asked, indicator: Indicator) -> list[MonthPoint]:
    """The figure's way through the plan's months, beside its pace. Two queries."""
    plan = asked.plan
    added = ledger.breakdown(asked.actor, indicator, asked.selection, "month")
    target = targets_of(asked, [indicator]).get(indicator.pk)
    this = clock.today().strftime("%Y-%m")
    first = min([plan.starts_date.strftime("%Y-%m"), *[month for month in added if month]])
    last = max(plan.ends_date.strftime("%Y-%m"), *[month for month in added if month], first)
    points, reached = [], Decimal(0)
    for month in _months(first, last):
        past = month <= this or month in added
        reached += added.get(month, Decimal(0))
        share = expected_share(indicator.pace, plan.starts_date, plan.ends_date, last_day(month)) if target else 0.0
        points.append(
            MonthPoint(
                month, added.get(month, Decimal(0)) if past else None, reached if past else None,
                Decimal(str(round(float(target) * share, 2))) if target else None,
            )
        )  # fmt: skip
    return points


def _months(first: str, last: str) -> list[str]:
    found: list[str] = []
    year, number = int(first[:4]), int(first[5:7])
    while (month := f"{year:04d}-{number:02d}") <= last and len(found) < 240:
        found.append(month)
        year, number = year + number // 12, number % 12 + 1
    return found


def entries(asked: Asked, indicator: Indicator) -> QuerySet[Entry]:
    """The list that adds up to the figure, latest first."""
    return (
        ledger.entries_of(asked.actor, indicator, asked.selection)
        .select_related("activity", "body", "period")
        .order_by("-happened_date", "-id")
    )
