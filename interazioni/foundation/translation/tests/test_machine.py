"""Machines draft; people read. What must come through comes through, and nothing is public by itself."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.translation import drafting, machine
from interazioni.foundation.translation.glossary import Term
from interazioni.foundation.translation.models import Engine, Piece, Run, RunState, State
from interazioni.foundation.translation.rules import Edit, set_concept, withdraw
from interazioni.foundation.translation.rules.machine import begin_run, set_running
from interazioni.foundation.translation.tasks import draft
from interazioni.foundation.translation.tests.cast import KIND, a_note, again, handed_in, version, words, write
from interazioni.foundation.translation.tests.engines import Engines, engines
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
ONE, TWO = "Vieni allo sportello.", "Scrivi a a@b.example, **subito** & con {nome}."


@pytest.fixture(autouse=True)
def in_italian() -> Iterator[None]:
    with translation.override("it"):
        yield


@pytest.fixture
def served(settings: Any) -> Iterator[Engines]:
    with engines() as state:
        settings.LIBRETRANSLATE_URL = state.url
        settings.DEEPL_URL, settings.DEEPL_KEY = state.url, "k:fx"
        settings.ETRANSLATION_URL, settings.ETRANSLATION_APP, settings.ETRANSLATION_PASSWORD = (
            state.url,
            "app",
            "secret",
        )
        yield state


def ordered(*notes: Any, engine: str = "libretranslate", language: str = "fr", by: str = "amina") -> Run:
    with clock.at(DEMO_DAY):
        return begin_run(engine=engine, language=language, sources=[note.pk for note in notes], by=actor(by))


def worked(run: Run) -> Run:
    """As the worker does it."""
    with clock.at(DEMO_DAY):
        draft.function(run_id=str(run.pk), user_id=str(run.by_id), body_id=str(run.body_id))
    return Run.objects.get(pk=run.pk)


@pytest.mark.parametrize("engine", ["libretranslate", "deepl"])
def test_a_machine_drafts_and_a_person_reads(engine: str, served: Engines) -> None:
    note = a_note(ONE, TWO)
    run = worked(ordered(note, engine=engine))
    assert (run.state, run.done, run.drafted, run.failed) == (RunState.DONE, 1, 2, 0)
    assert words(note)[TWO] == "SCRIVI A a@b.example, **SUBITO** & CON {nome}."
    assert version(note).state == State.MACHINE
    with pytest.raises(ValidationError):
        handed_in(note)
    for text in (ONE, TWO):
        write(note, {text: Edit(words(note)[text], fits=True, excuse="è una prova")})
    assert handed_in(note).state == State.TRANSLATED
    assert "a@b.example" not in " ".join(served.texts()), "what must stay is not even sent"


def test_the_memory_comes_first_and_the_glossary_is_obeyed(served: Engines) -> None:
    with clock.at(DEMO_DAY):
        set_concept(code="sportello", terms={"it": ["sportello"], "fr": ["guichet"]}, by=actor("paolo"))
    old = a_note(ONE)
    write(old, {ONE: "Viens au guichet."})
    handed_in(old)
    note = a_note(ONE, "Lo sportello apre presto.")
    run = worked(ordered(note))
    assert (run.remembered, run.drafted) == (1, 1)
    assert words(note) == {ONE: "Viens au guichet.", "Lo sportello apre presto.": "LO guichet APRE PRESTO."}
    assert served.texts() == ['Lo <x id="0"/> apre presto.']


def test_a_person_is_never_overwritten_and_a_stale_draft_is_made_anew(served: Engines) -> None:
    note = a_note(ONE, "Altro.")
    write(note, {ONE: "À moi."})
    worked(ordered(note))
    assert words(note) == {ONE: "À moi.", "Altro.": "ALTRO."}
    again(note, "Vieni domani allo sportello.", "Altro ancora.")
    worked(ordered(note))
    assert words(note) == {"Vieni domani allo sportello.": "À moi.", "Altro ancora.": "ALTRO ANCORA."}


def test_a_text_that_comes_back_spoilt_is_not_taken(served: Engines) -> None:
    served.spoil = True
    note = a_note(ONE, TWO)
    run = worked(ordered(note))
    assert (run.drafted, run.failed) == (1, 1)
    assert list(words(note)) == [ONE]


def test_an_engine_that_is_busy_is_asked_again_where_it_stopped(served: Engines) -> None:
    first, second = a_note("Primo."), a_note("Secondo.")
    run = ordered(first, second)
    served.faults = [200, 503]
    with pytest.raises(drafting.Later):
        worked(run)
    half = Run.objects.get(pk=run.pk)
    assert (half.done, half.state, bool(half.fault)) == (1, RunState.RUNNING, True)
    done = worked(run)
    assert (done.done, done.state, done.fault) == (2, RunState.DONE, "")
    assert served.texts() == ["Primo.", "Secondo.", "Secondo."], "what was drafted is not asked again"


@pytest.mark.parametrize(("status", "engine"), [(403, "deepl"), (456, "deepl"), (400, "libretranslate")])
def test_an_engine_that_refuses_stops_the_run_with_its_reason(status: int, engine: str, served: Engines) -> None:
    served.faults = [status]
    run = worked(ordered(a_note(ONE), engine=engine))
    assert run.state == RunState.STOPPED
    assert run.fault
    with clock.at(DEMO_DAY):
        set_running(run=run, running=True, by=actor("amina"))
    assert worked(run).state == RunState.DONE


def test_a_language_that_the_engine_does_not_know(served: Engines) -> None:
    run = worked(ordered(a_note(ONE), language="ti"))
    assert (run.state, served.asked) == (RunState.STOPPED, [])
    assert "ti" in run.fault


def test_only_public_words_leave_the_house(served: Engines) -> None:
    @rule(Permission.DIRECTORY_KEEP)
    def take_back(*, by: Any) -> None:
        record(by, "test.withdraw", object_kind=KIND)
        withdraw(kind=KIND, object_ids=[note.object_id])

    note = a_note(ONE)
    run = ordered(note)
    with clock.at(DEMO_DAY):
        take_back(by=actor("lucia"))
    assert worked(run).state == RunState.DONE
    assert served.asked == []
    with pytest.raises(ValidationError):
        ordered(note)


def test_who_is_no_longer_there_orders_nothing_more(served: Engines) -> None:
    from interazioni.foundation.access.tasks import NoLongerThere

    run = ordered(a_note(ONE))
    run.body_id = actor("elena").body_id
    with pytest.raises(NoLongerThere), clock.at(DEMO_DAY):
        draft.function(run_id=str(run.pk), user_id=str(run.by_id), body_id=str(run.body_id))


# --- eTranslation answers later ---------------------------------------------------------------------------------------------


def told(address: str, body: Any) -> int:
    with clock.at(DEMO_DAY):
        return Client().post(urlsplit(address).path, json.dumps(body), content_type="application/json").status_code


def test_etranslation_answers_at_a_signed_address_once(served: Engines) -> None:
    note = a_note(ONE, TWO)
    run = worked(ordered(note, engine="etranslation"))
    assert (run.state, run.done, run.drafted) == (RunState.WAITING, 1, 0)
    (path, body, _headers), (_path, other, _more) = served.asked
    assert path == "/askTranslate"
    assert (body["sourceLanguage"], body["targetLanguages"], body["textToTranslate"]) == ("IT", ["FR"], ONE)
    assert other["textToTranslate"] == "Scrivi a ⟦0⟧, ⟦1⟧subito⟦2⟧ & con ⟦3⟧."
    address = body["notifications"]["success"]["http"]
    assert told(address, {"requestId": 1, "targetLanguage": "FR"}) == 200, "a notification without words"
    assert told(address, {"requestId": 1, "translatedText": "Viens au guichet."}) == 200
    assert words(note) == {ONE: "Viens au guichet."}
    assert told(address, {"requestId": 1, "translatedText": "Autre chose."}) == 200
    assert words(note) == {ONE: "Viens au guichet."}, "once"
    assert told(address.replace("/answers/", "/answers/x"), {"translatedText": "x"}) == 404
    assert told(other["deliveries"]["http"], {"errorCode": -20000, "errorMessage": "no"}) == 200
    done = Run.objects.get(pk=run.pk)
    assert (done.state, done.drafted, done.failed) == (RunState.DONE, 1, 1)
    assert Piece.objects.get(version=version(note)).read is False


def test_an_answer_does_not_replace_what_a_person_wrote_meanwhile(served: Engines) -> None:
    note = a_note(ONE)
    worked(ordered(note, engine="etranslation"))
    write(note, {ONE: "À moi."})
    assert told(served.asked[0][1]["deliveries"]["http"], {"translatedText": "MACHINE"}) == 200
    assert words(note) == {ONE: "À moi."}


def test_a_worker_that_died_after_asking_asks_only_for_what_is_not_answered(served: Engines) -> None:
    note = a_note(ONE, "Altro.")
    run = ordered(note, engine="etranslation")
    served.faults = [200, 503]
    with pytest.raises(drafting.Later):
        worked(run)
    assert told(served.asked[0][1]["deliveries"]["http"], {"translatedText": "Viens."}) == 200
    worked(run)
    assert served.texts() == [ONE, "Altro.", "Altro."]


def test_nothing_is_offered_where_nothing_is_set_up() -> None:
    assert machine.engines() == []
    with pytest.raises(ValidationError):
        ordered(a_note(ONE))


PERMIT = Term("permesso", "", True, ("permesso di soggiorno",), ("titre de séjour",))


@given(st.text(max_size=100), st.booleans())
def test_what_is_protected_comes_back_as_it_was(text: str, tagged: bool) -> None:
    sent = machine.protect(text, "it", [], tagged=tagged)
    if machine.BACK.search(text):
        return
    assert (machine.restore(sent.text, sent.kept, tagged=tagged) or "") == text.strip()


def test_a_term_goes_out_as_a_mark_and_comes_back_in_the_other_language() -> None:
    sent = machine.protect("Il permesso di soggiorno <b>scade</b>", "it", [PERMIT], tagged=True)
    assert sent.text == 'Il <x id="0"/> <x id="1"/>scade<x id="2"/>'
    assert (
        machine.restore('<x id="1"></x>Le <X ID = "0" /> expire<x id="2"/>', sent.kept, tagged=True)
        == "<b>Le titre de séjour expire</b>"
    )
    assert machine.restore('Le <x id="0"/> <x id="0"/>', sent.kept, tagged=True) is None
    assert Engine.DEEPL.label == "DeepL"
