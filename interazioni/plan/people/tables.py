from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.ui.formats import local_date
from interazioni.foundation.ui.tables import Column, DayColumn, Table
from interazioni.foundation.vocabularies import countries, municipalities, school
from interazioni.plan.people import queries
from interazioni.plan.people.models import Person, PersonState
from interazioni.plan.programme.models import GroupKind, RecipientGroup

_ROW = '<tr><th scope="row"><a href="{}{}/">{} {}</a></th>' + '<td data-label="{}">{}</td>' * 5 + "</tr>"


class PeopleTable(Table):
    caption = _("People of this body")
    row_header = "name"
    exported = False  # an export is an act of its own: POST, audited

    name = Column(verbose_name=_("Surname and name"), accessor="pk", order_by=("match_name", "id"))
    birth_date = DayColumn(verbose_name=_("Born on"), order_by=("birth_date", "match_name", "id"))
    school_class = Column(
        verbose_name=_("Class"), accessor="class_year", order_by=("class_year", "class_section", "match_name")
    )
    countries = Column(verbose_name=_("Citizenships"), accessor="countries", orderable=False)
    municipality = Column(verbose_name=_("Lives in"), orderable=False)
    state = Column(verbose_name=_("State"), orderable=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = (get_language() or "it")[:2]
        # Not reverse() for each row: it would be a tenth of the page's time.
        self.base = reverse("people:list")

    @property
    def drawn_rows(self) -> SafeString:
        """The page's rows in one piece: this is the list that is opened all day long, and cell by cell through templates it took
        three times as long."""
        headers = [str(column.header) for column in self.columns]
        return format_html_join("", _ROW, (self._row(row.record, headers[1:]) for row in self.paginated_rows))

    def _row(self, person: Person, headers: list[str]) -> tuple[object, ...]:
        held = ", ".join(countries.name_of(code, self.language) for code in person.countries)  # type: ignore[attr-defined]
        place = municipalities.by_istat(person.municipality) if person.municipality else None
        cells = (
            local_date(person.birth_date),
            f"{person.class_year or ''}{person.class_section}",
            held,
            place.name if place else person.municipality,
            _("has left") if person.state == PersonState.WITHDRAWN else _("takes part"),
        )
        pairs = [part for header, cell in zip(headers, cells, strict=True) for part in (header, cell or "–")]
        return (self.base, person.pk, person.surname, person.name, *pairs)


class PeopleFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Who of the body's people is listed. Without a choice: those who take part now."""

    q = django_filters.CharFilter(label=_("Name, code or tax code"), method="by_name", max_length=100)
    school_class = django_filters.CharFilter(
        label=_("Class"), method="by_class", max_length=10, widget=forms.TextInput({"class": "input-short"})
    )
    citizenship = django_filters.ChoiceFilter(label=_("Citizenship"), method="by_citizenship", empty_label=_("all"))
    group = django_filters.ChoiceFilter(label=_("Group of recipients, today"), method="by_group", empty_label=_("all"))
    state = django_filters.ChoiceFilter(label=_("State"), method="by_state", empty_label=None)

    class Meta:
        model = Person
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, present: Sequence[str] = (), **kwargs: Any) -> None:
        data = data.copy() if data is not None else None
        if data is not None:
            data.setdefault("state", PersonState.ACTIVE)
        super().__init__(data, *args, **kwargs)
        language = (get_language() or "it")[:2]
        self.groups = list(RecipientGroup.objects.filter(kind=GroupKind.PERSONS).select_related("plan"))
        self.filters["citizenship"].extra["choices"] = sorted(
            ((code, countries.name_of(code, language)) for code in present), key=lambda choice: choice[1]
        )
        self.filters["group"].extra["choices"] = [(str(group.pk), group.title) for group in self.groups]
        self.filters["state"].extra["choices"] = [
            (PersonState.ACTIVE.value, _("takes part")), (PersonState.WITHDRAWN.value, _("has left")), ("any", _("all")),
        ]  # fmt: skip

    def by_name(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return queries.named(people, value)

    def by_class(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        read = school.parse_class(value)
        if read is None:
            return people.none()
        people = people.filter(class_year=read.year) if read.year else people
        return people.filter(class_section=read.section) if read.section else people

    def by_citizenship(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return people.filter(citizenships__country=value)

    def by_group(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return queries.in_group(people, next(group for group in self.groups if str(group.pk) == value))

    def by_state(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return people if value == "any" else people.filter(state=value)

    @property
    def narrowed_by(self) -> list[str]:
        """Names of the fields in use, beside the usual "takes part": what the audit notes of an export."""
        usual = {"state": PersonState.ACTIVE}
        return sorted(name for name, value in self.form.cleaned_data.items() if value and usual.get(name) != value)
