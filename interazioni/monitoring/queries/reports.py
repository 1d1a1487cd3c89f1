"""Reporting periods and reports: what the book of a period held, and how the plan stood on any past day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from interazioni.foundation.core import clock
from interazioni.monitoring import disclosure
from interazioni.monitoring.pace import Standing, expected_share, standing
from interazioni.monitoring.queries.asked import Asked
from interazioni.monitoring.queries.dashboard import targets_of
from interazioni.plan.ledger import queries as ledger
from interazioni.plan.programme.models import Indicator, Period, PeriodState, Plan


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a report. `added` may be negative: a later period takes back what an earlier one counted."""

    indicator: Indicator
    target: Decimal | None
    before: disclosure.Amount
    added: disclosure.Amount
    value: disclosure.Amount
    share: float | None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`unchanged` says whether the book of a certified period still gives the figures of the moment of certification."""

    lines: list[Line]
    moment: datetime | None
    unchanged: bool | None = None


def periods_of(plan: Plan) -> QuerySet[Period]:
    return Period.objects.filter(plan=plan).order_by("starts_date")


def overdue(period: Period) -> bool:
    return period.state == PeriodState.OPEN and period.ends_date < clock.today()


def open_before(period: Period) -> Period | None:
    """The earliest period before this one that is not certified: periods are certified in their order."""
    return periods_of(period.plan).filter(starts_date__lt=period.starts_date, state=PeriodState.OPEN).first()


def end_of(day: date) -> datetime:
    """The last moment of a day in Italy."""
    return datetime.combine(day + timedelta(days=1), time(), clock.ROME) - timedelta(microseconds=1)


def period_report(asked: Asked, period: Period) -> Report:
    """Three readings of the book at most: until the period before, until this one, and the same at the certification."""
    previous = periods_of(asked.plan).filter(starts_date__lt=period.starts_date).last()
    until = ledger.figures_as_of(asked.plan, until=period, selection=asked.selection)
    before = ledger.figures_as_of(asked.plan, until=previous, selection=asked.selection) if previous else {}
    unchanged = None
    if period.certified_at is not None:
        unchanged = (
            ledger.figures_as_of(asked.plan, period.certified_at, until=period, selection=asked.selection) == until
        )
    return Report(_lines(asked, before, until), period.certified_at, unchanged)


def report_as_of(asked: Asked, day: date) -> Report:
    """How everything stood at the end of a past day, by what had been posted until then."""
    moment = min(end_of(day), clock.now())
    return Report(
        _lines(asked, {}, ledger.figures_as_of(asked.plan, moment, selection=asked.selection), day=day), moment
    )


def _lines(asked: Asked, before: dict, until: dict, *, day: date | None = None) -> list[Line]:  # type: ignore[type-arg]
    indicators = list(Indicator.objects.filter(plan=asked.plan))
    targets = targets_of(asked, indicators)
    lines = []
    for indicator in indicators:
        value, earlier = until.get(indicator.pk, Decimal(0)), before.get(indicator.pk, Decimal(0))
        target = targets.get(indicator.pk)
        shown = disclosure.shown(asked.actor, indicator, asked.selection, value)
        hidden = shown is disclosure.FEW
        expected = (
            expected_share(indicator.pace, asked.plan.starts_date, asked.plan.ends_date, day)
            if day and target
            else None
        )
        lines.append(
            Line(
                indicator=indicator, target=target, value=shown,
                before=disclosure.shown(asked.actor, indicator, asked.selection, earlier),
                # A difference would give away what is hidden.
                added=disclosure.FEW if hidden else disclosure.shown(asked.actor, indicator, asked.selection, value - earlier),
                share=float(value / target) if target and not hidden else None,
                standing=standing(value, target, expected) if expected is not None and not hidden else None,
            )
        )  # fmt: skip
    return lines
