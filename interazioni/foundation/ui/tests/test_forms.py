"""Fields that people can fill in: the label stays, the error is tied to it, what was typed is kept."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from interazioni.foundation.ui.forms import AmountField, DayField, DeskForm, DeskModelForm


class Registration(DeskForm):
    personal_fields = ("surname",)

    surname = forms.CharField(label="Surname", help_text="As on the document.")
    born = DayField(label="Born on")
    hours = AmountField(label="Hours", max_digits=8, decimal_places=2, required=False)
    sex = forms.ChoiceField(label="Sex", choices=[("f", "F"), ("m", "M")], widget=forms.RadioSelect)
    told = forms.BooleanField(label="Notice given", help_text="In their language.")


def typed(**values: str) -> Registration:
    return Registration(data={"surname": "Rossi", "born": "2012-03-12", "sex": "f", "told": "on", **values})


@pytest.mark.parametrize("text", ["2012-03-12", "12/03/2012", "12-03-2012", "12.3.2012", " 12/3/2012 "])
def test_a_day_is_understood_as_people_write_it(text: str) -> None:
    form = typed(born=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == date(2012, 3, 12)


@pytest.mark.parametrize("text", ["31/02/2020", "12/03/12", "2020", "marzo"])
def test_what_is_no_day_is_refused_and_shown_again(text: str) -> None:
    form = typed(born=text)
    assert not form.is_valid()
    html = str(form["born"])
    assert f'value="{text}"' in html
    assert 'type="text"' in html, "a date input would show an empty field"


def test_a_good_day_comes_back_in_a_date_input_whatever_the_way_it_was_typed() -> None:
    html = str(typed(born="12/03/2012", surname="")["born"])
    assert 'type="date"' in html
    assert 'value="2012-03-12"' in html


@pytest.mark.parametrize(
    ("text", "amount"), [("1,5", "1.5"), ("1.5", "1.5"), ("1.234,5", "1234.5"), ("2", "2"), ("1 234,50", "1234.50")]
)
def test_an_amount_takes_comma_and_point(text: str, amount: str) -> None:
    form = typed(hours=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["hours"] == Decimal(amount)


def test_an_amount_that_can_be_read_in_two_ways_is_asked_about() -> None:
    form = typed(hours="1.500")
    assert form.errors.as_data()["hours"][0].code == "ambiguous"
    assert 'value="1.500"' in str(form["hours"])


def test_an_amount_is_shown_with_the_readers_comma() -> None:
    with translation.override("it"):
        assert 'value="1,5"' in str(Registration(initial={"hours": Decimal("1.5")})["hours"])


def test_every_control_has_a_label_and_its_error_and_help_are_tied_to_it() -> None:
    html = str(Registration(data={}))
    for name in ("surname", "born", "told"):
        described = re.search(rf'<input[^>]*name="{name}"[^>]*aria-describedby="([^"]+)"', html)
        assert described, name
        assert f"id_{name}_error" in described[1]
        assert f'for="id_{name}"' in html
        for target in described[1].split():
            assert html.count(f'id="{target}"') == 1
    assert re.search(r'<fieldset[^>]*aria-describedby="id_sex_error"', html)
    assert html.count('aria-invalid="true"') >= 3


def test_the_summary_links_to_the_first_control_of_each_field_with_an_error() -> None:
    form = Registration(data={})
    html = str(form)
    targets = re.findall(r'<a href="#([^"]+)"', html)
    assert targets == ["id_surname", "id_born", "id_sex_0", "id_told"]
    for target in targets:
        assert f'id="{target}"' in html
    assert form.field_errors[0].label == "Surname"


def test_fields_that_are_personal_say_so() -> None:
    html = str(Registration())
    assert html.count("data-personal") == 1
    assert html.index("data-personal") < html.index('name="surname"') < html.index('name="born"')


def test_required_is_said_in_words() -> None:
    with translation.override("en"):
        assert str(Registration()).count("required</span>") == 4


def test_a_model_form_never_saves() -> None:
    with pytest.raises(NotImplementedError):
        DeskModelForm.save(object.__new__(DeskModelForm))
