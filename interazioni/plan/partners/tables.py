from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.ui.tables import Column, Table
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners.models import Body, BodyKind, Partnership
from interazioni.plan.partners.queries import partnerships


class BodiesTable(Table):
    caption = _("Bodies of the plan")
    row_header = "name"

    name = Column(verbose_name=_("Name"), linkify=lambda record: reverse("partners:body", args=[record.pk]))
    kind = Column(verbose_name=_("Kind"), accessor="get_kind_display", order_by=("kind", "name"))
    public = Column(verbose_name=_("Public or private"))
    municipality = Column(verbose_name=_("Municipality"), orderable=False)
    partnerships = Column(verbose_name=_("Partnerships"), accessor="pk", orderable=False)
    code = Column(verbose_name=_("Code"))

    def render_public(self, value: bool) -> Any:
        return _("public") if value else _("private")

    def value_public(self, value: bool) -> str:
        return str(self.render_public(value))

    def render_municipality(self, value: str) -> str:
        place = municipalities.by_istat(value)
        return str(place) if place else value

    def value_municipality(self, value: str) -> str:
        return self.render_municipality(value)

    def render_partnerships(self, record: Body) -> str:
        return ", ".join(joined.partnership.name for joined in record.partnership_memberships.all()) or "–"

    def value_partnerships(self, record: Body) -> str:
        return self.render_partnerships(record).strip("–")


class BodiesFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Name or code"), method="by_words", max_length=100)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=BodyKind.choices, empty_label=_("all"))
    public = django_filters.ChoiceFilter(
        label=_("Public or private"), choices=[("True", _("public")), ("False", _("private"))], empty_label=_("all")
    )
    partnership = django_filters.ModelChoiceFilter(
        label=_("Partnership"), queryset=Partnership.objects.none(), method="by_partnership", empty_label=_("all")
    )

    class Meta:
        model = Body
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["partnership"].queryset = partnerships()

    def by_words(self, found: QuerySet[Body], name: str, value: str) -> QuerySet[Body]:
        for word in value.split():
            found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
        return found

    def by_partnership(self, found: QuerySet[Body], name: str, value: Partnership) -> QuerySet[Body]:
        return found.filter(partnership_memberships__partnership=value)


class PartnershipsTable(Table):
    caption = _("Partnerships of the plan")
    row_header = "name"

    name = Column(verbose_name=_("Name"), linkify=lambda record: reverse("partners:partnership", args=[record.pk]))
    action_code = Column(verbose_name=_("Action"))
    lead = Column(verbose_name=_("Led by"), accessor="pk", orderable=False)
    bodies = Column(verbose_name=_("Bodies"), accessor="pk", orderable=False)
    code = Column(verbose_name=_("Code"))

    def render_lead(self, record: Partnership) -> str:
        return next((each.body.name for each in record.members.all() if each.leads), "–")

    def render_bodies(self, record: Partnership) -> int:
        return len(record.members.all())

    def value_lead(self, record: Partnership) -> str:
        return self.render_lead(record)

    def value_bodies(self, record: Partnership) -> int:
        return self.render_bodies(record)
