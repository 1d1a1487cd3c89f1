from typing import Any

from babel.dates import get_day_names
from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from interazioni.actions.mediation.words import hours
from interazioni.foundation.ui.formats import locale
from interazioni.foundation.ui.tables import AmountColumn, Column, DayColumn, Table


class PresenceTable(Table):
    caption = _("Regular presences")
    row_header = "title"

    title = Column(verbose_name=_("What"), linkify=("mediation:presence", {"presence_id": A("pk")}))
    body = Column(verbose_name=_("Held at"), accessor="body__name", orderable=False)
    who = Column(verbose_name=_("Mediator"), orderable=False)
    weekday = Column(verbose_name=_("When"))
    since_date = DayColumn(verbose_name=_("From"))
    until_date = DayColumn(verbose_name=_("To"))
    done = Column(verbose_name=_("Days held"), orderable=False)
    minutes_done = Column(verbose_name=_("Hours"), orderable=False)
    contacts = AmountColumn(verbose_name=_("People met"), orderable=False)

    def render_weekday(self, record: Any) -> str:
        day = get_day_names("wide", context="stand-alone", locale=locale())[record.weekday]
        return f"{day} {record.starts:%H:%M}, {hours(record.minutes)}"

    value_weekday = render_weekday

    def render_done(self, record: Any) -> str:
        return f"{record.done} / {record.days}"

    def value_done(self, record: Any) -> int:
        return int(record.done)

    def render_minutes_done(self, value: int) -> str:
        return hours(value)

    def value_minutes_done(self, value: int) -> float:
        return round(value / 60, 2)
