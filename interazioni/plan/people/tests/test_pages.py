"""The desk's pages about people, as Giulia, Franca, Chiara, Marco and Elena meet them."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from interazioni.foundation.access.context import acting
from interazioni.foundation.audit.models import Event
from interazioni.front.demo.cast import actor
from interazioni.plan.people.models import Person
from interazioni.plan.people.tests.conftest import BOUCHRA, logged_in, registered

pytestmark = pytest.mark.django_db

TYPED = {
    "surname": "El Amrani",
    "name": "Bouchra",
    "birth_date": "03/05/2009",
    "citizenship_1": "marocchina",
    "school_class": "II B",
    "is_pupil": "on",
}


def test_giulia_registers_somebody_with_five_fields() -> None:
    client = logged_in("giulia")
    assert client.get(reverse("people:register")).status_code == 200
    response = client.post(reverse("people:register"), TYPED, follow=True)
    assert response.status_code == 200
    with acting(actor("giulia")):
        person = Person.objects.get()
        assert (person.class_year, person.class_section, person.is_pupil) == (2, "B", True)
    assert response.redirect_chain[-1][0] == reverse("people:detail", args=[person.pk])
    assert "3 maggio 2009" in response.content.decode()


def test_what_is_typed_wrong_comes_back_with_a_sentence_at_the_field() -> None:
    client = logged_in("giulia")
    bad = {
        **TYPED,
        "birth_date": "31/02/2009",
        "citizenship_1": "Congo",
        "tax_code": "RSSMRA80A01L219X",
        "phone": "abc",
        "municipality": "Atlantide",
    }
    html = client.post(reverse("people:register"), bad).content.decode()
    for kept in ("31/02/2009", 'value="Congo"', "RSSMRA80A01L219X", 'value="abc"', "Atlantide", "El Amrani"):
        assert kept in html
    assert html.count('class="field-error"') == 5
    assert 'name="keep_tax_code"' in html
    with acting(actor("giulia")):
        assert not Person.objects.exists()


def test_who_is_alike_is_asked_about_before_anything_is_saved() -> None:
    known = registered(BOUCHRA)
    client = logged_in("giulia")
    alike = {**TYPED, "name": "Bushra"}
    html = client.post(reverse("people:register"), alike).content.decode()
    assert f'value="{known}"' in html
    with acting(actor("giulia")):
        assert Person.objects.count() == 1
    client.post(reverse("people:register"), {**alike, "same_as": str(known)})
    with acting(actor("giulia")):
        assert Person.objects.count() == 1
    client.post(reverse("people:register"), {**alike, "same_as": "new"})
    with acting(actor("giulia")):
        assert Person.objects.count() == 2


def test_the_fragments_help_while_typing() -> None:
    registered(BOUCHRA)
    client = logged_in("giulia")
    assert "El Amrani" in client.post(reverse("people:alike"), {"surname": "El Amrani", "name": "B"}).content.decode()
    assert (
        "El Amrani"
        not in logged_in("marco").post(reverse("people:alike"), {"surname": "El Amrani", "name": "B"}).content.decode()
    )
    html = client.post(reverse("people:preview"), {**TYPED, "on": "2019-03-01"}).content.decode()
    assert "ha 9 anni" in html or "is 9 years old" in html or "paese terzo" in html or "third country" in html
    assert "Torino (TO)" in client.get(reverse("people:places"), {"municipality": "Torin"}).content.decode()


def test_franca_corrects_and_a_colleagues_change_is_shown_beside_hers() -> None:
    from interazioni.plan.people.rules import correct_person

    pk = registered(BOUCHRA)
    client = logged_in("franca")
    page = client.get(reverse("people:correct", args=[pk])).content.decode()
    assert 'name="version" value="1"' in page
    correct_person(person_id=pk, version=1, data=replace(BOUCHRA, class_section="C"), by=actor("franca"))
    typed = {**TYPED, "version": "1", "sex": "F", "school_class": "3B"}
    response = client.post(reverse("people:correct", args=[pk]), typed)
    html = response.content.decode()
    assert response.status_code == 409
    assert 'value="3B"' in html
    assert 'name="version" value="2"' in html
    response = client.post(reverse("people:correct", args=[pk]), {**typed, "version": "2"})
    assert response.status_code == 302
    with acting(actor("franca")):
        person = Person.objects.get(pk=pk)
        assert (person.class_year, person.class_section, person.version) == (3, "B", 3)


def test_opening_and_saving_the_form_unchanged_changes_nothing() -> None:
    """Whatever is on record survives the form, also what it shows in other words."""
    full = replace(
        BOUCHRA, citizenships=(("MA", None, None), ("IT", date(2019, 9, 1), None)), languages=("ary", "fr"), birth_country="MA",
        tax_code="RSSMRA80A01L219X", permit_reason="family", privacy_notice_date=date(2019, 10, 1), privacy_notice_language="ary",
    )  # fmt: skip
    pk = registered(full)
    client = logged_in("franca")
    form = client.get(reverse("people:correct", args=[pk])).context["form"]
    posted = {}
    for field in form:
        value = field.value()
        value = field.field.prepare_value(value)
        if value not in (None, "", False):
            posted[field.name] = "on" if value is True else value.isoformat() if isinstance(value, date) else value
    response = client.post(reverse("people:correct", args=[pk]), {**posted, "version": "1"})
    assert response.status_code == 302, response.context["form"].errors
    with acting(actor("franca")):
        assert Person.objects.get(pk=pk).version == 1
        event = Event.objects.filter(act="people.correct").get()
        assert event.changed == []


def test_the_pages_of_a_person_and_who_may_open_them() -> None:
    pk = registered(BOUCHRA)
    franca, chiara, giulia = logged_in("franca"), logged_in("chiara"), logged_in("giulia")
    for name in ("detail", "eligibility", "history", "correct", "withdraw", "notice", "merge"):
        assert franca.get(reverse(f"people:{name}", args=[pk])).status_code == 200, name
    for name in ("privacy", "erase"):
        assert chiara.get(reverse(f"people:{name}", args=[pk])).status_code == 200, name
        assert franca.get(reverse(f"people:{name}", args=[pk])).status_code == 403, name
    for name in ("correct", "withdraw", "merge"):
        assert giulia.get(reverse(f"people:{name}", args=[pk])).status_code == 403, name


def test_another_bodys_person_is_not_there() -> None:
    """By address, in a form field, in a fragment: 404, never a hint."""
    theirs, own = registered(BOUCHRA, "marco"), registered(replace(BOUCHRA, name="Amal"))
    franca, chiara = logged_in("franca"), logged_in("chiara")
    for name in ("detail", "eligibility", "history", "correct", "withdraw", "notice", "merge"):
        assert franca.get(reverse(f"people:{name}", args=[theirs])).status_code == 404, name
    for name in ("correct", "withdraw", "return", "notice", "merge"):
        assert franca.post(reverse(f"people:{name}", args=[theirs])).status_code == 404, name
    for name in ("give_access", "erase"):
        assert chiara.post(reverse(f"people:{name}", args=[theirs])).status_code == 404, name
    assert franca.post(reverse("people:merge", args=[own]), {"other": str(theirs)}).status_code == 404
    assert (
        franca.post(reverse("people:register"), {**TYPED, "surname": "Nuovo", "same_as": str(theirs)}).status_code
        == 404
    )
    assert franca.get(reverse("people:merge", args=[own]), {"other": str(theirs)}).status_code == 404


def test_elena_opens_one_code_with_a_reason_and_it_is_noted() -> None:
    pk = registered(BOUCHRA)
    elena = logged_in("elena")
    assert elena.get(reverse("people:detail", args=[pk])).status_code == 403
    with acting(actor("giulia")):
        code = Person.objects.get(pk=pk).code
    page = elena.get(reverse("people:open_name"), {"code": code})
    assert code in page.content.decode()
    assert "El Amrani" not in page.content.decode()
    refused = elena.post(reverse("people:open_name"), {"code": code}).content.decode()
    assert "El Amrani" not in refused
    opened = elena.post(reverse("people:open_name"), {"code": code.lower(), "reason": "control"}).content.decode()
    assert "El Amrani" in opened
    with acting(actor("elena")):
        event = Event.objects.get(act="people.open_name")
        assert (event.object_id, event.detail["reason"]) == (pk, "control")
    assert logged_in("franca").get(reverse("people:open_name")).status_code == 403


def test_franca_takes_the_list_out_and_giulia_may_not() -> None:
    import io

    from openpyxl import load_workbook

    registered(BOUCHRA)
    registered(replace(BOUCHRA, surname="=cmd|' /C calc'!A0", name="Amal"))
    assert logged_in("giulia").post(reverse("people:export")).status_code == 403
    response = logged_in("franca").post(reverse("people:export") + "?school_class=2B")
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 3
    assert rows[1][1].startswith("'=cmd")
    assert any("I95700640" in str(cell) for cell in rows[2])
    with acting(actor("franca")):
        event = Event.objects.get(act="people.export")
        assert (event.detail, event.changed) == ({"count": 2}, ["school_class"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("q=amr", 2), ("q=bouch", 1), ("q=nobody", 0), ("school_class=2B", 2), ("school_class=3", 0), ("citizenship=MA", 2),
        ("citizenship=AL", 0), ("state=withdrawn", 0), ("state=any", 2), ("sort=-birth_date", 2), ("sort=school_class&page=99", 2),
        ("sort=nonsense", 2), ("state=nonsense", 0), ("q=P-00000-00000", 0),
    ],
)  # fmt: skip
def test_the_list_is_filtered_and_sorted(query: str, found: int) -> None:
    registered(BOUCHRA)
    registered(replace(BOUCHRA, name="Amal"))
    registered(replace(BOUCHRA, name="Theirs"), "marco")
    response = logged_in("giulia").get(reverse("people:list") + "?" + query)
    assert response.status_code == 200
    assert response.content.decode().count("El Amrani") == found


def test_the_search_finds_by_name_code_and_tax_code() -> None:
    from interazioni.plan.people.desk import search

    pk = registered(
        replace(BOUCHRA, surname="Rossi", name="Mario", birth_date=date(1980, 1, 1), tax_code="RSSMRA80A01L219M")
    )
    with acting(actor("giulia")) as giulia:
        code = Person.objects.get(pk=pk).code
        for words in ("rossi mar", code, code.lower(), "rss mra 80a01 l219m"):
            assert [hit.url for hit in search(giulia, words, 5)] == [reverse("people:detail", args=[pk])], words
    with acting(actor("marco")) as marco:
        assert not search(marco, "rossi", 5)


def test_withdraw_and_take_back() -> None:
    pk = registered(BOUCHRA)
    franca = logged_in("franca")
    response = franca.post(reverse("people:withdraw", args=[pk]), {"day": "2999-01-01", "reason": "moved"})
    assert response.status_code == 200
    assert 'class="field-error"' in response.content.decode()
    assert (
        franca.post(reverse("people:withdraw", args=[pk]), {"day": "2020-01-31", "reason": "moved"}).status_code == 302
    )
    link = f'href="{reverse("people:detail", args=[pk])}"'
    assert link not in franca.get(reverse("people:list")).content.decode()
    assert franca.post(reverse("people:return", args=[pk])).status_code == 302
    assert link in franca.get(reverse("people:list")).content.decode()


def test_ids_that_are_none_are_404() -> None:
    assert logged_in("franca").get("/desk/people/not-an-id/").status_code == 404
    assert logged_in("franca").get(f"/desk/people/{UUID(int=5)}/").status_code == 404
