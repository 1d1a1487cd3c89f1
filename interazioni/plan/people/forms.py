"""The forms about a person. They check fields; whether a statement can be taken is said by `record.problems`, once for all ways in."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import DayField, DeskForm
from interazioni.foundation.vocabularies import countries, taxcode
from interazioni.foundation.vocabularies.fields import ClassField, CountryField, LanguagesField, PhoneField, PlaceField
from interazioni.foundation.vocabularies.permits import PermitReason, PermitSituation
from interazioni.plan.partners.models import BodyKind
from interazioni.plan.partners.queries import bodies
from interazioni.plan.people.eligibility import Facts
from interazioni.plan.people.record import GuardianData, Held, PersonData, normalised, problems
from interazioni.plan.people.rules import OPENING_REASONS, WITHDRAWAL_REASONS

SLOTS = 3  # citizenships that the page has room for; more, from an import, are kept as they are
PARENTS = ("mother", "father", "guardian")

# What a situation of stay has beside itself. What is typed elsewhere is not kept: it belongs to another situation.
PERMIT_FIELDS: dict[str, frozenset[str]] = {
    PermitSituation.DATED: frozenset({"permit_reason", "permit_number", "permit_issued_date", "permit_expiry_date"}),
    PermitSituation.LONG_TERM: frozenset({"permit_reason", "permit_number", "permit_issued_date"}),
    PermitSituation.RENEWAL_PENDING: frozenset(
        {"permit_reason", "permit_number", "permit_issued_date", "permit_expiry_date"}
    ),
    PermitSituation.FIRST_REQUEST: frozenset({"permit_reason", "permit_number", "permit_issued_date"}),
    PermitSituation.MINOR_PROVISIONAL: frozenset({"permit_number", "permit_issued_date", "permit_expiry_date"}),
    PermitSituation.ASYLUM_APPLICANT: frozenset({"permit_number", "permit_issued_date", "permit_expiry_date"}),
    PermitSituation.ON_PARENT: frozenset({"permit_number"}),
}


class PersonForm(DeskForm):
    """A person on one short page: what is always needed first, the rest folded away."""

    personal_fields = frozenset({"*"})

    surname = forms.CharField(label=_("Surname"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    birth_date = DayField(label=_("Date of birth"), required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("F", _("female")), ("M", _("male")), ("", _("not known"))],
        widget=forms.RadioSelect({"class": "choices-inline"}),
    )  # fmt: skip
    school_class = ClassField(label=_("Class"), help_text=_("For example 2B."))
    school_id = forms.ChoiceField(label=_("School"), required=False)
    is_pupil = forms.BooleanField(label=_("Attends school"), required=False)

    municipality = PlaceField(label=_("Municipality of residence"))
    birth_country = CountryField(label=_("Country of birth"))
    birth_municipality = PlaceField(label=_("Municipality of birth, if in Italy"))
    tax_code = forms.CharField(
        label=_("Tax code"), required=False, max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "class": "input-medium", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    keep_tax_code = forms.BooleanField(label=_("It is written so on the card: keep it"), required=False)

    permit_situation = forms.ChoiceField(
        label=_("Situation of stay"), required=False, choices=[("", "–"), *PermitSituation.choices]
    )
    permit_reason = forms.ChoiceField(
        label=_("Reason of stay"), required=False, choices=[("", "–"), *PermitReason.choices]
    )
    permit_number = forms.CharField(
        label=_("Number of the permit or receipt"), required=False, max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "class": "input-medium"}),
    )  # fmt: skip
    permit_issued_date = DayField(label=_("Issued on"), required=False)
    permit_expiry_date = DayField(label=_("Valid until"), required=False)

    languages = LanguagesField(
        label=_("Languages"), help_text=_("With commas between them, for example: Arabic, French.")
    )
    phone = PhoneField(label=_("Phone"))
    privacy_notice_date = DayField(label=_("Privacy notice given on"), required=False)
    privacy_notice_language = LanguagesField(label=_("Language of the notice"))

    def __init__(self, *args: Any, actor: Actor, base: PersonData | None = None, **kwargs: Any) -> None:
        if base is not None:
            kwargs["initial"] = {**initial_of(base), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.base = base
        schools = [body for body in bodies() if body.kind == BodyKind.SCHOOL]
        self.own_school = next((body.pk for body in schools if body.pk == actor.body_id), None)
        choice: Any = self.fields["school_id"]
        choice.choices = [("", "–"), *((str(body.pk), body.name) for body in schools)]
        if base is None and self.own_school:
            self.fields["school_id"].initial, self.fields["is_pupil"].initial = str(self.own_school), True
        # The page's list of municipalities is filled as one types; a place says nothing about anybody.
        for name in ("municipality", "birth_municipality"):
            self.fields[name].widget.attrs.update(
                {
                    "list": "municipalities",
                    "data-hx-get": reverse("people:places"),
                    "data-hx-trigger": "input changed delay:300ms",
                    "data-hx-target": "#municipalities",
                }
            )
        self._add_family()

    def _add_family(self) -> None:
        for slot in range(1, SLOTS + 1):
            ordinal = "" if slot == 1 else f" {slot}"
            self.fields[f"citizenship_{slot}"] = CountryField(label=lazystr(_now("Citizenship") + ordinal))
            self.fields[f"citizenship_{slot}_since"] = DayField(label=_("since, if acquired later"), required=False)
            self.fields[f"citizenship_{slot}_until"] = DayField(label=_("until, if lost"), required=False)
        for kind in PARENTS:
            self.fields[f"{kind}_name"] = forms.CharField(
                label=_("Surname and name"),
                required=False,
                max_length=150,
                widget=forms.TextInput({"autocomplete": "off"}),
            )
            self.fields[f"{kind}_citizenship"] = CountryField(label=_("Citizenship"))
            self.fields[f"{kind}_birth_country"] = CountryField(label=_("Country of birth"))
            self.fields[f"{kind}_phone"] = PhoneField(label=_("Phone"))
            self.fields[f"{kind}_language"] = LanguagesField(label=_("Language"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        code = taxcode.decode(cleaned.get("tax_code", ""), latest=clock.today())
        if code is not None and not code.valid and not cleaned.get("keep_tax_code"):
            self.add_error("tax_code", why_invalid(code))
        cleaned["stated"] = data = self._stated(cleaned)
        for name, sentence in problems(normalised(data), today=clock.today()).items():
            target = {"citizenships": "citizenship_1", "class_year": "school_class", "class_section": "school_class",
                      "guardians": "mother_name"}.get(name, name)  # fmt: skip
            if target not in self.errors:
                self.add_error(target, str(sentence))
        return cleaned

    @property
    def asks_about_tax_code(self) -> bool:
        """Whether the box "keep it so" is of any use: only where a code does not hold."""
        return bool(self.is_bound and ("tax_code" in self.errors or self.data.get(self.add_prefix("keep_tax_code"))))

    def _stated(self, cleaned: dict[str, Any]) -> PersonData:
        year, section = cleaned.get("school_class") or (None, "")
        school_id = UUID(cleaned["school_id"]) if cleaned.get("school_id") else None
        held = self._citizenships(cleaned)
        situation = cleaned.get("permit_situation") or ""
        if not situation and held and countries.is_third_country([each[0] for each in held], clock.today()) is False:
            situation = PermitSituation.NOT_NEEDED.value
        permit = PERMIT_FIELDS.get(situation, frozenset())
        plain: dict[str, Any] = {
            name: cleaned.get(name) or ""
            for name in (
                "surname",
                "name",
                "sex",
                "municipality",
                "birth_country",
                "birth_municipality",
                "tax_code",
                "phone",
            )
        }
        days: dict[str, Any] = {name: cleaned.get(name) for name in ("birth_date", "privacy_notice_date")}
        notice = cleaned.get("privacy_notice_language") or ()
        # At a school, its own name stands there from the start, and says nothing about who does not attend.
        attends = bool(cleaned.get("is_pupil") or year or section or (school_id and self.own_school is None))
        return PersonData(
            **plain,
            **days,
            citizenships=held,
            languages=cleaned.get("languages") or (),
            permit_situation=situation,
            permit_reason=(cleaned.get("permit_reason") or "") if "permit_reason" in permit else "",
            permit_number=(cleaned.get("permit_number") or "") if "permit_number" in permit else "",
            permit_issued_date=cleaned.get("permit_issued_date") if "permit_issued_date" in permit else None,
            permit_expiry_date=cleaned.get("permit_expiry_date") if "permit_expiry_date" in permit else None,
            is_pupil=attends,
            school_id=school_id if attends else None,
            class_year=year,
            class_section=section,
            privacy_notice_language=notice[0] if notice else "",
            guardians=self._guardians(cleaned),
        )

    def _citizenships(self, cleaned: dict[str, Any]) -> tuple[Held, ...]:
        held: list[Held] = [
            (country, cleaned.get(f"citizenship_{slot}_since"), cleaned.get(f"citizenship_{slot}_until"))
            for slot in range(1, SLOTS + 1)
            if (country := cleaned.get(f"citizenship_{slot}"))
        ]
        return (*held, *(self.base.citizenships[SLOTS:] if self.base else ()))

    def _guardians(self, cleaned: dict[str, Any]) -> tuple[GuardianData, ...]:
        shown = tuple(
            GuardianData(
                kind=kind,
                full_name=cleaned.get(f"{kind}_name") or "",
                citizenship=cleaned.get(f"{kind}_citizenship") or "",
                birth_country=cleaned.get(f"{kind}_birth_country") or "",
                phone=cleaned.get(f"{kind}_phone") or "",
                language=(cleaned.get(f"{kind}_language") or ("",))[0],
            )
            for kind in PARENTS
        )
        others = [each for each in self.base.guardians if each.kind == "guardian"][1:] if self.base else []
        return (*shown, *others)

    def facts(self) -> Facts:
        """What eligibility asks, of what has been typed so far and can be read."""
        self.is_valid()
        data = normalised(self.cleaned_data["stated"])
        return Facts(
            birth_date=data.birth_date,
            citizenships=data.citizenships,
            is_pupil=data.is_pupil,
            parents=tuple((each.citizenship, each.birth_country) for each in data.guardians if each.kind != "guardian"),
            permit_situation=data.permit_situation,
            permit_issued_date=data.permit_issued_date,
            permit_expiry_date=data.permit_expiry_date,
        )


def initial_of(data: PersonData) -> dict[str, Any]:
    """A statement as the form's initial values."""
    initial: dict[str, Any] = {
        name: getattr(data, name)
        for name in ("surname", "name", "sex", "birth_date", "municipality", "birth_country", "birth_municipality", "tax_code",
                     "phone", "languages", "permit_situation", "permit_reason", "permit_number", "permit_issued_date",
                     "permit_expiry_date", "is_pupil", "privacy_notice_date")
    }  # fmt: skip
    initial["school_id"] = str(data.school_id or "")
    initial["school_class"] = (data.class_year, data.class_section)
    initial["privacy_notice_language"] = (data.privacy_notice_language,) if data.privacy_notice_language else ()
    initial["keep_tax_code"] = bool(data.tax_code)
    for slot, (country, since, until) in enumerate(data.citizenships[:SLOTS], 1):
        initial |= {
            f"citizenship_{slot}": country,
            f"citizenship_{slot}_since": since,
            f"citizenship_{slot}_until": until,
        }
    for kind in PARENTS:
        for guardian in [each for each in data.guardians if each.kind == kind][:1]:
            initial |= {
                f"{kind}_name": guardian.full_name, f"{kind}_citizenship": guardian.citizenship,
                f"{kind}_birth_country": guardian.birth_country, f"{kind}_phone": guardian.phone,
                f"{kind}_language": (guardian.language,) if guardian.language else (),
            }  # fmt: skip
    return initial


def why_invalid(code: taxcode.TaxCode) -> str:
    if "length" in code.problems:
        return ngettext(
            "A tax code has 16 letters and digits; this one has %(number)d.",
            "A tax code has 16 letters and digits; this one has %(number)d.",
            len(code.code),
        ) % {"number": len(code.code)}  # fmt: skip
    if "date" in code.problems:
        return _now("This tax code contains a day that does not exist.")
    if "check" in code.problems:
        return _now("The last letter of this tax code does not fit the others: one sign was mistyped.")
    return _now("This is not the form of a tax code.")


class WithdrawForm(DeskForm):
    day = DayField(label=_("Last day"))
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "–"), *WITHDRAWAL_REASONS.items()])


class NoticeForm(DeskForm):
    day = DayField(label=_("Given on"))
    language = LanguagesField(label=_("Language of the notice"))


class OpenNameForm(DeskForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("For example P-7KQ2M-9XA4R."),
        widget=forms.TextInput({"class": "input-medium", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "–"), *OPENING_REASONS.items()],
        help_text=_("It is noted with your name, the day and the code."),
    )


class EraseForm(DeskForm):
    reason = forms.ChoiceField(label=_("Reason"))
    sure = forms.CharField(
        label=_("To confirm, write the person's surname"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, surname: str = "", **kwargs: Any) -> None:
        from interazioni.foundation.privacy.rules import ERASURE_REASONS

        super().__init__(*args, **kwargs)
        self.surname = surname
        reasons: Any = self.fields["reason"]
        reasons.choices = [("", "–"), *ERASURE_REASONS.items()]

    def clean_sure(self) -> str:
        typed: str = self.cleaned_data["sure"]
        if typed.strip().casefold() != self.surname.strip().casefold():
            raise ValidationError(_("This is not the surname on record."))
        return typed


def day_asked(text: str | None) -> date:
    """The day of `?day=`, or today."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return clock.today()
