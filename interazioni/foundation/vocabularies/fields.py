"""Form fields of the vocabularies: one writes words, the field gives codes. Nobody has to find Marocco among 200 countries."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _now

from interazioni.foundation.vocabularies import countries, languages, municipalities, school


def _language() -> str:
    return (get_language() or "it")[:2]


class CountryField(forms.CharField):
    """A country by its name, an adjective ("marocchina") or code; suggestions come from the page's one list of countries.

    Not a `<select>`: eleven of them with two hundred countries each would be most of the page.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.widget.attrs.update({"list": "countries", "autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        read = countries.parse_country(text)
        if isinstance(read, countries.AmbiguousCountry):
            names = ", ".join(countries.name_of(code, _language()) for code in read.candidates)
            raise ValidationError(_now("Several countries are called so. Choose one: %(names)s.") % {"names": names})
        if read is None or read.how == "similar":
            guess = countries.name_of(read.alpha2, _language()) if read else ""
            raise ValidationError(
                _now("There is no such country. Did you mean %(guess)s?") % {"guess": guess}
                if guess else _now("There is no country of this name.")
            )  # fmt: skip
        return read.alpha2

    def prepare_value(self, value: Any) -> Any:
        return countries.name_of(value, _language()) if value in countries.countries() else value


class PlaceField(forms.CharField):
    """A municipality by its name, with the province where several have it: "Torino", "Castro (BG)". Gives the ISTAT code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.widget.attrs.update({"autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        read = municipalities.parse_place(text)
        if read.candidates:
            names = ", ".join(str(each) for each in read.candidates[:6])
            raise ValidationError(
                _now("Several municipalities are called so. Write one of: %(names)s.") % {"names": names}
            )
        if read.municipality is None or not read.municipality.istat:
            raise ValidationError(_now("There is no municipality of this name in Italy today."))
        return read.municipality.istat

    def prepare_value(self, value: Any) -> Any:
        found = municipalities.by_istat(value) if isinstance(value, str) and value.isdigit() else None
        return str(found) if found else value


class LanguagesField(forms.CharField):
    """Languages by their names, with commas between: "arabo, francese". Gives BCP-47 tags."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(required=False, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        tags, unread = languages.parse_languages(super().to_python(value))
        if unread:
            raise ValidationError(_now("No language is known by the name: %(names)s.") % {"names": ", ".join(unread)})
        return tags

    def prepare_value(self, value: Any) -> Any:
        return (
            ", ".join(languages.name_of(tag, _language()) for tag in value)
            if isinstance(value, tuple | list)
            else value
        )


class PhoneField(forms.CharField):
    """A phone number; without a country's prefix it is an Italian one. Gives E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.widget.attrs.update({"inputmode": "tel", "autocomplete": "off", "class": "input-medium"})

    def to_python(self, value: Any) -> str:
        import phonenumbers

        text = super().to_python(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "IT")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(_now("This is not a phone number.")) from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_now("This is not a phone number: digits are missing, or there are too many."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class ClassField(forms.CharField):
    """A class as schools write it: 2B, II B, 3ª C. Gives (year, section)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=20, **kwargs)
        self.widget.attrs.update({"class": "input-short", "autocomplete": "off"})

    def to_python(self, value: Any) -> tuple[int | None, str]:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None, ""
        read = school.parse_class(text)
        if read is None:
            raise ValidationError(_now("Write the class with its section, for example 2B."))
        return read.year, read.section

    def prepare_value(self, value: Any) -> Any:
        return f"{value[0] or ''}{value[1]}" if isinstance(value, tuple | list) else value


class CountriesField(forms.CharField):
    """Several countries by their names, with commas between: "Marocco, Tunisia". Gives ISO 3166 alpha-2 codes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        read = countries.parse_citizenships(super().to_python(value))
        wrong = [*read.unread, *read.similar, *(each.text for each in read.ambiguous)]
        if wrong:
            raise ValidationError(
                _now("No single country is known by the name: %(names)s.") % {"names": ", ".join(wrong)}
            )
        return read.codes

    def prepare_value(self, value: Any) -> Any:
        return (
            ", ".join(countries.name_of(code, _language()) for code in value)
            if isinstance(value, tuple | list)
            else value
        )


class MunicipalityField(forms.CharField):
    """A municipality of Italy by its name, with the province where several have it. Gives the ISTAT code."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        place = municipalities.parse_place(text)
        if place.municipality is None or not place.municipality.istat:
            raise ValidationError(
                _now("Write a municipality of Italy; add the province where two have the same name: Castro (BG).")
            )
        return place.municipality.istat

    def prepare_value(self, value: Any) -> Any:
        found = municipalities.by_istat(value) if isinstance(value, str) and value.isdigit() else None
        return f"{found.name} ({found.province})" if found else value
