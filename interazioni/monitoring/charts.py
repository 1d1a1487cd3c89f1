"""Charts as SVG, drawn on the server by Vega and kept in the file cache. Each has its table beside it on the page."""

import hashlib
import json
import textwrap
from collections.abc import Sequence
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import altair as alt
import vl_convert
from babel import Locale
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from interazioni.foundation.ui.formats import local_number, local_percent
from interazioni.monitoring import words
from interazioni.monitoring.pace import Standing
from interazioni.monitoring.queries.dashboard import Reading
from interazioni.monitoring.queries.figure import MonthPoint, Row
from interazioni.plan.programme.models import Indicator

# Bootstrap Italia's blue, its ink, and a brown: 4.5:1 on white each, and told apart by form and word besides.
BLUE, PALE, INK, SOFT, BROWN, LINE = "#0066cc", "#bfdcf8", "#17324d", "#435a70", "#9a4a00", "#d9dfe5"
# An image has no access to the page's fonts: every machine's own sans-serif, and labels broken so that the widest fits.
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
LABEL_WIDTH = 30  # characters a line
MOST_BARS = 20
KEPT_SECONDS = 30 * 24 * 3600
DRAWN = "7"  # changes with the drawing's code: what was kept is drawn anew

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "#ffffff",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "labelColor": INK, "titleColor": SOFT, "titleFontWeight": "normal",
             "gridColor": LINE, "domainColor": SOFT, "tickColor": SOFT, "labelFont": FONT, "titleFont": FONT},
    "legend": {"labelFontSize": 13, "labelColor": INK, "orient": "top", "title": None, "symbolStrokeWidth": 3, "labelFont": FONT},
    "text": {"font": FONT, "fontSize": 13, "color": INK},
}  # fmt: skip


def _time_locale(language: str) -> dict[str, Any]:
    """d3's time locale with CLDR's names: months of Italian are not written with a capital."""
    names = Locale.parse("it" if language == "it" else "en_GB")
    return {
        "dateTime": "%A %e %B %Y, %X", "date": "%d/%m/%Y", "time": "%H:%M:%S", "periods": ["AM", "PM"],
        "days": [names.days["format"]["wide"][(n - 1) % 7] for n in range(7)],
        "shortDays": [names.days["format"]["abbreviated"][(n - 1) % 7] for n in range(7)],
        "months": [names.months["format"]["wide"][n] for n in range(1, 13)],
        "shortMonths": [names.months["format"]["abbreviated"][n] for n in range(1, 13)],
    }  # fmt: skip


def svg(chart: alt.TopLevelMixin, language: str) -> str:
    """Draws; about 40 ms once the engine is warm. The same chart in the same language is drawn once."""
    spec = {**chart.to_dict(), "config": CONFIG}
    key = (
        "chart:"
        + hashlib.sha256(
            json.dumps([DRAWN, version("vl-convert-python"), language, spec], sort_keys=True, default=str).encode()
        ).hexdigest()
    )
    drawn: str | None = cache.get(key)
    if drawn is None:
        drawn = vl_convert.vegalite_to_svg(
            spec, format_locale="it-IT" if language == "it" else "en-GB", time_format_locale=_time_locale(language)
        )
        cache.set(key, drawn, KEPT_SECONDS)
    return drawn


def narrow_asked(request: HttpRequest) -> bool:
    """Whether the page's `<picture>` asks for a phone's drawing: fewer ticks, and letters that stay readable."""
    return "narrow" in request.GET


def response(request: HttpRequest, chart: alt.TopLevelMixin) -> HttpResponse:
    """The drawing, or 304 where the browser has this very one."""
    drawn = svg(chart, (get_language() or "it")[:2])
    tag = f'"{hashlib.sha256(drawn.encode()).hexdigest()[:32]}"'
    answer = (
        HttpResponse(status=304)
        if request.headers.get("If-None-Match") == tag
        else HttpResponse(drawn, content_type="image/svg+xml")
    )
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    return answer


def _broken(label: str, lines: int, width: int) -> list[str]:
    """A label as the lines of an axis."""
    found = textwrap.wrap(label, width, max_lines=lines, placeholder=" …")
    return found or [label]


# Vega takes an array as lines: the label is looked up by its place, since two may read alike.
def _label_axis(labels: Sequence[str], lines: int, narrow: bool) -> alt.Axis:
    width = 18 if narrow else LABEL_WIDTH
    return alt.Axis(
        labelExpr=f"{json.dumps([_broken(label, lines, width) for label in labels])}[datum.value]", labelLimit=0, ticks=False, domain=False,
        labelPadding=8, minExtent=130 if narrow else 215, labelBaseline="middle",
    )  # fmt: skip


def _chart(rows: Sequence[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def _number(value: Decimal | float) -> float:
    return round(float(value), 2)


def _span(values: Sequence[dict[str, Any]]) -> int:
    """How many months lie between the first and the last, both included."""
    months = [int(row["month"][:4]) * 12 + int(row["month"][5:7]) for row in values]
    return max(months) - min(months) + 1 if months else 1


def overview(readings: Sequence[Reading], *, narrow: bool = False) -> alt.TopLevelMixin:
    """Each group's share of its target as a bar, and a tick where it is expected to be today."""
    rows = [
        {
            "share": _number(min(reading.share or 0, 1.5)), "place": index,
            "expected": _number(reading.expected or 0), "whole": 1,
        }
        for index, reading in enumerate(readings)
        if reading.target
    ]  # fmt: skip
    base = _chart(rows)
    y = alt.Y(
        "place:O",
        title=None,
        axis=_label_axis([reading.indicator.title for reading in readings], 3 if narrow else 2, narrow),
    )
    top = max([1.0, *[row["share"] for row in rows], *[row["expected"] for row in rows]])
    x = alt.X(
        "share:Q",
        title=None if narrow else _("share of the target reached"),
        axis=alt.Axis(format="%", tickCount=2 if narrow else 5),
        scale=alt.Scale(domain=[0, top]),
    )
    whole = base.mark_bar(color="#e8edf2", height=22).encode(
        y=y, x=alt.X("whole:Q", title="", scale=alt.Scale(domain=[0, top]))
    )
    bars = base.mark_bar(color=BLUE, height=22).encode(y=y, x=x)
    ticks = base.mark_tick(color=BROWN, thickness=4, height=32, opacity=1).encode(y=y, x=alt.X("expected:Q"))
    return alt.layer(whole, bars, ticks).properties(width=150 if narrow else 560, height=alt.Step(58 if narrow else 44))


def course(indicator: Indicator, points: Sequence[MonthPoint], *, narrow: bool = False) -> alt.TopLevelMixin:
    """What was reached month by month (a line over an area), beside the pace that is expected (dashed)."""
    reached, expected = _("reached"), _("expected pace")
    done = [
        {"month": f"{p.month}-01", "amount": _number(p.reached), "what": reached}
        for p in points
        if p.reached is not None
    ]
    due = [
        {"month": f"{p.month}-01", "amount": _number(p.expected), "what": expected}
        for p in points
        if p.expected is not None
    ]
    x = alt.X(
        "month:T",
        title=None,
        axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False, labelOverlap=True),
    )
    y = alt.Y("amount:Q", title=None, axis=alt.Axis(tickCount=5, tickMinStep=1))
    area = _chart(done).mark_area(color=PALE, opacity=0.6, interpolate="monotone").encode(x=x, y=y)
    lines = (
        _chart(done + due)
        .mark_line(strokeWidth=3, interpolate="monotone")
        .encode(
            x=x, y=y,
            color=alt.Color("what:N", scale=alt.Scale(domain=[reached, expected], range=[BLUE, BROWN])),
            strokeDash=alt.StrokeDash("what:N", scale=alt.Scale(domain=[reached, expected], range=[[1, 0], [7, 5]])),
        )
    )  # fmt: skip
    return alt.layer(area, lines).properties(width=280 if narrow else 640, height=220 if narrow else 260)


def bars(rows: Sequence[Row], dimension: str, *, narrow: bool = False) -> alt.TopLevelMixin:
    """A breakdown: the largest values, lying; months stand."""
    if dimension == "month":
        values = [
            {"month": f"{row.value}-01", "amount": _number(row.amount)}
            for row in rows
            if row.value and isinstance(row.amount, Decimal)
        ]
        standing: alt.TopLevelMixin = (
            _chart(values)
            .mark_bar(color=BLUE, size=max(4, min(24, (220 if narrow else 520) // _span(values))))
            .encode(
                x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %y", grid=False, labelOverlap=True, tickCount=4 if narrow else 10), scale=alt.Scale(padding=16)),
                y=alt.Y("amount:Q", title=None, axis=alt.Axis(tickCount=5, tickMinStep=1)),
            )
            .properties(width=280 if narrow else 640, height=220 if narrow else 240)
        )  # fmt: skip
        return standing
    drawn = [(row.label, row.amount) for row in rows if isinstance(row.amount, Decimal)][:MOST_BARS]
    values = [
        {"amount": _number(amount), "said": local_number(amount), "place": place}
        for place, (_label, amount) in enumerate(drawn)
    ]
    base = _chart(values).encode(
        y=alt.Y(
            "place:O", title=None, axis=_label_axis([label for label, _amount in drawn], 2 if narrow else 1, narrow)
        ),
        x=alt.X("amount:Q", title=None, axis=None),
    )
    return alt.layer(
        base.mark_bar(color=BLUE, height=18), base.mark_text(align="left", dx=6).encode(text="said:N")
    ).properties(width=130 if narrow else 440, height=alt.Step(36 if narrow else 28))


# --- the same in a sentence, for who does not see it ------------------------------------------------------------------


def overview_words(readings: Sequence[Reading]) -> str:
    parts = []
    for reading in readings:
        if reading.share is not None:
            said: Standing | None = reading.standing
            parts.append(
                f"{reading.indicator.title}: {local_percent(reading.share)}" + (f", {said.words}" if said else "")
            )
    return _("Bars: share of the target reached, group by group.") + " " + "; ".join(parts) + "."


def course_words(indicator: Indicator, points: Sequence[MonthPoint]) -> str:

    done = [point for point in points if point.reached is not None]
    if not done:
        return _("Nothing reached yet.")
    last = done[-1]
    said = _("Line: %(title)s month by month, %(amount)s at the end of %(month)s.") % {
        "title": indicator.title, "amount": local_number(last.reached), "month": words.month(last.month),
    }  # fmt: skip
    if last.expected is not None:
        said += " " + _("The expected pace is %(amount)s.") % {"amount": local_number(round(last.expected))}
    return said


def bars_words(rows: Sequence[Row]) -> str:

    parts = [f"{row.label}: {row.amount if row.few else local_number(row.amount)}" for row in rows[:MOST_BARS]]  # type: ignore[arg-type]
    return _("Bars.") + " " + "; ".join(parts) + "."
