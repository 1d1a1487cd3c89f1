import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory import queries
from interazioni.actions.directory.models import Service, State, Theme
from interazioni.foundation.ui.tables import Column, Table


class ServiceFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Name"), method="by_name", max_length=100)
    theme = django_filters.ChoiceFilter(label=_("What it is about"), choices=Theme.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices)

    class Meta:
        model = Service
        fields: list[str] = []

    def by_name(self, found: QuerySet[Service], name: str, value: str) -> QuerySet[Service]:
        return queries.named(found, value)


class ServiceTable(Table):
    caption = _("Services")
    row_header = "name"

    name = Column(verbose_name=_("Name"), linkify=lambda record: reverse("directory:service", args=[record.pk]))
    theme = Column(verbose_name=_("What it is about"), accessor="get_theme_display", order_by=("theme",))
    state = Column(verbose_name=_("State"), accessor="get_state_display", order_by=("state",))
    due_at = Column(verbose_name=_("Good until"), order_by=("due_at",))
    suggestions = Column(verbose_name=_("Suggestions"), order_by=("suggestions",))
    body = Column(verbose_name=_("Kept by"), accessor="body__name", order_by=("body__name",))
