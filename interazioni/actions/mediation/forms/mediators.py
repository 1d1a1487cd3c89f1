"""What the register asks of a mediator. Rows for languages and for the week, so that it works without a script."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.forms.calls import HourField
from interazioni.actions.mediation.models import Gender, Level, Mediator, Sector
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.rules import MediatorData, Span
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import WEEKDAYS, DayField, DeskForm
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.fields import MunicipalityField, PhoneField
from interazioni.plan.partners.models import Body, Membership

LANGUAGE_ROWS, SPAN_ROWS = 6, 14


class MediatorForm(DeskForm):
    full_name = forms.CharField(label=_("Name and surname"), max_length=150)
    gender = forms.ChoiceField(
        label=_("Gender"), choices=Gender.choices, widget=forms.RadioSelect(attrs={"class": "choices-inline"})
    )
    sectors = forms.MultipleChoiceField(
        label=_("Sectors"),
        choices=Sector.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )
    municipality = MunicipalityField(label=_("Starts from"), help_text=_("The municipality."))
    by_car = forms.BooleanField(label=_("Travels by car"), required=False)
    radius_km = forms.IntegerField(label=_("Travels up to, in kilometres"), min_value=1, max_value=400, initial=40)
    remote_modes = forms.MultipleChoiceField(
        label=_("Also works"), choices=[("phone", _("by phone")), ("video", _("by video"))], required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )  # fmt: skip
    week_hours = forms.IntegerField(label=_("Hours a week at most"), min_value=1, max_value=60)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Offers go there."))
    phone = PhoneField(label=_("Phone"))
    since = DayField(label=_("Works from"))
    until = DayField(label=_("Works until"), required=False)
    employer = forms.ModelChoiceField(
        Body.objects.none(), label=_("Employed by"), required=False, empty_label=_("our own body")
    )
    login = forms.ModelChoiceField(
        Membership.objects.none(), label=_("Logs in as"), required=False, empty_label=_("does not log in")
    )
    title = forms.CharField(label=_("Title"), required=False, max_length=200, help_text=_("As it stands on the paper."))
    issuer = forms.CharField(label=_("Issued by"), required=False, max_length=200)
    issued = DayField(label=_("On"), required=False)

    def __init__(self, *args: Any, actor: Actor, mediator: Mediator | None = None, **kwargs: Any) -> None:
        self.actor, self.mediator = actor, mediator
        if mediator is not None:
            kwargs["initial"] = self._said(mediator)
        else:
            kwargs["initial"] = {
                "since": clock.today(),
                "sectors": [Sector.SCHOOL, Sector.SOCIAL],
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *languages.choices((get_language() or "it")[:2])]
        for number in range(LANGUAGE_ROWS):
            self.fields[f"language_{number}"] = forms.ChoiceField(
                label=_("Language"), choices=choices, required=number == 0
            )
            self.fields[f"level_{number}"] = forms.TypedChoiceField(
                label=_("How well"),
                coerce=int,
                choices=[("", "–"), *reversed(Level.choices)],
                required=False,
                empty_value=None,
            )
        self.fields["employer"].queryset = Body.objects.exclude(pk=actor.body_id).order_by("name")  # type: ignore[attr-defined]
        members = (
            Membership.objects.filter(body_id=actor.body_id, until_date=None)
            .select_related("user")
            .order_by("user__last_name")
        )
        self.fields["login"] = _MemberChoice(
            members, label=_("Logs in as"), required=False, empty_label=_now("does not log in")
        )

    @staticmethod
    def _said(row: Mediator) -> dict[str, Any]:
        title = row.qualifications.order_by("issued_date").first()
        said: dict[str, Any] = {
            "full_name": row.full_name, "gender": row.gender, "sectors": row.sectors, "municipality": row.municipality, "by_car": row.by_car,
            "radius_km": row.radius_km, "remote_modes": row.remote_modes, "week_hours": row.week_cap_minutes // 60, "email": row.email,
            "phone": row.phone, "since": row.since_date, "until": row.until_date, "employer": row.body_id,
            "login": Membership.objects.filter(user_id=row.user_id, until_date=None).first() if row.user_id else None,
            "title": title.title if title else "", "issuer": title.issuer if title else "", "issued": title.issued_date if title else None,
        }  # fmt: skip
        for number, one in enumerate(row.languages.order_by("-level", "tag")[:LANGUAGE_ROWS]):
            said |= {f"language_{number}": one.tag, f"level_{number}": one.level}
        return said

    def spoken(self) -> list[Any]:
        return [(self[f"language_{number}"], self[f"level_{number}"]) for number in range(LANGUAGE_ROWS)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        found: dict[str, int] = {}
        for number in range(LANGUAGE_ROWS):
            tag, level = data.get(f"language_{number}"), data.get(f"level_{number}")
            if tag and level is None:
                self.add_error(f"level_{number}", _("Say how well."))
            elif tag and tag in found:
                self.add_error(f"language_{number}", _("This language is there twice."))
            elif tag and level:
                found[tag] = level
        data["languages"] = found
        if data.get("until") and data.get("since") and data["until"] < data["since"]:
            self.add_error("until", _("The last day lies before the first."))
        return data

    def mediator_data(self) -> MediatorData:
        said = self.cleaned_data
        return MediatorData(
            full_name=said["full_name"], gender=said["gender"], sectors=said["sectors"], municipality=said["municipality"], languages=said["languages"],
            week_cap=said["week_hours"] * 60, since=said["since"], until=said["until"], email=said["email"], phone=said["phone"], by_car=said["by_car"],
            radius_km=said["radius_km"], remote_modes=said["remote_modes"], user_id=said["login"].user_id if said["login"] else None,
            employer_id=said["employer"].pk if said["employer"] else None,
            qualifications=((said["title"], said["issuer"], said["issued"]),) if said["title"] else (),
        )  # fmt: skip


class _MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user.get_full_name() or obj.user.get_username())


class AvailabilityForm(DeskForm):
    """The week in rows: day, from, to. An empty row is left out."""

    def __init__(self, *args: Any, spans: Any = (), **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        for number, span in enumerate(list(spans)[:SPAN_ROWS]):
            initial |= {f"day_{number}": span.weekday, f"from_{number}": span.starts, f"to_{number}": span.ends}
        super().__init__(*args, initial=initial, **kwargs)
        for number in range(SPAN_ROWS):
            self.fields[f"day_{number}"] = forms.TypedChoiceField(
                label=_("Day"), coerce=int, choices=[("", "–"), *WEEKDAYS], required=False, empty_value=None
            )
            self.fields[f"from_{number}"] = HourField(label=_("From"), required=False)
            self.fields[f"to_{number}"] = HourField(label=_("To"), required=False)

    @property
    def filled(self) -> int:
        """Rows in use: the page keeps the empty ones but one out of sight."""
        used = [number for number in range(SPAN_ROWS) if self[f"day_{number}"].value() not in (None, "")]
        return min(max(used, default=-1) + 1, SPAN_ROWS - 2)

    def rows(self) -> list[Any]:
        return [[self[f"{name}_{number}"] for name in ("day", "from", "to")] for number in range(SPAN_ROWS)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        spans = []
        for number in range(SPAN_ROWS):
            day, starts, ends = (data.get(f"{name}_{number}") for name in ("day", "from", "to"))
            if day is None and starts is None and ends is None:
                continue
            if day is None or starts is None or ends is None:
                self.add_error(f"day_{number}", _("Day, from and to: all three are needed."))
            elif ends <= starts:
                self.add_error(f"to_{number}", _("It must end after it begins."))
            else:
                spans.append(Span(day, starts, ends))
        data["spans"] = spans
        return data


class ExceptionForm(DeskForm):
    first = DayField(label=_("From"))
    from_hour = HourField(label=_("At"), required=False, help_text=_("Left empty: the whole day."))
    last = DayField(label=_("To"))
    to_hour = HourField(label=_("Until"), required=False)
    available = forms.TypedChoiceField(
        label=_("I am"), coerce=lambda text: text == "on", choices=[("off", _("not available")), ("on", _("available in addition"))], initial="off",
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        from datetime import time, timedelta

        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last"):
            starts = at(data["first"], data.get("from_hour") or time())
            ends = (
                at(data["last"], data["to_hour"])
                if data.get("to_hour")
                else at(data["last"] + timedelta(days=1), time())
            )
            if ends <= starts:
                raise ValidationError(_("It must end after it begins."))
            data["starts_at"], data["ends_at"] = starts, ends
        return data


class DispatchForm(DeskForm):
    """How the body answers calls."""

    open_to_all = forms.BooleanField(label=_("Any body of the plan may call"), required=False)
    confirms_itself = forms.BooleanField(label=_("An accepted call is confirmed at once"), required=False)
    answer_minutes = forms.IntegerField(label=_("Minutes to answer an offer"), min_value=1, max_value=10_000)
    urgent_answer_minutes = forms.IntegerField(
        label=_("Minutes to answer an urgent one"), min_value=1, max_value=10_000
    )
    asked_at_once = forms.IntegerField(label=_("Asked at once when it is urgent"), min_value=1, max_value=200)
    day_cap_minutes = forms.IntegerField(label=_("Minutes a day at most"), min_value=30, max_value=960)
    phone = PhoneField(label=_("Phone"))
