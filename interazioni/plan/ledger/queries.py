"""Figures and the entries behind them. A figure of N opens to a list that adds up to N, under the same selection."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.plan.ledger.models import Entry, FirstReached, Tally
from interazioni.plan.programme.models import Counts, Indicator, Period, Plan

NIL = UUID(int=0)
IDENTITIES = (Counts.PEOPLE, Counts.ASSOCIATIONS)

# By what a figure can be narrowed and broken down, beside action and body. The same words as in `Tally.dimension`.
DIMENSIONS = ("activity", "month", "municipality", "sex", "age_band", "citizenship")


@dataclass(frozen=True, slots=True)
class Selection:
    """What part of the plan's work is looked at. None: not narrowed; empty text: what is not known.

    `bodies` empty is the whole plan, where everybody counts once. With bodies, everybody counts once *within each*.
    `municipality` is an ISTAT code, or the three digits of a province; `month` is `2019-03`.
    """

    bodies: tuple[UUID, ...] = ()
    action: UUID | None = None
    activity: str | None = None
    month: str | None = None
    municipality: str | None = None
    sex: str | None = None
    age_band: str | None = None
    citizenship: str | None = None

    def narrowed(self) -> dict[str, str]:
        """The dimensions that narrow it, with their values."""
        return {name: getattr(self, name) for name in DIMENSIONS if getattr(self, name) is not None}

    def scope(self) -> dict[str, Any]:
        """The scope's columns, as tallies and first-reached rows have them."""
        return {"scope_body_id__in": self.bodies or (NIL,), "scope_action_id": self.action or NIL}


def figure_bodies(actor: Actor) -> frozenset[UUID]:
    """The bodies whose figures the actor may read one by one; whoever reads the whole plan may read any other too."""
    return frozenset({actor.body_id, *actor.figure_bodies})


def allowed(actor: Actor, selection: Selection) -> bool:
    """Whether the actor may read these figures. The database would show nothing; a page says 404."""
    require(actor, Permission.FIGURES_VIEW)
    return actor.plan_wide or (bool(selection.bodies) and figure_bodies(actor).issuperset(selection.bodies))


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """The entries of the bodies whose figures the actor may read: codes and dimensions, no names."""
    require(actor, Permission.FIGURES_VIEW)
    entries = Entry.objects.all()
    return entries if actor.plan_wide else entries.filter(body_id__in=figure_bodies(actor))


def _narrow(selection: Selection, prefix: str = "") -> Q:
    """The selection's dimensions as a condition on entries."""
    condition = Q()
    for name, value in selection.narrowed().items():
        match name:
            case "activity":
                condition &= Q(**{f"{prefix}activity_id": value})
            case "month":
                first = date(int(value[:4]), int(value[5:7]), 1)
                after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
                condition &= Q(**{f"{prefix}happened_date__gte": first, f"{prefix}happened_date__lt": after})
            case "municipality" if len(value) == 3:
                condition &= Q(**{f"{prefix}municipality__startswith": value})
            case _:
                condition &= Q(**{f"{prefix}{name}": value})
    return condition


def entries_of(actor: Actor, indicator: Indicator, selection: Selection) -> QuerySet[Entry]:
    """The entries that make up a figure. People and associations: the first of each that counts; sums: all that stand.

    `amount_of(indicator, entry)` over them adds up to the figure.
    """
    entries = visible_to(actor).filter(_narrow(selection))
    if indicator.counts in IDENTITIES:
        return entries.filter(
            pk__in=FirstReached.objects.filter(indicator=indicator, **selection.scope()).values("entry_id")
        )
    entries = entries.filter(plan_id=indicator.plan_id, measure__in=indicator.measures, reverses=None, reversal=None)
    if indicator.activities:
        entries = entries.filter(activity_id__in=indicator.activities)
    if indicator.group_codes:
        entries = entries.filter(groups__overlap=indicator.group_codes)
    if selection.bodies:
        entries = entries.filter(body_id__in=selection.bodies)
    if selection.action:
        entries = entries.filter(action_id=selection.action)
    return entries


def amount_of(indicator: Indicator, entry: Entry) -> Decimal:
    """What one entry of `entries_of` adds to the figure."""
    return entry.quantity if indicator.counts == Counts.QUANTITY else Decimal(1)


def total_of(indicator: Indicator, entries: QuerySet[Entry]) -> Decimal:
    """What a list made by `entries_of` adds up to."""
    if indicator.counts == Counts.QUANTITY:
        return entries.aggregate(amount=Sum("quantity"))["amount"] or Decimal(0)
    return Decimal(entries.count())


def _tallies(plan: Plan, selection: Selection, indicators: Collection[UUID] | None) -> QuerySet[Tally]:
    # Named one by one, the primary key is read from its first column; a join would be planned over the whole table.
    if indicators is None:
        indicators = list(Indicator.objects.filter(plan=plan).values_list("pk", flat=True))
    return Tally.objects.filter(indicator__in=indicators, **selection.scope())


def figures(plan: Plan, selection: Selection, *, indicators: Collection[UUID] | None = None) -> dict[UUID, Decimal]:
    """Every indicator's figure under the selection (or those of `indicators`); what has none is not there. Read from
    tallies (one query; two for what is not known) unless two dimensions narrow it at once: then from the facts."""
    narrowed = selection.narrowed()
    if len(narrowed) > 1:
        return _figures_from_facts(plan, selection)
    tallies = _tallies(plan, selection, indicators)
    for dimension, value in narrowed.items():
        if value == "":
            changes: dict[str, Any] = {dimension: None}
            whole = figures(plan, replace(selection, **changes), indicators=indicators)
            known = _summed(tallies.filter(dimension=dimension))
            return {indicator: amount - known.get(indicator, 0) for indicator, amount in whole.items()}
        tallies = tallies.filter(dimension=dimension)
        province = dimension == "municipality" and len(value) == 3
        return _summed(tallies.filter(value__startswith=value) if province else tallies.filter(value=value))
    return _summed(tallies.filter(dimension="total"))


def _summed(tallies: QuerySet[Tally]) -> dict[UUID, Decimal]:
    return dict(tallies.values_list("indicator_id").annotate(sum=Sum("amount")).order_by())


def _figures_from_facts(plan: Plan, selection: Selection) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = {
        indicator: Decimal(count)
        for indicator, count in FirstReached.objects.filter(indicator__plan=plan, **selection.scope())
        .filter(_narrow(selection, "entry__"))
        .values_list("indicator_id")
        .annotate(count=Count("*"))
        .order_by()
    }
    sums = [indicator for indicator in Indicator.objects.filter(plan=plan) if indicator.counts not in IDENTITIES]
    facts = (
        Entry.objects.filter(_narrow(selection), plan=plan, reverses=None, reversal=None)
        .filter(Q(body_id__in=selection.bodies) if selection.bodies else Q())
        .filter(Q(action_id=selection.action) if selection.action else Q())
        .values_list("measure", "activity_id", "groups")
        .annotate(quantity=Sum("quantity"), number=Count("*"))
        .order_by()
    )
    for measure, activity, groups, quantity, number in facts:
        for indicator in sums:
            if (
                measure in indicator.measures
                and (not indicator.activities or activity in indicator.activities)
                and (not indicator.group_codes or set(indicator.group_codes) & set(groups))
            ):
                amount = quantity if indicator.counts == Counts.QUANTITY else Decimal(number)
                found[indicator.pk] = found.get(indicator.pk, Decimal(0)) + amount
    return found


def months(
    plan: Plan, selection: Selection, *, since: str = "", indicators: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Decimal]]:
    """What each month added to each figure, for selections by body and action; `since` is a month. One query."""
    found: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    for indicator, month, amount in (
        _tallies(plan, selection, indicators)
        .filter(dimension="month", value__gte=since)
        .values_list("indicator_id", "value")
        .annotate(sum=Sum("amount"))
        .order_by("value")
    ):
        found[indicator][month] = amount
    return found


def breakdown(actor: Actor, indicator: Indicator, selection: Selection, dimension: str) -> dict[str, Decimal]:
    """One figure by the values of a dimension; '' is what is not known. It adds up to the figure."""
    if selection.narrowed():
        return _breakdown_from_facts(actor, indicator, selection, dimension)
    tallies = Tally.objects.filter(indicator=indicator, **selection.scope(), dimension__in=[dimension, "total"])
    found: dict[str, Decimal] = {}
    for name, value, amount in tallies.values_list("dimension", "value").annotate(sum=Sum("amount")).order_by("value"):
        if name == "total":
            found[""] = found.get("", Decimal(0)) + amount
        elif amount:
            found[value] = amount
            found[""] = found.get("", Decimal(0)) - amount
    return {value: amount for value, amount in found.items() if amount}


def _breakdown_from_facts(
    actor: Actor, indicator: Indicator, selection: Selection, dimension: str
) -> dict[str, Decimal]:
    entries = entries_of(actor, indicator, selection)
    column: str | TruncMonth = {"activity": "activity_id", "action": "action_id"}.get(dimension, dimension)
    if dimension == "month":
        entries, column = entries.annotate(first_day=TruncMonth("happened_date")), "first_day"
    amount = Sum("quantity") if indicator.counts == Counts.QUANTITY else Count("*")
    found = {}
    for value, total in entries.order_by().values_list(column).annotate(amount=amount):
        found[value.strftime("%Y-%m") if isinstance(value, date) else str(value)] = Decimal(total)
    return found


def by_body(actor: Actor, indicator: Indicator, selection: Selection) -> dict[UUID, Decimal]:
    """Each body's own figure; who works with two bodies is in both. One query, on tallies unless dimensions narrow it."""
    if not selection.narrowed():
        tallies = Tally.objects.filter(
            indicator=indicator, scope_action_id=selection.action or NIL, dimension="total"
        ).exclude(scope_body_id=NIL)
        if selection.bodies:
            tallies = tallies.filter(scope_body_id__in=selection.bodies)
        return {body: amount for body, amount in tallies.values_list("scope_body_id", "amount") if amount}
    if indicator.counts in IDENTITIES:
        firsts = FirstReached.objects.filter(indicator=indicator, scope_action_id=selection.action or NIL).exclude(
            scope_body_id=NIL
        )
        if selection.bodies:
            firsts = firsts.filter(scope_body_id__in=selection.bodies)
        counted = firsts.filter(_narrow(selection, "entry__")).values_list("scope_body_id").annotate(count=Count("*"))
        return {body: Decimal(count) for body, count in counted.order_by()}
    amount = Sum("quantity") if indicator.counts == Counts.QUANTITY else Count("*")
    entries = entries_of(actor, indicator, selection).order_by().values_list("body_id").annotate(amount=amount)
    return {body: Decimal(total) for body, total in entries}


_AS_OF = """
    SELECT id, CASE counts WHEN 'quantity' THEN sum(quantity) WHEN 'entries' THEN sum(net)
                           ELSE count(*) FILTER (WHERE net > 0 AND identity IS NOT NULL) END
    FROM (SELECT i.id, i.counts, CASE WHEN i.counts IN ('people', 'associations') THEN ledger_identity(e.person_id, e.association_id) END AS identity,
                 {body} AS body, sum(e.quantity) AS quantity, sum(sign(e.quantity)) AS net
          FROM ledger_entry e JOIN programme_indicator i ON i.plan_id = e.plan_id AND ledger_feeds(e, i)
          WHERE e.plan_id = %(plan)s {where}
          GROUP BY 1, 2, 3, 4) each
    GROUP BY id, counts
"""


def figures_as_of(
    plan: Plan, moment: datetime | None = None, *, until: Period | None = None, selection: Selection | None = None
) -> dict[UUID, Decimal]:
    """Every indicator's figure from the entries themselves: those posted until `moment`, in the book of periods up to
    and including `until`. A certified period takes no entries any more, so its book gives the same figures for ever.

    `selection` narrows by bodies and action. One query over all entries: seconds for millions.
    """
    selection = selection or Selection()
    where: list[str] = []
    parameters: dict[str, Any] = {"plan": plan.pk}
    if moment is not None:
        where.append("AND e.posted_at <= %(moment)s")
        parameters["moment"] = moment
    if until is not None:
        where.append(
            "AND e.period_id IN (SELECT id FROM programme_period WHERE plan_id = %(plan)s AND starts_date <= %(until)s)"
        )
        parameters["until"] = until.starts_date
    if selection.bodies:
        where.append("AND e.body_id = ANY (%(bodies)s)")
        parameters["bodies"] = list(selection.bodies)
    if selection.action:
        where.append("AND e.action_id = %(action)s")
        parameters["action"] = selection.action
    body = "e.body_id" if selection.bodies else "NULL::uuid"
    with connection.cursor() as cursor:
        cursor.execute(_AS_OF.format(body=body, where=" ".join(where)), parameters)
        return dict(cursor.fetchall())
