from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from interazioni.actions.mediation.words import hours, language_name
from interazioni.foundation.core import clock
from interazioni.foundation.ui.formats import local_date, local_time
from interazioni.foundation.ui.tables import Column, Table
from interazioni.foundation.vocabularies import municipalities


class CallTable(Table):
    caption = _("Calls for a mediator")
    row_header = "when"

    when = Column(
        verbose_name=_("When"), accessor="pk", order_by="first_at", linkify=("mediation:call", {"call_id": A("pk")})
    )
    language = Column(verbose_name=_("Language"))
    minutes = Column(verbose_name=_("How long"), orderable=False)
    municipality = Column(verbose_name=_("Where"), orderable=False)
    body = Column(verbose_name=_("Called by"), accessor="body__name", orderable=False)
    urgency = Column(verbose_name=_("Urgency"), accessor="get_urgency_display", order_by="urgency")
    state = Column(verbose_name=_("State"), accessor="get_state_display", orderable=False)
    code = Column(verbose_name=_("Code"), accessor="code", orderable=False)

    def render_when(self, record: Any) -> str:
        options = list(record.options.all())
        if not options:
            return "–"
        first = clock.in_rome(options[0].earliest_at)
        more = f" (+{len(options) - 1})" if len(options) > 1 else ""
        latest = clock.in_rome(options[0].latest_at)
        until = f"–{local_time(latest)}" if latest != first else ""
        return f"{local_date(first.date())} {local_time(first)}{until}{more}"

    value_when = render_when

    def render_language(self, value: str) -> str:
        return language_name(value)

    value_language = render_language

    def render_minutes(self, value: int) -> str:
        return hours(value)

    def render_municipality(self, record: Any) -> str:
        found = municipalities.by_istat(record.municipality) if record.municipality else None
        return str(found) if found and record.mode == "onsite" else str(record.get_mode_display())

    value_municipality = render_municipality
