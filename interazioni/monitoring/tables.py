"""Lists of figures and of the entries behind them."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core.ids import short_code
from interazioni.foundation.ui.formats import local_date, local_number, local_percent
from interazioni.foundation.ui.tables import AmountColumn, Column, DayColumn, Table
from interazioni.monitoring import words
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.queries import amount_of
from interazioni.plan.programme.models import Indicator


class EntryTable(Table):
    """The entries that make up a figure; people are codes, and open only where the actor may."""

    caption = _("Entries")
    row_header = "day"
    day = DayColumn(accessor="happened_date", verbose_name=_("Day"))
    who = Column(accessor="pk", verbose_name=_("Who"), orderable=False)
    activity = Column(accessor="activity__title", verbose_name=_("Activity"), orderable=False)
    body = Column(accessor="body__name", verbose_name=_("Body"))
    municipality = Column(verbose_name=_("Municipality"))
    sex = Column(verbose_name=_("Sex"))
    age_band = Column(verbose_name=_("Age"))
    citizenship = Column(verbose_name=_("Citizenship"))
    counts = AmountColumn(
        accessor="pk", verbose_name=pgettext_lazy("an entry, for a figure", "Counts"), orderable=False
    )
    source = Column(accessor="source_id", verbose_name=_("Source"), orderable=False, exclude_from_export=True)

    def __init__(self, data: Any, *, indicator: Indicator, actor: Actor, restricted: bool, **kwargs: Any) -> None:
        self.indicator, self.actor = indicator, actor
        # Who sees no small numbers sees where and when the work was done, and nothing of the person.
        hidden = ("day", "who", "municipality", "sex", "age_band", "citizenship", "source") if restricted else ()
        if restricted:
            self.row_header = "activity"  # type: ignore[misc]  # a list without its usual first column
        super().__init__(data, exclude=hidden, order_by=(), **kwargs)

    def render_who(self, record: Entry) -> Any:
        return self._who(record, link=True)

    def value_who(self, record: Entry) -> Any:
        return self._who(record, link=False)

    def _who(self, record: Entry, *, link: bool) -> Any:
        if record.person_id is not None:
            code, url = short_code("P", record.person_id), ""
            if link and record.body_id == self.actor.body_id and self.actor.can(Permission.PEOPLE_VIEW):
                url = _reverse("people:detail", record.person_id)
            elif link and self.actor.can(Permission.PEOPLE_NAMES_ACROSS):
                page = _reverse("people:open_name")  # asks for the reason, and is audited
                url = f"{page}?code={code}" if page else ""
        elif record.association_id is not None:
            code = short_code("A", record.association_id)
            url = (
                _reverse("associations:detail", record.association_id)
                if link and self.actor.can(Permission.ASSOCIATIONS_VIEW)
                else ""
            )
        else:
            return "–"
        return (
            format_html('<a class="nowrap" href="{}">{}</a>', url, code)
            if url
            else format_html('<span class="nowrap">{}</span>', code)
            if link
            else code
        )

    def render_municipality(self, value: str) -> str:
        return words.municipality(value)

    def render_sex(self, value: str) -> str:
        return words.value_label("sex", value)

    def render_age_band(self, value: str) -> str:
        return words.value_label("age_band", value)

    def render_citizenship(self, value: str) -> str:
        return words.value_label("citizenship", value)

    def render_counts(self, record: Entry) -> str:
        return local_number(amount_of(self.indicator, record))

    def value_counts(self, record: Entry) -> Any:
        return amount_of(self.indicator, record)

    def render_source(self, record: Entry) -> Any:
        url = reverse("monitoring:entry", args=[record.pk])
        day = local_date(record.happened_date)
        return format_html('<a href="{}">{}<span class="visually-hidden"> {}</span></a>', url, _("Open"), day)


def _reverse(name: str, *arguments: Any) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:  # the room that shows it is not there
        return ""


class ReadingTable(Table):
    """All figures of a dashboard or report, for the workbook and for print."""

    caption = _("Figures")
    row_header = "title"
    stacked = False
    title = Column(verbose_name=_("Figure"), orderable=False)
    unit = Column(verbose_name=_("Unit"), orderable=False)
    value = AmountColumn(verbose_name=_("Reached"), orderable=False)
    target = AmountColumn(verbose_name=_("Target"), orderable=False)
    share = Column(
        verbose_name=_("Share"), orderable=False, attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )
    expected = AmountColumn(verbose_name=_("Expected by now"), orderable=False)
    standing = Column(verbose_name=_("How it stands"), orderable=False)

    def render_share(self, value: float) -> str:
        return local_percent(value)

    def value_share(self, value: float) -> Any:
        return round(value, 4) if value is not None else None


class ReportTable(Table):
    """A period's report: what the book of the period added, and where the figure stood at its end."""

    caption = _("Figures")
    row_header = "title"
    stacked = False
    title = Column(verbose_name=_("Figure"), orderable=False)
    unit = Column(verbose_name=_("Unit"), orderable=False)
    target = AmountColumn(verbose_name=_("Target"), orderable=False)
    before = AmountColumn(verbose_name=_("Before"), orderable=False)
    added = AmountColumn(verbose_name=_("In the period"), orderable=False)
    value = AmountColumn(verbose_name=_("To its end"), orderable=False)
    share = Column(
        verbose_name=_("Share of the target"),
        orderable=False,
        attrs={"td": {"class": "number"}, "th": {"class": "number"}},
    )

    def render_share(self, value: float) -> str:
        return local_percent(value)

    def value_share(self, value: float) -> Any:
        return round(value, 4) if value is not None else None
