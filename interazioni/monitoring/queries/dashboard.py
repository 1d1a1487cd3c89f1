"""Where the plan stands: every indicator with its target, pace and trend. A fixed number of queries, on tallies alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from interazioni.foundation.core import clock
from interazioni.foundation.ui.formats import local_number
from interazioni.monitoring import disclosure, words
from interazioni.monitoring.pace import Standing, expected_share, standing
from interazioni.monitoring.queries.asked import Asked
from interazioni.plan.ledger import queries as ledger
from interazioni.plan.programme.models import Action, Activity, Indicator, RecipientGroup, Share

TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure, never alone. `share` is value over target; `months` is what each of the last months added."""

    indicator: Indicator
    value: disclosure.Amount
    target: Decimal | None
    share: float | None
    expected: float | None  # of the target, by today
    standing: Standing | None
    trend: str  # up, down, flat or nothing
    trend_words: str
    months: tuple[tuple[str, Decimal], ...]

    @property
    def few(self) -> bool:
        return self.value is disclosure.FEW

    @property
    def shown(self) -> Decimal | str:
        return str(self.value) if isinstance(self.value, disclosure.Few) else self.value

    @property
    def unit(self) -> str:
        return words.unit(self.indicator)


@dataclass(frozen=True, slots=True)
class Section:
    """An action with the figures that only its activities feed; or, without action, those of the whole plan."""

    action: Action | None
    readings: list[Reading]

    @property
    def has_targets(self) -> bool:
        return any(reading.target for reading in self.readings)


@dataclass(frozen=True, slots=True)
class Dashboard:
    headline: list[Reading]  # the plan's groups of recipients, in their order
    sections: list[Section]
    citizenships: list[str]  # codes, those with the most people first: what the filter offers

    @property
    def readings(self) -> list[Reading]:
        return [*self.headline, *(reading for section in self.sections for reading in section.readings)]


def dashboard(asked: Asked) -> Dashboard:
    """Seven queries (one more for a body's share), whatever the number of entries, bodies and indicators."""
    indicators = list(Indicator.objects.filter(plan=asked.plan))
    groups = list(RecipientGroup.objects.filter(plan=asked.plan))
    headline = _headline(indicators, groups)
    actions = _action_of(asked, indicators)
    readings = {reading.indicator.pk: reading for reading in _readings(asked, indicators, actions)}
    sections = [
        Section(
            action, [readings[one.pk] for one in indicators if actions[one.pk] == action.pk and one not in headline]
        )
        for action in asked.actions
        if asked.action is None or action == asked.action
    ]
    across = [readings[one.pk] for one in indicators if actions[one.pk] is None and one not in headline]
    if across:
        sections.append(Section(None, across))
    return Dashboard(
        headline=[readings[one.pk] for one in headline],
        sections=[section for section in sections if section.readings],
        citizenships=_citizenships(asked, headline or indicators),
    )


def readings(asked: Asked) -> list[Reading]:
    """All indicators of the plan, in its order: for tiles and exports."""
    indicators = list(Indicator.objects.filter(plan=asked.plan))
    return _readings(asked, indicators, _action_of(asked, indicators) if asked.action else {})


def reading(asked: Asked, indicator: Indicator) -> Reading:
    """One indicator."""
    return _readings(asked, [indicator], _action_of(asked, [indicator]) if asked.action else {})[0]


def _readings(asked: Asked, indicators: Sequence[Indicator], actions: Mapping[UUID, UUID | None]) -> list[Reading]:
    ids = [indicator.pk for indicator in indicators]
    values = ledger.figures(asked.plan, asked.selection, indicators=ids)
    targets = targets_of(asked, indicators)
    if asked.action is not None:  # a target is of the whole figure: a part that falls to one action has none
        targets = {pk: target for pk, target in targets.items() if actions.get(pk) == asked.action.pk}
    today = clock.today()
    since = (today.replace(day=1) - timedelta(days=31 * (TREND_MONTHS - 1))).strftime("%Y-%m")
    months = (
        {} if asked.selection.narrowed() else ledger.months(asked.plan, asked.selection, since=since, indicators=ids)
    )
    found = []
    for indicator in indicators:
        value = values.get(indicator.pk, Decimal(0))
        shown = disclosure.shown(asked.actor, indicator, asked.selection, value)
        target = targets.get(indicator.pk)
        expected = (
            expected_share(indicator.pace, asked.plan.starts_date, asked.plan.ends_date, today) if target else None
        )
        hidden = shown is disclosure.FEW
        by_month = (
            ()
            if disclosure.restricted(asked.actor, asked.selection) and asked.selection.bodies
            else tuple(months.get(indicator.pk, {}).items())
        )
        trend, trend_words = _trend(dict(by_month), today.strftime("%Y-%m"))
        found.append(
            Reading(
                indicator=indicator, value=shown, target=target,
                share=float(value / target) if target and not hidden else None, expected=expected,
                standing=standing(value, target, expected) if expected is not None and not hidden else None,
                trend=trend, trend_words=trend_words, months=by_month,
            )
        )  # fmt: skip
    return found


def targets_of(asked: Asked, indicators: Sequence[Indicator]) -> dict[UUID, Decimal]:
    """The plan's targets, or the bodies' shares of them. A part of the plan's work has no target of its own."""
    if asked.selection.narrowed():
        return {}
    if asked.whole_plan:
        return {one.pk: one.target for one in indicators if one.target is not None}
    return dict(
        Share.objects.filter(indicator__in=indicators, body_id__in=asked.selection.bodies)
        .values_list("indicator_id")
        .annotate(sum=Sum("target"))
        .order_by()
    )


def _trend(months: dict[str, Decimal], this: str) -> tuple[str, str]:
    """The last full month beside the one before it, and this month so far."""
    last, before = _earlier(this), _earlier(_earlier(this))
    if not months:
        return "", ""
    now, then = months.get(last, Decimal(0)), months.get(before, Decimal(0))
    direction = "up" if now > then else "down" if now < then else "flat"
    said = _("%(now)s in %(last)s, %(then)s in %(before)s") % {
        "now": _signed(now), "last": words.month_alone(last), "then": _signed(then), "before": words.month_alone(before),
    }  # fmt: skip
    if months.get(this):
        said += "; " + _("%(more)s so far in %(this)s") % {
            "more": _signed(months[this]),
            "this": words.month_alone(this),
        }
    return direction, said


def _signed(amount: Decimal) -> str:
    text = local_number(round(amount, 0) if abs(amount) >= 100 else amount)
    return f"+{text}" if amount > 0 else text


def _earlier(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


def _headline(indicators: Sequence[Indicator], groups: Sequence[RecipientGroup]) -> list[Indicator]:
    """One indicator for each group of recipients, in the groups' order: the first that the plan file gives the group."""
    found: list[Indicator] = []
    for group in groups:
        counting = [
            one for one in indicators if group.code in one.texts.get("groups", one.group_codes) and one not in found
        ]
        found += counting[:1]
    return found


def _action_of(asked: Asked, indicators: Sequence[Indicator]) -> dict[UUID, UUID | None]:
    """The one action whose activities feed an indicator, if there is only one."""
    posts: dict[UUID, tuple[UUID, set[str]]] = {}
    for activity, action, *measures in Activity.objects.filter(plan=asked.plan).values_list(
        "pk", "action_id", "session_measure", "session_hours_measure", "attendance_measure", "delivery_kinds__measure"
    ):
        posts.setdefault(activity, (action, set()))[1].update(measure for measure in measures if measure)
    found: dict[UUID, UUID | None] = {}
    for indicator in indicators:
        actions = {
            action
            for activity, (action, measures) in posts.items()
            if (not indicator.activities or activity in indicator.activities) and measures & set(indicator.measures)
        }
        found[indicator.pk] = actions.pop() if len(actions) == 1 else None
    return found


def _citizenships(asked: Asked, indicators: Sequence[Indicator]) -> list[str]:
    if not indicators:
        return []
    amounts = ledger.breakdown(
        asked.actor, indicators[0], ledger.Selection(bodies=asked.selection.bodies), "citizenship"
    )
    return [value for value, _amount in sorted(amounts.items(), key=lambda item: -item[1]) if value]
