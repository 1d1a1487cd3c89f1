"""How mediation on call goes: for the dispatcher its own dispatch, for the Region and IRES all of them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from interazioni.actions.mediation.forms.statistics import StatisticsForm, province_name
from interazioni.actions.mediation.models import CallState, DeclineReason, Mode, OfferState, Side
from interazioni.actions.mediation.queries import statistics as queries
from interazioni.actions.mediation.tables.statistics import NeedTable
from interazioni.actions.mediation.words import hours
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.ui.export import workbook_response
from interazioni.foundation.ui.formats import local_number
from interazioni.foundation.ui.tables import export_asked, paged

SHORTEST = 3  # languages named above the figures
LINES = 12  # of the table of languages, which is long on a phone


@require_safe
@desk(Permission.CALLS_DISPATCH)
def statistics(request: HttpRequest) -> HttpResponseBase:
    return _page(request)


@require_safe
@desk(Permission.FIGURES_VIEW_PLAN)
def plan_statistics(request: HttpRequest) -> HttpResponseBase:
    return _page(request)


def _page(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = StatisticsForm(request.GET, dispatches=queries.dispatches(actor))
    asked = form.asked()
    found = queries.figures(actor, asked)
    table = NeedTable(found.needs)
    if export_asked(request):
        return table.workbook(_("languages and provinces"))
    if request.GET.get("export") == "figures":
        return workbook_response(_("mediation on call"), [_("Figure"), _("Of what"), _("Value")], _lines(found, asked))
    return render(
        request, "mediation/statistics.html",
        {
            "form": form, "asked": asked, "found": found, "table": paged(request, table, per_page=LINES), "dispatching": actor.can(Permission.CALLS_DISPATCH),
            "median": length(found.median), "ninetieth": length(found.ninetieth),
            "parts": [part for part in _parts(found) if part["rows"]],
            "by_month": [(month, count, _months_share(count, found)) for month, count in found.by_month],
            "by_province": [(province_name(code) or "–", count) for code, count in found.by_province],
            "short": queries.shortest(found.needs)[:SHORTEST],
        },
    )  # fmt: skip


def _months_share(count: queries.Tally, found: queries.Figures) -> float:
    """How full a month's bar is, against the fullest month."""
    most = max((one.calls for _month, one in found.by_month), default=0)
    return count.calls / most if most else 0.0


def length(span: timedelta | None) -> str:
    """`3 h 20`; from two days on in days."""
    if span is None:
        return "–"
    minutes = int(span.total_seconds() // 60)
    return hours(minutes) if minutes < 2 * 24 * 60 else _("%(n)s days") % {"n": local_number(round(minutes / 1440, 1))}


def causes() -> dict[str, str]:
    return {
        "nobody_speaks": _("nobody on the register speaks the language"),
        "nobody_free": _("nobody who could have come was found"),
        "declined": _("those asked declined"),
        "unanswered": _("those asked did not answer in time"),
        "given_back": _("the mediator gave it back and nobody else was found"),
        "absent": _("the mediator did not come"),
    }


def _ended(what: str, side: str, late: bool) -> str:
    who = dict(Side.choices).get(side, "")
    if what == CallState.CANCELLED:
        said = _("cancelled late by %(who)s") if late else _("cancelled in time by %(who)s")
        return said % {"who": who}
    if what == "withdrawn":
        return _("given back late by the mediator") if late else _("given back in time by the mediator")
    return str(CallState(what).label)


def _parts(found: queries.Figures) -> list[dict[str, Any]]:
    """The counts that are a list of reasons each: title, first column, rows of (label, how many, share)."""
    reasons = {str(key): str(label) for key, label in DeclineReason.choices}
    modes = {str(key): str(label) for key, label in Mode.choices}
    return [
        _part(_("Why calls were not covered"), _("Reason"), found.causes, causes()),
        _part(_("Why mediators declined"), _("Reason"), found.declined, reasons),
        _part(_("On site and at a distance"), _("How"), found.modes, modes),
        _part(
            _("Cancellations and absences"), _("What"),
            {_ended(what, side, late): n for what, side, late, n in found.ends}, {},
        ),
    ]  # fmt: skip


def _part(title: str, first: str, counts: Mapping[str, int], labels: Mapping[str, str]) -> dict[str, Any]:
    whole = sum(counts.values())
    return {"title": title, "first": first, "rows": [(labels.get(key, key), n, n / whole) for key, n in counts.items()]}


def _lines(found: queries.Figures, asked: queries.Asked) -> Iterator[tuple[Any, ...]]:
    """Everything that the page says, a figure a line."""
    yield _("From"), "", asked.first
    yield _("To"), "", asked.last
    yield _("Province"), "", province_name(asked.province) or _("All")
    yield from _tally(_("whole period"), found.total)
    for label, span in ((_("Time to fill, median, hours"), found.median), (_("Time to fill, nine of ten, hours"), found.ninetieth)):  # fmt: skip
        yield label, "", None if span is None else round(span.total_seconds() / 3600, 2)
    yield _("Offers per filled call"), "", found.offers_per_fill and round(found.offers_per_fill, 2)
    for state, n in found.offers.items():
        yield _("Offers"), str(OfferState(state).label), n
    for part in _parts(found):
        for label, n, _share in part["rows"]:
            yield part["title"], label, n
    yield _("At a distance instead of on site"), "", found.instead
    for month, count in found.by_month:
        yield from _tally(month, count)
    for code, count in found.by_province:
        yield from _tally(province_name(code) or "–", count)


def _tally(what: str, count: queries.Tally) -> Iterator[tuple[Any, ...]]:
    yield _("Calls"), what, count.calls
    yield _("Covered"), what, count.covered
    yield _("Not covered"), what, count.failed
    yield _("Still open"), what, count.open
    yield _("Called off"), what, count.called_off
    yield _("Fill rate"), what, count.share and round(count.share, 4)
