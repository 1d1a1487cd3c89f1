from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.hours_text import parse, said
from interazioni.actions.directory.models import Organisation, Service, ServiceAtLocation, Theme
from interazioni.actions.directory.rules import Open, Place
from interazioni.foundation.ui.forms import DeskForm
from interazioni.foundation.vocabularies.distances import coordinates
from interazioni.foundation.vocabularies.fields import LanguagesField, PlaceField

AUGUST = ("08-01", "08-31")
PHONES = 3


class OrganisationForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(label=_("What it does"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    email = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https", max_length=300)


class ServiceForm(DeskForm):
    """The Italian public service sheet. One field, one question; what is empty is not shown to the public."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("As people would call it, without initials."))
    theme = forms.ChoiceField(label=_("What it is about"), choices=[("", "—"), *Theme.choices])
    summary = forms.CharField(label=_("In one sentence"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    for_whom = forms.CharField(
        label=_("Whom it is for"), max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    how = forms.CharField(
        label=_("How to get it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One step a line."),
    )
    needed = forms.CharField(
        label=_("What one needs"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One document a line."),
    )
    obtained = forms.CharField(
        label=_("What one obtains"), max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    times = forms.CharField(
        label=_("Times and deadlines"), max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    cost = forms.CharField(
        label=_("What it costs"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    free = forms.BooleanField(label=_("It is free of charge"), required=False)
    appointment = forms.BooleanField(label=_("By appointment only"), required=False)
    minimum_age = forms.IntegerField(label=_("From this age"), min_value=0, max_value=120, required=False)
    maximum_age = forms.IntegerField(label=_("Up to this age"), min_value=0, max_value=120, required=False)
    spoken = LanguagesField(
        label=_("Languages spoken there"), help_text=_("With commas between them, for example: Arabic, French.")
    )
    phones = forms.CharField(
        label=_("Phones"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line; after the number, a word on it: 011 555 1234 mornings only."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.URLField(label=_("Page with more about it"), required=False, assume_scheme="https", max_length=300)
    alert = forms.CharField(
        label=_("Notice at the top of the page"),
        max_length=300,
        required=False,
        help_text=_("For example: closed for works until Easter."),
    )
    also = forms.CharField(
        label=_("Other words that people use for it"),
        max_length=300,
        required=False,
        help_text=_("With commas between them: they help those who search."),
    )
    minor = forms.BooleanField(
        label=_("I only corrected the writing: the meaning is the same"),
        required=False,
        help_text=_("Translations then stay good."),
    )

    def __init__(
        self, *args: Any, organisations: list[Organisation], service: Service | None = None, **kwargs: Any
    ) -> None:
        self.service = service
        super().__init__(*args, **kwargs)
        if service is None:
            del self.fields["minor"]
            choices = [(str(one.pk), one.name) for one in organisations]
            if len(choices) > 1:
                chosen = forms.ChoiceField(label=_("Who offers it"), choices=choices)
                self.fields = {"organisation_id": chosen, **self.fields}

    @staticmethod
    def initial_of(service: Service) -> dict[str, Any]:
        values = {name: getattr(service, name) for name in ServiceForm.base_fields if hasattr(service, name)}
        return {
            **values, "needed": "\n".join(item["text"] for item in service.needed),
            "phones": "\n".join(f"{phone['number']} {phone.get('note', '')}".strip() for phone in service.phones),
        }  # fmt: skip

    def clean_phones(self) -> list[dict[str, str]]:
        held = {phone["number"]: phone for phone in (self.service.phones if self.service else [])}
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["phones"].splitlines())):
            digits = len(line) - len(line.lstrip("+0123456789 ./-()"))
            number, note = line[:digits].strip(), line[digits:].strip()
            if sum(letter.isdigit() for letter in number) < 3:
                raise ValidationError(_now("“%(line)s” begins with no phone number.") % {"line": line[:60]})
            found.append({**held.get(number, {}), "number": number, "note": note})
        return found[:PHONES]

    def clean_needed(self) -> list[dict[str, str]]:
        """Lines that stayed keep their id, and with it their translations."""
        held = {item["text"]: item["id"] for item in (self.service.needed if self.service else [])}
        lines = [line.strip() for line in self.cleaned_data["needed"].splitlines() if line.strip()]
        return [{"id": held.get(line, ""), "text": line} for line in lines]

    def values(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name != "minor"}
        return {**found, "free": True if found["free"] else None, "spoken": list(found["spoken"])}


class PlaceForm(DeskForm):
    """Where and when. Hours are written as on the door."""

    place_name = forms.CharField(label=_("Name of the place"), max_length=200, required=False)
    address = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postal_code = forms.RegexField(r"^\d{5}$", label=_("Postal code"), required=False)
    municipality = PlaceField(label=_("Municipality"), required=True)
    transport = forms.CharField(label=_("How to get there"), max_length=300, required=False)
    access_note = forms.CharField(label=_("Getting in: steps, lift, wide doors"), max_length=300, required=False)
    hours = forms.CharField(
        label=_("Opening hours"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line for the same hours, for example: lun-ven 9-12:30, 14-17."),
    )  # fmt: skip
    august = forms.BooleanField(label=_("Closed in August"), required=False)
    holidays = forms.BooleanField(label=_("Open on public holidays, too"), required=False)
    note = forms.CharField(label=_("A word on the hours"), max_length=200, required=False)

    @staticmethod
    def initial_of(place: ServiceAtLocation) -> dict[str, Any]:
        where = place.location
        return {
            "place_name": where.name, "address": where.address, "postal_code": where.postal_code, "municipality": where.municipality,
            "transport": where.transport, "access_note": where.access_note, "august": list(AUGUST) in place.closures, "holidays": place.holidays,
            "note": place.note,
            "hours": said(Open(one.rule, one.opens_at, one.closes_at, one.valid_from, one.valid_to) for one in place.schedules.all()),
        }  # fmt: skip

    def clean_hours(self) -> list[Open]:
        return parse(self.cleaned_data["hours"])

    def place(self, before: ServiceAtLocation | None = None) -> Place:
        given = self.cleaned_data
        point = coordinates(given["municipality"])
        kept = [closure for closure in (before.closures if before else []) if tuple(closure) != AUGUST]
        location = {
            "name": given["place_name"], "address": given["address"], "postal_code": given["postal_code"], "municipality": given["municipality"],
            "transport": given["transport"], "access_note": given["access_note"],
        }  # fmt: skip
        if point and (before is None or before.location.municipality != given["municipality"]):
            location |= {"latitude": point[0], "longitude": point[1]}
        return Place(
            location=location, hours=given["hours"], closures=[*kept, *([AUGUST] if given["august"] else [])],
            holidays=given["holidays"], note=given["note"],
        )  # fmt: skip
