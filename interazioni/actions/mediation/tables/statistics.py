from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.forms.statistics import province_name
from interazioni.actions.mediation.words import hours, language_name
from interazioni.foundation.ui.formats import local_percent
from interazioni.foundation.ui.tables import AmountColumn, Column, Table


class NeedTable(Table):
    """Its rows are `queries.statistics.Need`."""

    caption = _("Languages by province: what was asked, and who is there for it")
    row_header = "language"

    language = Column(verbose_name=_("Language"))
    province = Column(verbose_name=_("Province"))
    calls = AmountColumn(verbose_name=_("Calls"), accessor="count__calls")
    share = Column(verbose_name=_("Covered"), accessor="count__share", orderable=False)
    minutes = Column(verbose_name=_("Hours asked"))
    minutes_failed = Column(verbose_name=_("Hours not covered"))
    mediators = AmountColumn(verbose_name=_("Mediators there"))
    week_minutes = Column(verbose_name=_("Their hours a week"))
    elsewhere = AmountColumn(verbose_name=_("Elsewhere"))
    advice = Column(verbose_name=_("What it points to"), accessor="language", orderable=False)

    def render_language(self, value: str) -> str:
        return language_name(value)

    value_language = render_language

    def render_province(self, value: str) -> str:
        return province_name(value) or "–"

    value_province = render_province

    def render_share(self, value: Any) -> str:
        return local_percent(value)

    def value_share(self, value: Any) -> Any:
        return value

    def render_minutes(self, value: int) -> str:
        return hours(value) if value else "–"

    def value_minutes(self, value: int) -> float:
        return round(value / 60, 2)

    render_minutes_failed = render_week_minutes = render_minutes
    value_minutes_failed = value_week_minutes = value_minutes

    def render_advice(self, record: Any) -> str:
        return advice(record)

    value_advice = render_advice


def advice(need: Any) -> str:
    """What the numbers point to: nothing where all was covered."""
    if not need.minutes_failed:
        if not need.count.covered:
            return "–"
        return _now("enough") if need.mediators else _now("covered from elsewhere")
    if not need.mediators and not need.elsewhere:
        return _now("nobody speaks it: train or engage somebody")
    if not need.mediators:
        return _now("nobody lives there: hire nearby, or by phone and video")
    share = need.count.share
    if share is not None and share >= 0.9:
        return _now("nearly enough: more hours for those who are there")
    return _now("more hours, or one more mediator")
