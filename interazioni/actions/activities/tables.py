from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from interazioni.foundation.ui.tables import AmountColumn, Column, DayColumn, Table


class EditionTable(Table):
    caption = _("Editions of this body")
    row_header = "title"

    title = Column(verbose_name=_("Edition"), linkify=("activities:edition", {"edition_id": A("pk")}))
    code = Column(verbose_name=_("Code"))
    activity = Column(verbose_name=_("Activity"), accessor="activity__title", orderable=False)
    starts_date = DayColumn(verbose_name=_("From"))
    ends_date = DayColumn(verbose_name=_("To"))
    held = AmountColumn(verbose_name=_("Sessions held"), default=0)
    planned = AmountColumn(verbose_name=_("of"), default=0)
    enrolled = AmountColumn(verbose_name=_("Enrolled"), default=0)
    state = Column(verbose_name=_("State"), accessor="get_state_display", orderable=False)


class DeliveryTable(Table):
    caption = _("Work that is not a session")
    row_header = "kind"

    kind = Column(
        verbose_name=_("What"),
        accessor="kind__title",
        orderable=False,
        linkify=("activities:delivery", {"delivery_id": A("pk")}),
    )
    happened_date = DayColumn(verbose_name=_("Day"))
    quantity = AmountColumn(verbose_name=_("How much"))
    unit = Column(verbose_name=_("Unit"), accessor="kind", orderable=False)
    whom = Column(verbose_name=_("For whom"), accessor="pk", orderable=False)
    title = Column(verbose_name=_("What it was"), orderable=False)
    state = Column(verbose_name=_("State"), accessor="get_state_display", orderable=False)

    def render_unit(self, value: Any) -> str:
        return str(value.text("unit") or value.unit)

    value_unit = render_unit

    def render_whom(self, record: Any) -> str:
        """The code, never the name: this list can leave as a workbook."""
        return record.person.code if record.person else record.association.name if record.association else ""

    value_whom = render_whom
