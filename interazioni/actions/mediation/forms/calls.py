"""One page to call for a mediator: what, when, where, for whom. Filled in under a minute; the rest is folded away."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import (
    Call,
    Continuity,
    Level,
    Mode,
    Reason,
    Sector,
    Urgency,
)
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.rules import CallData, Option
from interazioni.actions.mediation.settings_of import dispatches_for
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import DayField, DeskForm
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.fields import LanguagesField, MunicipalityField, PhoneField
from interazioni.plan.partners.models import Body, BodyKind, Site
from interazioni.plan.people import queries as people
from interazioni.plan.people.models import Person

TIMES = 3  # rows for when: the first always open
ANY = ""
GENDERS = [
    (ANY, _("makes no difference")), ("better-F", _("better a woman")), ("better-M", _("better a man")), ("only-F", _("only a woman")),
    ("only-M", _("only a man")),
]  # fmt: skip
EVERY = [("0", _("only this time")), ("1", _("every week")), ("2", _("every two weeks")), ("4", _("every four weeks"))]


class HourField(forms.TimeField):
    """9, 9:30, 9.30, 09:30"""

    widget = forms.TimeInput(attrs={"type": "time", "class": "input-short"}, format="%H:%M")
    default_error_messages = {"invalid": _("Write the hour as 9:30.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H"], **kwargs)


class CallForm(DeskForm):
    """A call. `call_data()` is what the rule takes; moments are read by the wall clock in Italy."""

    personal_fields = {"person", "contact_name", "contact_phone", "preparation"}

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    for_body = forms.ModelChoiceField(
        Body.objects.none(), label=_("For which body"), required=False, empty_label=_("our own"), to_field_name="code"
    )
    channel = forms.ChoiceField(
        label=_("It came by"), choices=[("phone", _("phone")), ("mail", _("e-mail"))], required=False,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"))
    second_languages = LanguagesField(
        label=_("Acceptable too"), help_text=_("Other languages that the people understand, with commas between.")
    )
    min_level = forms.TypedChoiceField(
        label=_("The mediator speaks it at least"),
        coerce=int,
        choices=Level.choices,
        required=False,
        empty_value=1,  # type: ignore[arg-type]
    )
    mode = forms.ChoiceField(
        label=_("How"), choices=Mode.choices, widget=forms.RadioSelect(attrs={"class": "choices-inline"})
    )
    other_modes = forms.MultipleChoiceField(
        label=_("If need be also"), choices=Mode.choices, required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("How long, in minutes"), widget=forms.NumberInput(attrs={"class": "input-short", "min": 10, "max": 600, "step": 5})
    )  # fmt: skip
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Place"), required=False, empty_label=_("another place"))
    place = forms.CharField(
        label=_("Ward, room, or address"), max_length=200, required=False, help_text=_("Who accepts finds it by this.")
    )
    municipality = MunicipalityField(label=_("Municipality"), required=False, help_text=_("Only for another place."))
    sector = forms.ChoiceField(
        label=_("Sector"), choices=Sector.choices, widget=forms.RadioSelect(attrs={"class": "choices-inline"})
    )
    reason = forms.ChoiceField(label=_("What for"), choices=Reason.choices)
    urgency = forms.TypedChoiceField(
        label=_("How urgent"), coerce=int, choices=Urgency.choices, widget=forms.RadioSelect(attrs={"class": "choices-inline"})
    )  # fmt: skip
    person = forms.CharField(
        label=_("For whom"), required=False, max_length=100,
        help_text=_("Part of the name, or the code (P-…), of somebody on record in your body. Left empty: nobody named."),
    )  # fmt: skip
    name_to_mediator = forms.BooleanField(label=_("The mediator who accepts may read the name"), required=False)
    continuity = forms.ChoiceField(
        label=_("The mediator"), choices=Continuity.choices, required=False, widget=forms.RadioSelect
    )
    gender = forms.ChoiceField(label=_("Woman or man"), choices=GENDERS, required=False)
    contact_name = forms.CharField(label=_("Whom to ask for there"), required=False, max_length=100)
    contact_phone = PhoneField(label=_("Phone there"))
    preparation = forms.CharField(
        label=_("What to prepare"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only who accepts reads this. No illness, no diagnosis."),
    )  # fmt: skip
    repeat = forms.ChoiceField(label=_("Again"), choices=EVERY, required=False)
    repeat_until = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, actor: Actor, call: Call | None = None, **kwargs: Any) -> None:
        self.actor, self.call = actor, call
        body = call.body if call else Body.objects.get(pk=actor.body_id)
        kwargs["initial"] = {
            **self._beginning(body),
            **(self._said(call) if call else {}),
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        tongue = (get_language() or "it")[:2]
        self.fields["language"].choices = [("", _("choose")), *languages.choices(tongue)]  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(body=body).order_by("name")  # type: ignore[attr-defined]
        for number in range(TIMES):
            first = number == 0
            self.fields[f"day_{number}"] = DayField(label=_("Day"), required=first)
            self.fields[f"from_{number}"] = HourField(label=_("At"), required=first)
            self.fields[f"to_{number}"] = HourField(label=_("or at the latest at"), required=False)
        if actor.can(Permission.CALLS_DISPATCH) and call is None:
            self.fields["for_body"].queryset = Body.objects.exclude(pk=actor.body_id).order_by("name")  # type: ignore[attr-defined]
        else:
            del self.fields["for_body"], self.fields["channel"]
        if not actor.can(Permission.PEOPLE_VIEW) or (call is not None and call.body_id != actor.body_id):
            del self.fields["person"], self.fields["name_to_mediator"]
        if call is not None:
            del self.fields["client_id"], self.fields["repeat"], self.fields["repeat_until"]
            if call.series_id:
                self.fields["scope"] = forms.ChoiceField(
                    label=_("This call belongs to a series"),
                    choices=[("one", _("only this one")), ("following", _("this and the following")), ("all", _("all that are still open"))],
                    initial="one", widget=forms.RadioSelect,
                )  # fmt: skip
        self.dispatches = [call.dispatch] if call else self._dispatches(body)
        if len(self.dispatches) > 1:
            self.fields["dispatch"] = forms.ChoiceField(
                label=_("Who sends"), choices=[(str(one.pk), one.name) for one in self.dispatches]
            )

    def _dispatches(self, body: Body) -> list[Body]:
        found = dispatches_for(body.pk)
        if self.actor.can(Permission.CALLS_DISPATCH):  # types in what comes to the own dispatch
            return [one for one in found if one.pk == self.actor.body_id] or found
        return found

    @staticmethod
    def _beginning(body: Body) -> dict[str, Any]:
        sector = {BodyKind.SCHOOL: Sector.SCHOOL, BodyKind.HEALTH: Sector.HEALTH}.get(
            BodyKind(body.kind), Sector.SOCIAL
        )
        sites = list(Site.objects.filter(body=body).order_by("name")[:1])
        return {
            "client_id": uuid4(), "mode": Mode.ONSITE, "minutes": 60, "sector": sector, "urgency": Urgency.NORMAL, "min_level": Level.WORKING,
            "reason": Reason.MEETING, "continuity": Continuity.PREFERRED, "repeat": "0", "site": sites[0] if sites else None, "channel": "phone",
        }  # fmt: skip

    @staticmethod
    def _said(call: Call) -> dict[str, Any]:
        gender = (
            f"only-{call.gender_required}"
            if call.gender_required
            else f"better-{call.gender_preferred}"
            if call.gender_preferred
            else ANY
        )
        said: dict[str, Any] = {
            "language": call.language, "second_languages": call.second_languages, "min_level": call.min_level, "mode": call.mode,
            "other_modes": call.other_modes, "minutes": call.minutes, "site": call.site_id, "place": "" if call.site_id and call.site and call.place == call.site.name else call.place,
            "municipality": "" if call.site_id else call.municipality, "sector": call.sector, "reason": call.reason, "urgency": call.urgency, "continuity": call.continuity, "gender": gender,
            "person": call.person.code if call.person else "",
        }  # fmt: skip
        for number, option in enumerate(list(call.options.all())[:TIMES]):
            first, last = clock.in_rome(option.earliest_at), clock.in_rome(option.latest_at)
            said |= {f"day_{number}": first.date(), f"from_{number}": first.time()}
            if last != first:
                said[f"to_{number}"] = last.time()
        from interazioni.actions.mediation.queries import calls

        kept = calls.confidence(call)
        if kept is not None:
            said |= {"contact_name": kept.contact_name, "contact_phone": kept.contact_phone, "preparation": kept.preparation,
                     "name_to_mediator": bool(kept.person_name)}  # fmt: skip
        return said

    def times(self) -> Sequence[Any]:
        """The rows of bound fields for when, for the page."""
        return [[self[f"{name}_{number}"] for name in ("day", "from", "to")] for number in range(TIMES)]

    def clean_person(self) -> UUID | None:
        """One person fits, or it is asked again with those who fit."""
        words = self.cleaned_data.get("person", "").strip()
        if not words:
            return None
        found: list[Person] = list(people.named(people.visible_to(self.actor), words).order_by("match_name")[:6])
        if len(found) == 1:
            return found[0].pk
        if not found:
            raise ValidationError(_("Nobody on record in your body fits."))
        who = "; ".join(f"{one.surname} {one.name} ({one.code})" for one in found[:5])
        raise ValidationError(_("Several fit: write the code of one. %(who)s") % {"who": who})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        options = []
        for number in range(TIMES):
            day, starts, latest = (data.get(f"{name}_{number}") for name in ("day", "from", "to"))
            if day is None and starts is None:
                continue
            if day is None or starts is None:
                self.add_error(
                    f"day_{number}" if day is None else f"from_{number}", _("Both the day and the hour are needed.")
                )
                continue
            first = self._moment(day, starts, f"from_{number}")
            last = self._moment(day, latest, f"to_{number}") if latest else first
            if first is None or last is None:
                continue
            if last < first:
                self.add_error(f"to_{number}", _("The latest beginning lies before the earliest."))
                continue
            options.append(Option(first, last))
        data["options"] = options
        minutes = data.get("minutes")
        if minutes is not None and not 10 <= minutes <= 600:
            self.add_error(
                "minutes",
                _("Between %(least)s minutes and %(most)s hours. For more, make several calls.")
                % {"least": 10, "most": 10},
            )
        if (
            data.get("mode") == Mode.ONSITE
            and not data.get("site")
            and not data.get("municipality")
            and "municipality" not in self.errors
        ):
            self.add_error("municipality", _("Say in which municipality."))
        if data.get("for_body") and data.get("site"):
            data["site"] = None  # the list shows our own places
        if int(data.get("repeat") or 0) and not data.get("repeat_until"):
            self.add_error("repeat_until", _("Say until when it recurs."))
        if not self.dispatches:
            raise ValidationError(
                _("Nobody sends mediators to your body yet: ask the Region or a cooperative of your partnership.")
            )
        return data

    def _moment(self, day: date, hour: time, field: str) -> datetime | None:
        """The moment in Italy. An hour that the change to summer time leaves out is asked about, not guessed."""
        naive = datetime.combine(day, hour)
        aware = naive.replace(tzinfo=clock.ROME)
        if aware.astimezone(timezone.get_fixed_timezone(0)).astimezone(clock.ROME).replace(tzinfo=None) != naive:
            self.add_error(field, _("That night the clocks go forward: this hour does not exist."))
            return None
        return at(day, hour)

    def dispatch(self) -> Body:
        chosen = self.cleaned_data.get("dispatch")
        return next((one for one in self.dispatches if str(one.pk) == chosen), self.dispatches[0])

    def call_data(self) -> CallData:
        said = self.cleaned_data
        gender = said.get("gender") or ANY
        return CallData(
            language=said["language"], sector=said["sector"], options=said["options"], minutes=said["minutes"], mode=said["mode"],
            other_modes=said["other_modes"], second_languages=said["second_languages"], min_level=said["min_level"] or 1, reason=said["reason"],
            site_id=said["site"].pk if said["site"] else None, place=said["place"], municipality=said["municipality"],
            gender_required=gender[-1] if gender.startswith("only") else "", gender_preferred=gender[-1] if gender.startswith("better") else "",
            person_id=said.get("person"), continuity=said["continuity"] or Continuity.PREFERRED, urgency=said["urgency"],
            contact_name=said["contact_name"], contact_phone=said["contact_phone"], preparation=said["preparation"],
            name_to_mediator=bool(said.get("name_to_mediator")), channel=said.get("channel") or "page" if said.get("for_body") else "page",
            blocked=self.call.blocked if self.call else (),
            repeat_weeks=int(said.get("repeat") or 0), repeat_until=said.get("repeat_until"),
        )  # fmt: skip


class EndForm(DeskForm):
    """Why it ends. Of a series: how much of it."""

    words = forms.CharField(label=_("Why"), max_length=300, help_text=_("No names of recipients."))

    def __init__(self, *args: Any, series: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if series:
            self.fields["scope"] = forms.ChoiceField(
                label=_("This call belongs to a series"),
                choices=[("one", _("only this one")), ("following", _("this and the following")), ("all", _("all that are still open"))],
                initial="one", widget=forms.RadioSelect,
            )  # fmt: skip


class MoveForm(DeskForm):
    day = DayField(label=_("Day"))
    hour = HourField(label=_("At"))

    def starts_at(self) -> datetime:
        return at(self.cleaned_data["day"], self.cleaned_data["hour"])


class CallFilterForm(DeskForm):
    show = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=[("", _("open and coming")), ("open", _("nobody promised yet")), ("uncovered", _("not covered")), ("all", _("all"))],
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _now("all")), *languages.choices((get_language() or "it")[:2])]  # type: ignore[attr-defined]
