"""The pages over HTTP: what cannot be taken comes back in its field."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.translation.models import Concept, Source
from interazioni.foundation.translation.tests.cast import (
    a_note,
    again,
    handed_in,
    segments,
    version,
    words,
    write,
)
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
ONE, TWO = "Vieni allo sportello.", "Apre alle 9."
FR = {ONE: "Viens au guichet.", TWO: "Ouvre à 9 h."}


@pytest.fixture(autouse=True)
def in_italian() -> Iterator[None]:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def entered(login: str = "amina") -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def address(note: Source, language: str = "fr", *rest: object) -> str:
    return "/".join(["/desk/translation", str(note.pk), language, *map(str, rest), ""])


def field(note: Source, text: str, made_of: int = 1, over: int = 0) -> str:
    with acting(actor("amina")):
        return f"t.{segments(note)[text].pk}.{made_of}.{over}"


def shown(response: Any) -> dict[str, str]:
    return {row.line.segment.text: row.text for row in response.context["rows"]}


def test_an_offer_is_put_into_its_field_and_nothing_is_saved() -> None:
    old = a_note(ONE)
    write(old, {ONE: FR[ONE]})
    handed_in(old)
    note = a_note(ONE, TWO)
    ident = segments(note)[ONE].pk
    typed = {field(note, TWO): "Ouvre", "act": f"use.{ident}.0"}
    page = entered().post(address(note), typed)
    assert shown(page) == {ONE: FR[ONE], TWO: "Ouvre"}, "what was typed elsewhere stays in its field"
    assert not note.versions.exists()
    part = entered().post(address(note, "fr", "segments", ident), typed, headers={"HX-Request": "true"})
    assert FR[ONE] in part.content.decode()
    assert "<html" not in part.content.decode()
    assert entered().post(address(note), {**typed, "act": f"use.{ident}.7"}).status_code == 200


def test_the_page_says_that_somebody_else_wrote_and_that_a_paragraph_is_gone() -> None:
    note = a_note(ONE, TWO)
    mine = {field(note, ONE): "Je viens.", field(note, TWO): "Perdu ?"}
    ident = segments(note)[ONE].pk
    write(note, {ONE: "Venez."}, by="paolo")
    again(note, ONE)
    page = entered().post(address(note), mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert (shown(page)[ONE], words(note)[ONE]) == ("Je viens.", "Venez.")
    assert "Venez." in text
    assert "Perdu ?" in text
    part = entered().post(address(note, "fr", "segments", ident), {f"t.{ident}.1.0": "Je viens."})
    assert part.status_code == 409
    assert entered().post(address(note, "fr", "segments", ident), {f"t.{ident}.1.1": "Je viens."}).status_code == 200
    assert words(note)[ONE] == "Je viens."


def test_the_open_page_hears_that_the_source_has_changed() -> None:
    note = a_note(ONE)
    client = entered()
    assert "alert" not in client.get(address(note, "fr", "since", 1)).content.decode()
    again(note, TWO)
    assert "alert" in client.get(address(note, "fr", "since", 1)).content.decode()


def test_only_a_mediator_validates_and_only_the_glossarys_keeper_keeps_it() -> None:
    note = a_note(ONE)
    write(note, {ONE: FR[ONE]}, by="amina")
    handed_in(note)
    assert entered("paolo").post(address(note, "fr", "validate")).status_code == 403
    assert entered("amina").get("/desk/translation/glossary/add/").status_code == 403
    assert entered("sara").get("/desk/translation/").status_code == 403
    assert version(note).state == "translated"


def test_a_pivot_is_a_language_that_is_read() -> None:
    note = a_note(ONE, TWO)
    write(note, FR)
    client = entered()
    client.post(address(note, "ti", "pivot"), {"pivot": "fr"})
    assert not note.versions.filter(language="ti", pivot="fr").exists(), "nobody reads the French yet"
    handed_in(note)
    client.post(address(note, "ti", "pivot"), {"pivot": "fr"})
    assert shown(client.get(address(note, "ti"))) == {ONE: "", TWO: ""}
    assert FR[ONE] in client.get(address(note, "ti")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=abc",
        "page=99999",
        "stands=xyz",
        "language=xx",
        "language=ar&stands=to_validate&kind=note&theme=nothing",
    ],
)
def test_an_address_that_makes_no_sense_is_no_fault(query: str) -> None:
    a_note(ONE)
    assert entered().get(f"/desk/translation/?{query}").status_code == 200


def test_what_is_no_language_or_no_source_is_not_there() -> None:
    note = a_note(ONE)
    client = entered()
    for path in (address(note, "xx"), address(note, "it"), address(note, "fr", "segments", note.pk)):
        assert (
            client.post(path, {"t.x.1.1": "x", "t..": "y", f"t.{note.pk}.9999999999999.0": "z"}).status_code == 404
        ), path


def test_html_that_is_typed_is_shown_as_text() -> None:
    note = a_note("<script>alert(1)</script> Ciao", TWO)
    client = entered()
    client.post(address(note), {field(note, TWO): "<img src=x onerror=alert(1)>"})
    text = client.get(address(note)).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_the_glossary_is_kept_and_found() -> None:
    client = entered("paolo")
    said = {"code": "sportello", "in_it": "sportello\nufficio", "in_fr": "guichet", "enforced": "on"}
    assert client.post("/desk/translation/glossary/add/", said).status_code == 302
    assert "code" in client.post("/desk/translation/glossary/add/", said).context["form"].errors
    concept = Concept.objects.get(code="sportello")
    client.post(f"/desk/translation/glossary/{concept.pk}/", {**said, "in_fr": "accueil\nguichet"})
    assert concept.terms.get(language="fr", preferred=True).text == "accueil"
    assert "sportello" in client.get("/desk/translation/glossary/?q=guichet").content.decode()
    client.post(f"/desk/translation/glossary/{concept.pk}/remove/")
    assert not Concept.objects.filter(code="sportello").exists()


def test_my_day_shows_what_is_wanted_in_my_languages() -> None:
    a_note("Da tradurre presto")
    client = entered()
    assert "Da tradurre presto" not in client.get("/desk/").content.decode()
    client.post("/desk/translation/languages/", {"languages": ["fr"]})
    assert "Da tradurre presto" in client.get("/desk/").content.decode()
