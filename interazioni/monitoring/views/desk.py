"""What the work adds up to: figures, breakdowns, entries, reports, periods, data quality."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.ui.export import workbook_response
from interazioni.foundation.ui.registry import Link
from interazioni.foundation.ui.tables import export_asked, paged
from interazioni.monitoring import charts, disclosure, words
from interazioni.monitoring.forms import AsOfForm, CertifyForm, FilterForm
from interazioni.monitoring.queries import dashboard as boards
from interazioni.monitoring.queries import figure as figures
from interazioni.monitoring.queries import quality as qualities
from interazioni.monitoring.queries import reports, sources
from interazioni.monitoring.queries.asked import Asked, ask
from interazioni.monitoring.tables import EntryTable, ReadingTable, ReportTable
from interazioni.plan.ledger.queries import total_of
from interazioni.plan.programme.models import Indicator, Period, PeriodState


def _asked(request: HttpRequest) -> Asked:
    asked = ask(_actor(request), request.GET)
    if asked is None:
        raise Http404
    return asked


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _of_plan(asked: Asked, indicator_id: UUID) -> Indicator:
    return get_object_or_404(Indicator, pk=indicator_id, plan=asked.plan)


# --- the plan, or a body's share ------------------------------------------------------------------------------------


@desk(Permission.FIGURES_VIEW)
def dashboard(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    board = boards.dashboard(asked)
    return render(
        request,
        "monitoring/dashboard.html",
        {
            "asked": asked,
            "board": board,
            "perms_quality": asked.actor.can(Permission.DATA_QUALITY_VIEW),
            "form": FilterForm(asked, board.citizenships),
            "with_targets": [reading for reading in board.headline if reading.target],
            "overview_words": charts.overview_words(board.headline),
        },
    )


@desk(Permission.FIGURES_VIEW)
def overview_chart(request: HttpRequest) -> HttpResponse:
    return charts.response(
        request, charts.overview(boards.dashboard(_asked(request)).headline, narrow=charts.narrow_asked(request))
    )


@desk(Permission.FIGURES_VIEW)
def table(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    listed = ReadingTable(
        [
            {
                "title": reading.indicator.title,
                "unit": words.unit(reading.indicator),
                "value": str(reading.value) if reading.few else reading.value,
                "target": reading.target,
                "share": reading.share,
                "expected": round(float(reading.target) * reading.expected, 1)
                if reading.target and reading.expected is not None
                else None,
                "standing": str(reading.standing.words) if reading.standing else "",
            }
            for reading in boards.readings(asked)
        ]
    )
    if export_asked(request):
        return listed.workbook(_("figures"))
    return render(request, "monitoring/table.html", {"asked": asked, "table": listed})


# --- one figure -----------------------------------------------------------------------------------------------------


def _tabs(request: HttpRequest, asked: Asked, indicator: Indicator) -> list[Link]:
    from django.urls import reverse

    def link(label: Any, name: str, *arguments: Any) -> Link:
        url = reverse(f"monitoring:{name}", args=[indicator.pk, *arguments])
        return Link(label, url + asked.query(), current=request.path == url)

    return [
        link(_("Course"), "figure"),
        *(
            link(words.DIMENSION_LABELS[dimension], "breakdown", dimension)
            for dimension in figures.dimensions_of(asked, indicator)
        ),
        link(_("Entries"), "entries"),
    ]


@desk(Permission.FIGURES_VIEW)
def figure(request: HttpRequest, indicator_id: UUID) -> HttpResponseBase:
    asked = _asked(request)
    indicator = _of_plan(asked, indicator_id)
    points = figures.course(asked, indicator)
    restricted = disclosure.restricted(asked.actor, asked.selection) and bool(
        asked.selection.bodies or asked.selection.narrowed()
    )
    if export_asked(request) and not restricted:
        rows = ([words.month(point.month), point.added, point.reached, point.expected] for point in points)
        return workbook_response(
            indicator.code, [_("Month"), _("Added"), _("Reached"), _("Expected pace")], rows, sheet=indicator.title
        )
    return render(
        request,
        "monitoring/figure.html",
        {
            "asked": asked,
            "indicator": indicator,
            "reading": boards.reading(asked, indicator),
            "tabs": _tabs(request, asked, indicator),
            "points": [] if restricted else points,
            "chart_words": "" if restricted else charts.course_words(indicator, points),
        },
    )


@desk(Permission.FIGURES_VIEW)
def course_chart(request: HttpRequest, indicator_id: UUID) -> HttpResponse:
    asked = _asked(request)
    if disclosure.restricted(asked.actor, asked.selection) and (asked.selection.bodies or asked.selection.narrowed()):
        raise Http404
    indicator = _of_plan(asked, indicator_id)
    return charts.response(
        request, charts.course(indicator, figures.course(asked, indicator), narrow=charts.narrow_asked(request))
    )


def _breakdown(request: HttpRequest, indicator_id: UUID, dimension: str) -> tuple[Asked, Indicator, list[figures.Row]]:
    asked = _asked(request)
    indicator = _of_plan(asked, indicator_id)
    if dimension not in figures.dimensions_of(asked, indicator):
        raise Http404
    return asked, indicator, figures.breakdown(asked, indicator, dimension)


@desk(Permission.FIGURES_VIEW)
def breakdown(request: HttpRequest, indicator_id: UUID, dimension: str) -> HttpResponseBase:
    asked, indicator, rows = _breakdown(request, indicator_id, dimension)
    label = words.DIMENSION_LABELS[dimension]
    if export_asked(request):
        listed = ([row.label, str(row.amount) if row.few else row.amount, row.share] for row in rows)
        return workbook_response(
            f"{indicator.code}-{dimension}", [label, words.unit(indicator), _("Share")], listed, sheet=indicator.title
        )
    return render(
        request,
        "monitoring/breakdown.html",
        {
            "asked": asked,
            "indicator": indicator,
            "reading": boards.reading(asked, indicator),
            "tabs": _tabs(request, asked, indicator),
            "dimension": dimension,
            "label": label,
            "rows": rows,
            "has_targets": any(row.target for row in rows),
            "chart_words": charts.bars_words(rows),
            "adds_up": dimension != "body" or indicator.counts in ("quantity", "entries"),
        },
    )


@desk(Permission.FIGURES_VIEW)
def breakdown_chart(request: HttpRequest, indicator_id: UUID, dimension: str) -> HttpResponse:
    _, _, rows = _breakdown(request, indicator_id, dimension)
    return charts.response(request, charts.bars(rows, dimension, narrow=charts.narrow_asked(request)))


@desk(Permission.FIGURES_VIEW)
def entries(request: HttpRequest, indicator_id: UUID) -> HttpResponseBase:
    asked = _asked(request)
    indicator = _of_plan(asked, indicator_id)
    found = figures.entries(asked, indicator)
    total = total_of(indicator, found)
    shown = disclosure.shown(asked.actor, indicator, asked.selection, total)
    few = shown is disclosure.FEW
    listed = EntryTable(
        found.none() if few else found, indicator=indicator, actor=asked.actor,
        restricted=disclosure.restricted(asked.actor, asked.selection),
    )  # fmt: skip
    if export_asked(request):
        return listed.workbook(f"{indicator.code}-{_('entries')}")
    return render(
        request,
        "monitoring/entries.html",
        {
            "asked": asked,
            "indicator": indicator,
            "tabs": _tabs(request, asked, indicator),
            "table": paged(request, listed),
            "total": shown,
            "few": few,
        },
    )


@desk(Permission.FIGURES_VIEW)
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """One entry and the work behind it, without names; its own body goes on from here to the register itself."""
    found = sources.entry_with_source(_actor(request), entry_id)
    if found is None:
        raise Http404
    return render(request, "monitoring/entry.html", {"found": found})


# --- periods and reports --------------------------------------------------------------------------------------------


@desk(Permission.FIGURES_VIEW)
def periods(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    listed = [(period, reports.overdue(period)) for period in reports.periods_of(asked.plan)]
    if export_asked(request):
        header = [_("Period"), _("From"), _("To"), _("State"), _("Certified")]
        rows = (
            [
                period.title or period.code,
                period.starts_date,
                period.ends_date,
                period.get_state_display(),
                period.certified_at,
            ]
            for period, _overdue in listed
        )
        return workbook_response(_("periods"), header, rows, sheet=_("Reporting periods"))
    return render(request, "monitoring/periods.html", {"asked": asked, "periods": listed, "form": AsOfForm()})


def _report_table(report: reports.Report) -> ReportTable:
    def plain(amount: disclosure.Amount) -> Any:
        return str(amount) if amount is disclosure.FEW else amount

    return ReportTable(
        [
            {
                "title": line.indicator.title, "unit": words.unit(line.indicator), "target": line.target, "before": plain(line.before),
                "added": plain(line.added), "value": plain(line.value), "share": line.share,
            }
            for line in report.lines
        ]
    )  # fmt: skip


@desk(Permission.FIGURES_VIEW)
def period(request: HttpRequest, period_id: UUID) -> HttpResponseBase:
    asked, found = _asked_period(request, period_id)
    report = reports.period_report(asked, found)
    listed = _report_table(report)
    if export_asked(request):
        return listed.workbook(f"{_('report')}-{found.code}")
    context = {
        "asked": asked, "period": found, "report": report, "table": listed, "overdue": reports.overdue(found),
        "may_certify": asked.actor.can(Permission.PERIODS_CERTIFY) and found.state == PeriodState.OPEN,
    }  # fmt: skip
    return render(request, "monitoring/period.html", context)


def _asked_period(request: HttpRequest, period_id: UUID) -> tuple[Asked, Period]:
    found = get_object_or_404(Period.objects.select_related("plan"), pk=period_id)
    asked = ask(_actor(request), {**request.GET.dict(), "plan": found.plan.code})
    if asked is None:
        raise Http404
    return asked, found


@desk(Permission.PERIODS_CERTIFY)
def certify(request: HttpRequest, period_id: UUID) -> HttpResponseBase:
    from interazioni.plan.programme.rules import certify_period

    asked, found = _asked_period(request, period_id)
    missing = qualities.missing_in(asked.actor, found)
    earlier = reports.open_before(found)
    running = not reports.overdue(found) and found.state == PeriodState.OPEN
    form = CertifyForm(request.POST if request.method == "POST" else None, missing=bool(missing))
    if request.method == "POST" and form.is_valid() and earlier is None and not running:
        try:
            certify_period(period=found, by=asked.actor)
        except ValidationError as refused:  # somebody was faster, or it is the plan's last period
            form.add_error(None, refused)
        else:
            done = _("The period is certified. Its figures stay; later corrections fall into the next open period.")
            messages.success(request, done)
            return redirect("monitoring:period", period_id=found.pk)
    context = {"asked": asked, "period": found, "missing": missing, "missing_total": sum(count for _body, count in missing),
               "earlier": earlier, "running": running, "form": form}  # fmt: skip
    return render(request, "monitoring/certify.html", context)


@desk(Permission.FIGURES_VIEW)
def as_of(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    form = AsOfForm(request.GET if "on" in request.GET else None)
    context: dict[str, Any] = {"asked": asked, "form": form}
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["on"]
        report = reports.report_as_of(asked, day)
        listed = _report_table(report)
        listed.columns["value"].column.verbose_name = _("Reached")
        listed.exclude = ("before", "added")
        if export_asked(request):
            return listed.workbook(f"{_('report')}-{day.isoformat()}")
        context |= {"day": day, "report": report, "table": listed}
    return render(request, "monitoring/as_of.html", context)


# --- what is missing ------------------------------------------------------------------------------------------------


@desk(Permission.DATA_QUALITY_VIEW)
def quality(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    rows = qualities.by_body(asked.actor)
    if export_asked(request):
        header = [
            _("Body"),
            _("People"),
            _("Without date of birth"),
            _("Without citizenship"),
            _("Without privacy notice"),
            _("Registers missing"),
            _("Sessions without marks"),
        ]
        listed = (
            [
                row.body.name,
                row.people,
                row.without_birth,
                row.without_citizenship,
                row.without_notice,
                row.missing_registers,
                row.unmarked_sessions,
            ]
            for row in rows
        )
        return workbook_response(_("data-quality"), header, listed, sheet=_("Data quality"))
    overdue = [period for period in reports.periods_of(asked.plan) if reports.overdue(period)]
    return render(
        request,
        "monitoring/quality.html",
        {"asked": asked, "rows": rows, "overdue": overdue, "gaps": sum(row.gaps for row in rows)},
    )
