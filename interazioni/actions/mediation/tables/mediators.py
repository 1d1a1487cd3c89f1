from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from interazioni.actions.mediation.models import Sector
from interazioni.actions.mediation.words import hours, language_name
from interazioni.foundation.ui.tables import AmountColumn, Column, Table
from interazioni.foundation.vocabularies import municipalities


class MediatorTable(Table):
    caption = _("Mediators")
    row_header = "full_name"

    full_name = Column(verbose_name=_("Name"), linkify=("mediation:mediator", {"mediator_id": A("pk")}))
    languages = Column(verbose_name=_("Languages"), accessor="pk", orderable=False)
    municipality = Column(verbose_name=_("Starts from"))
    sectors = Column(verbose_name=_("Sectors"), orderable=False)
    week_cap_minutes = Column(verbose_name=_("Hours a week"))
    this_week = AmountColumn(verbose_name=_("Promised this week"))
    employer = Column(verbose_name=_("Employed by"), accessor="body__name", orderable=False)

    def render_languages(self, record: Any) -> str:
        return ", ".join(language_name(one.tag) for one in record.languages.all())

    value_languages = render_languages

    def render_municipality(self, value: str) -> str:
        found = municipalities.by_istat(value)
        return str(found) if found else value

    value_municipality = render_municipality

    def render_sectors(self, value: list[str]) -> str:
        return ", ".join(str(Sector(one).label) for one in value)

    value_sectors = render_sectors

    def render_week_cap_minutes(self, value: int) -> str:
        return hours(value)
