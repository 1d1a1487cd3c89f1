from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.roles import ROLE_LABELS
from interazioni.foundation.ui.forms import DayField, DeskForm
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners.models import Body, BodyKind, Invitation
from interazioni.plan.partners.queries import bodies
from interazioni.plan.partners.rules import grantable


class PlaceField(forms.CharField):
    """A municipality by its name, "Torino" or "Castro (BG)". Gives the ISTAT code."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        read = municipalities.parse_place(text)
        if read.candidates:
            names = ", ".join(str(one) for one in read.candidates)
            raise ValidationError(
                _now("Several municipalities are called so. Write one of: %(names)s.") % {"names": names}
            )
        if read.municipality is None or not read.municipality.istat:
            raise ValidationError(_now("There is no municipality of this name in Italy today."))
        return read.municipality.istat

    def prepare_value(self, value: Any) -> Any:
        found = municipalities.by_istat(value) if isinstance(value, str) and value.isdigit() else None
        return str(found) if found else value


class BodyForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=BodyKind.choices)
    public = forms.BooleanField(label=_("Public body"), required=False)
    municipality = PlaceField(label=_("Municipality of its seat"), required=False, max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class NewBodyForm(BodyForm):
    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_("Short and lasting: letters, digits and hyphens, e.g. ic-barriera-torino."),
    )
    field_order = ("code", "name")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if bodies().filter(code=code).exists():
            raise ValidationError(_now("Another body has this code already."))
        return code


class SiteForm(DeskForm):
    name = forms.CharField(label=_("Name of the site"), max_length=200)
    municipality = PlaceField(label=_("Municipality"), max_length=80)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.body.sites.filter(name=name).exists():
            raise ValidationError(_now("The body has a site of this name already."))
        return name


class PartnershipForm(DeskForm):
    code = forms.SlugField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    plan_code = forms.SlugField(label=_("Code of the plan"), max_length=60, help_text=_("E.g. interazioni-piemonte-2."))
    action_code = forms.SlugField(label=_("Code of the action"), max_length=60, help_text=_("E.g. a1."))
    lead = forms.ModelChoiceField(label=_("Leading body"), queryset=Body.objects.none())
    others = forms.ModelMultipleChoiceField(
        label=_("Other bodies"), queryset=Body.objects.none(), required=False, widget=forms.SelectMultiple({"size": 12})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "others"):
            self.fields[name].queryset = bodies()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("lead") in (said.get("others") or ()):
            self.add_error("others", _now("The leading body is named above; do not choose it here too."))
        return said


class RolesForm(DeskForm):
    """`by` decides which roles can be given."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.value, ROLE_LABELS[role]) for role in grantable(by)]  # type: ignore[attr-defined]


class InviteForm(RolesForm):
    personal_fields = frozenset({"*"})
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link goes there, and becomes the login."))
    full_name = forms.CharField(label=_("Name and surname"), max_length=150, required=False)
    field_order = ("email", "full_name", "roles")


class NewAccountForm(DeskForm):
    personal_fields = frozenset({"*"})
    first_name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Surname"), max_length=150, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, help_text=_("At least 12 characters; a sentence is best."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        first, _space, last = invitation.full_name.partition(" ")
        super().__init__(*args, initial={"first_name": first, "last_name": last}, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        password = said.get("password")
        if password and "again" in said and password != said["again"]:
            self.add_error("again", _now("The two passwords differ."))
        if password:
            try:
                password_validation.validate_password(password, _AsUser(self.invitation.email, said))  # type: ignore[arg-type]
            except ValidationError as fault:
                self.add_error("password", fault)
        return said


class _AsUser:
    """What Django's validators compare a password with; there is no account yet."""

    def __init__(self, email: str, said: dict[str, Any]) -> None:
        self.username = self.email = email
        self.first_name, self.last_name = said.get("first_name", ""), said.get("last_name", "")


class ClosureForm(DeskForm):
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if last and not first and "first" not in self.errors:
            self.add_error("first", _now("Say the first day too."))
        if first and last and last < first:
            self.add_error("last", _now("The last day comes before the first."))
        return said

    @property
    def span(self) -> tuple[date, date] | None:
        first = self.cleaned_data.get("first")
        return (first, self.cleaned_data.get("last") or first) if first else None


class BaseClosures(forms.BaseFormSet):  # type: ignore[type-arg]
    @property
    def spans(self) -> list[tuple[date, date]]:
        return [form.span for form in self.forms if form.span]


Closures = forms.formset_factory(ClosureForm, formset=BaseClosures, extra=3, max_num=30)
