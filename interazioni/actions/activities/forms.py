"""What the room's pages ask. Forms validate and nothing else."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from interazioni.actions.activities import queries
from interazioni.actions.activities.calendar import Pattern
from interazioni.actions.activities.models import Delivery, Edition, EditionState
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import ITALIAN_DAY, WEEKDAYS, AmountField, DayField, DeskForm
from interazioni.foundation.vocabularies.fields import MunicipalityField
from interazioni.plan.associations.models import Association
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.programme.models import Activity, DeliveryKind, Participants


class ActivityChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class EditionForm(DeskForm):
    """What an edition is, where, and when it begins and ends."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As the people who take part know it."))
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Place of the body"), required=False, empty_label=_("another place")
    )
    place = forms.CharField(label=_("Room, or another place"), max_length=200, required=False)
    municipality = MunicipalityField(label=_("Municipality"), required=False, help_text=_("Only for another place."))
    starts = DayField(label=_("From"))
    ends = DayField(label=_("To"))
    led_by = forms.TypedMultipleChoiceField(
        label=_("Who takes the register"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["site"].queryset = Site.objects.filter(body_id=actor.body_id).order_by("name")  # type: ignore[attr-defined]
        self.fields["led_by"].choices = [(str(pk), name) for pk, name in queries.people_of_body(actor)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("The end lies before the beginning."))
        if not data.get("municipality") and "municipality" not in self.errors:
            site = data.get("site")
            data["municipality"] = site.municipality if site else Body.objects.get(pk=self.actor.body_id).municipality
            if not data["municipality"]:
                self.add_error("municipality", _("Say in which municipality it is."))
        return data


class OpenEditionForm(EditionForm):
    activity = ActivityChoice(Activity.objects.none(), label=_("Activity of the plan"))
    code = forms.CharField(
        label=_("Code"), max_length=30, help_text=_("Short, and each once: it stands on registers and in lists.")
    )

    field_order = ("activity", "title", "code", "site", "place", "municipality", "starts", "ends", "led_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activities = (
            Activity.objects.filter(holds_sessions=True)
            .select_related("action", "plan")
            .order_by("action__position", "position")
        )
        field = self.fields["activity"]
        field.queryset = activities  # type: ignore[attr-defined]
        groups: dict[str, list[tuple[str, str]]] = {}
        for activity in activities:
            groups.setdefault(activity.action.title, []).append((str(activity.pk), activity.title))
        field.choices = [("", _("choose")), *groups.items()]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if Edition.objects.filter(body_id=self.actor.body_id, code=code).exists():
            raise ValidationError(_("Your body has an edition with this code already."))
        return code


class PatternForm(DeskForm):
    """When an edition meets: on weekdays until a day or for a number of meetings, or on days that are named."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"), choices=WEEKDAYS, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple({"class": "choices-inline"}),
    )  # fmt: skip
    at = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the hour as 15:00.")},
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("How long, in minutes"), min_value=5, max_value=24 * 60, required=False, initial=120,
                                 widget=forms.TextInput({"inputmode": "numeric", "class": "input-short"}))  # fmt: skip
    interval = forms.TypedChoiceField(
        label=_("How often"), coerce=int, required=False,
        choices=((1, _("every week")), (2, _("every second week")), (3, _("every third week")), (4, _("every fourth week"))),
    )  # fmt: skip
    count = forms.IntegerField(
        label=_("Number of meetings"), min_value=1, max_value=400, required=False,
        help_text=_("Left empty, the meetings go on until the edition's last day."),
        widget=forms.TextInput({"inputmode": "numeric", "class": "input-short"}),
    )  # fmt: skip
    days = forms.CharField(
        label=_("Or on these days"), required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("One day a line, or with commas between: 12/03/2020, 19/03/2020."),
    )  # fmt: skip

    def clean_days(self) -> tuple[Any, ...]:
        found = []
        for text in self.cleaned_data["days"].replace("\n", ",").replace(";", ",").split(","):
            if text.strip():
                try:
                    found.append(forms.DateField(input_formats=ITALIAN_DAY).clean(text.strip()))
                except ValidationError as error:
                    raise ValidationError(_("“%(text)s” is not a day.") % {"text": text.strip()}) from error
        return tuple(found)

    @property
    def asked(self) -> bool:
        """Whether sessions are wanted at all: an edition may be opened first and planned later."""
        return bool(self.cleaned_data.get("weekdays") or self.cleaned_data.get("days"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.asked:
            for name, words in (("at", _("Say at what time.")), ("minutes", _("Say how long the sessions last."))):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return data

    def pattern(self, starts: Any, ends: Any) -> Pattern:
        data = self.cleaned_data
        return Pattern(
            starts=starts, at=data["at"], minutes=data["minutes"], weekdays=tuple(data["weekdays"]) if not data["days"] else (),
            interval=int(data["interval"] or 1), until=ends, count=data["count"], days=data["days"],
        )  # fmt: skip


class MoveForm(DeskForm):
    day = DayField(label=_("Day"))
    at = forms.TimeField(label=_("At"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("How long, in minutes"), min_value=5, max_value=24 * 60,
                                 widget=forms.TextInput({"inputmode": "numeric", "class": "input-short"}))  # fmt: skip


class ReasonForm(DeskForm):
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("No names of recipients."))


class EndEnrolmentForm(DeskForm):
    last_day = DayField(label=_("Last day"))


class EditionFilterForm(DeskForm):
    q = forms.CharField(label=_("Title, code or place"), required=False, max_length=100)
    activity = forms.ModelChoiceField(
        Activity.objects.none(), label=_("Activity"), required=False, empty_label=_("all")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *EditionState.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"] = ActivityChoice(
            Activity.objects.filter(holds_sessions=True).select_related("action"),
            label=_("Activity"),
            required=False,
            empty_label=_("all"),
        )

    def narrow(self, editions: QuerySet[Edition]) -> QuerySet[Edition]:
        if not self.is_valid():
            return editions.none()
        data = self.cleaned_data
        for word in data["q"].split():
            editions = editions.filter(Q(title__icontains=word) | Q(code__icontains=word) | Q(place__icontains=word))
        if data["activity"]:
            editions = editions.filter(activity=data["activity"])
        return editions.filter(state=data["state"]) if data["state"] else editions


class DeliveryForm(DeskForm):
    """Work of one kind: how much, on which day, for whom where the plan asks."""

    personal_fields = {"person"}
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    quantity = AmountField(max_digits=10, decimal_places=2, min_value=0)
    happened = DayField(label=_("Day"))
    person = forms.CharField(
        label=_("For whom"), help_text=_("Part of the name, the code (P-…) or the tax code."), max_length=100
    )
    association = forms.ModelChoiceField(Association.objects.none(), label=_("For which association"))
    title = forms.CharField(
        label=_("What it was"), required=False, max_length=200, help_text=_("A few words. No names of recipients.")
    )
    municipality = MunicipalityField(
        label=_("Municipality"), required=False, help_text=_("Left empty: where your body is.")
    )

    field_order = ("person", "association", "quantity", "happened", "title", "municipality")

    def __init__(
        self, *args: Any, actor: Actor, kind: DeliveryKind, delivery: Delivery | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.kind = actor, kind
        unit = kind.text("unit") or kind.unit
        self.fields["quantity"].label = _("How much (%(unit)s)") % {"unit": unit}
        if kind.for_whom != Participants.PERSONS or delivery is not None:
            del self.fields["person"]
        if kind.for_whom != Participants.ASSOCIATIONS or delivery is not None:
            del self.fields["association"]
        else:
            self.fields["association"].queryset = Association.objects.order_by("name")  # type: ignore[attr-defined]
        if delivery is not None:
            del self.fields["client_id"]

    def clean_quantity(self) -> Any:
        quantity = self.cleaned_data["quantity"]
        if quantity is not None and quantity <= 0:
            raise ValidationError(_("Write how much it was, more than nothing."))
        return quantity

    def clean_happened(self) -> Any:
        day = self.cleaned_data["happened"]
        if day > clock.today():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean_person(self) -> UUID:
        """One person fits, or it is asked again with those who fit."""
        from interazioni.plan.people import queries as people

        found = list(
            people.named(people.visible_to(self.actor), self.cleaned_data["person"]).order_by("match_name")[:6]
        )
        if len(found) == 1:
            return found[0].pk
        if not found:
            raise ValidationError(_("Nobody on record in your body fits."))
        who = "; ".join(f"{one.surname} {one.name} ({one.code})" for one in found[:5])
        raise ValidationError(_("Several fit: write the code of one. %(who)s") % {"who": who})

    def clean_municipality(self) -> str:
        return self.cleaned_data["municipality"] or Body.objects.get(pk=self.actor.body_id).municipality
