import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.ui.forms import DeskForm
from interazioni.foundation.ui.tables import Column, Table
from interazioni.foundation.vocabularies import countries, municipalities
from interazioni.foundation.vocabularies.fields import CountriesField, LanguagesField, PlaceField
from interazioni.plan.associations import queries
from interazioni.plan.associations.models import Association


class AssociationForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    municipality = PlaceField(label=_("Municipality"), required=True)
    countries = CountriesField(label=_("Countries its members come from"), help_text=_("With commas between them."))
    languages = LanguagesField(
        label=_("Languages"), help_text=_("With commas between them, for example: Arabic, French.")
    )
    second_generations = forms.BooleanField(label=_("An association of second generations"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class AssociationFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Name"), method="by_name", max_length=100)

    class Meta:
        model = Association
        fields: list[str] = []

    def by_name(self, found: QuerySet[Association], name: str, value: str) -> QuerySet[Association]:
        return queries.named(found, value)


class AssociationTable(Table):
    caption = _("Associations in the register")
    row_header = "name"

    name = Column(
        verbose_name=_("Name"),
        linkify=lambda record: reverse("associations:detail", args=[record.pk]),
        order_by=("match_name",),
    )
    municipality = Column(verbose_name=_("Municipality"))
    countries = Column(verbose_name=_("Countries"), orderable=False)
    second_generations = Column(verbose_name=_("Second generations"))
    body = Column(verbose_name=_("Entered by"), accessor="body__name", orderable=False)

    def render_municipality(self, value: str) -> str:
        found = municipalities.by_istat(value)
        return found.name if found else value

    def value_municipality(self, value: str) -> str:
        return self.render_municipality(value)

    def render_countries(self, value: list[str]) -> str:
        return ", ".join(countries.name_of(code, (get_language() or "it")[:2]) for code in value)

    def value_countries(self, value: list[str]) -> str:
        return self.render_countries(value)

    def render_second_generations(self, value: bool) -> str:
        return str(_("yes")) if value else str(_("no"))

    def value_second_generations(self, value: bool) -> str:
        return self.render_second_generations(value)
