"""XLIFF out, to a translator's tool, and back."""

import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.translation import exchange, xliff
from interazioni.foundation.translation.models import Handed, Version
from interazioni.foundation.translation.rules import Edit, hand_file_in, take_file
from interazioni.foundation.translation.tests.cast import a_note, again, segments, version, words, write
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = "Vieni allo sportello.", "Porta un documento & una foto <3.", "Chiama prima."


@pytest.fixture(autouse=True)
def in_italian() -> Iterator[None]:
    with translation.override("it"):
        yield


def out(note, language: str = "fr") -> str:  # type: ignore[no-untyped-def]
    with acting(actor("amina")):
        return xliff.write(exchange.out([note], language)).decode()


def outcomes(text: str, language: str = "fr") -> dict[str, str]:
    with acting(actor("amina")):
        found = exchange.preview(xliff.read(text.encode()), language)
    return {change.unit.text: change.outcome for thing in found for change in thing.changes}


def take(text: str, language: str = "fr") -> dict[str, int]:
    by = actor("paolo")
    with clock.at(DEMO_DAY), acting(by):
        row = hand_file_in(language=language, name="file.xlf", content=text.encode(), by=by)
        things = exchange.preview(xliff.read(text.encode()), language)
        edits = {thing.source_id: exchange.edits(thing) for thing in things}
        done = take_file(handed=row, edits=edits, by=by)
        with pytest.raises(ValidationError):
            take_file(handed=Handed.objects.get(pk=row.pk), edits=edits, by=by)
    return done


def translated(text: str, said: dict[str, str]) -> str:
    """As a tool would: a target beside each source."""

    def put(match: re.Match[str]) -> str:
        import html

        words = said.get(html.unescape(match[1]))
        return match[0] if words is None else f"<source>{match[1]}</source><target>{html.escape(words)}</target>"

    return re.sub(r"<source>(.*?)</source>(?:<target>.*?</target>)?", put, text)


FR = {ONE: "Viens au guichet.", TWO: "Apporte un document & une photo <3.", THREE: "Appelle d'abord."}


def test_a_file_goes_out_and_comes_back() -> None:
    note = a_note(ONE, TWO, THREE)
    text = out(note)
    assert 'version="2.0"' in text
    assert 'srcLang="it" trgLang="fr"' in text
    back = translated(text, FR)
    assert outcomes(back) == {ONE: "new", TWO: "new", THREE: "new"}
    assert take(back) == {"taken": 3, "stood": 0, "gone": 0}
    assert words(note) == FR
    assert version(note).published is None, "nobody has handed it in yet"
    assert outcomes(out(note)) == {ONE: "same", TWO: "same", THREE: "same"}


def test_nothing_overwrites_what_a_person_wrote_since() -> None:
    note = a_note(ONE, TWO, THREE)
    write(note, {ONE: "Viens.", TWO: "Apporte un document."})
    text = out(note)
    write(note, {ONE: "Viens donc."})
    back = translated(text, FR)
    assert outcomes(back) == {ONE: "stands", TWO: "replaces", THREE: "new"}
    assert take(back)["taken"] == 2
    assert words(note) == {ONE: "Viens donc.", TWO: FR[TWO], THREE: FR[THREE]}
    untouched = translated(text, {ONE: "Viens.", TWO: "Apporte un document."})
    assert outcomes(untouched)[ONE] == "same", "what the file only brought back is no wish to go back"


def test_a_tool_that_drops_our_attributes_costs_only_caution() -> None:
    note = a_note(ONE, TWO)
    write(note, {ONE: "Viens."})
    write(note, {TWO: "MACHINE"}, origin="machine")
    back = re.sub(r' (?:ia:\w+|xmlns:ia)="[^"]*"', "", translated(out(note), FR))
    assert outcomes(back) == {ONE: "stands", TWO: "replaces"}
    take(back)
    assert words(note) == {ONE: "Viens.", TWO: FR[TWO]}


def test_what_was_translated_from_words_that_changed_waits_to_be_looked_at() -> None:
    note = a_note(ONE, TWO)
    back = translated(out(note), FR)
    again(note, ONE, "Porta un documento & due foto <3.")
    for text in (back, re.sub(r' (?:ia:\w+|xmlns:ia)="[^"]*"', "", back)):
        with acting(actor("amina")):
            (thing,) = exchange.preview(xliff.read(text.encode()), "fr")
        assert [change.outdated for change in thing.changes] == [False, True]
    take(back)
    assert version(note).missing == 1


def test_paragraphs_that_are_gone_and_foreign_units_are_left_out() -> None:
    note = a_note(ONE, TWO)
    back = translated(out(note), FR)
    again(note, ONE)
    assert outcomes(back) == {ONE: "new", TWO: "gone"}
    strange = back.replace(str(segments(note)[ONE].pk), "u1")
    assert xliff.read(strange.encode()).unknown == 1


def test_files_of_other_tools() -> None:
    note = a_note(ONE, TWO, THREE)
    known = segments(note)
    old = f"""<?xml version="1.0" encoding="utf-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="note/{note.pk}" source-language="it" target-language="fr-FR" datatype="plaintext"><header/><body><group>
    <trans-unit id="{known[ONE].pk}"><source>{ONE}</source><target state="translated">Viens <g id="1">au guichet</g>.</target></trans-unit>
    <trans-unit id="{known[THREE].pk}"><source>{THREE}</source></trans-unit>
  </group></body></file>
</xliff>"""
    assert outcomes(old) == {ONE: "new", THREE: "empty"}
    cut = f"""<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="it" trgLang="fr"><file id="{note.pk}">
<unit id="{known[ONE].pk}"><segment><source>Vieni </source><target>Viens </target></segment><ignorable><source> </source></ignorable>
<segment><source>allo sportello.</source><target>au <mrk id="m1" type="term">guichet</mrk><cp hex="0001"/>.</target></segment></unit>
<unit id="{known[THREE].pk}"><segment><source>Chiama</source><target>Appelle</target></segment><segment><source> prima.</source></segment></unit>
</file></xliff>"""
    (one, three) = xliff.read(cut.encode()).files[0].units
    assert (one.translation, three.translation) == ("Viens au guichet.", ""), "half a paragraph is none"


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        ("entities", 2, '<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">\n<x/>'),
        ("entities", 1, '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'),
        ("xml", 2, "<xliff\n<"),
        ("not_xliff", 1, "<tmx/>"),
        ("no_language", 1, '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="it"/>'),
        ("file_id", 2, '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="it" trgLang="fr">\n<file id="f1"/></xliff>'),
        ("deep", 1, '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="it" trgLang="fr">' + "<group>" * 90),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_line(code: str, line: int, text: str) -> None:
    with pytest.raises(xliff.Refused) as refused:
        xliff.read(text.encode())
    assert (refused.value.code, refused.value.line) == (code, line)


def test_a_placeholder_of_a_tool_that_stands_for_something_unseen_is_refused() -> None:
    text = """<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="it" trgLang="fr"><file id="01a20b69-666d-71ec-926d-e61df959826c">
<unit id="01a20b69-666d-71ec-926d-e61df959826c"><segment><source>a</source><target>b<ph id="1"/></target></segment></unit></file></xliff>"""
    with pytest.raises(xliff.Refused) as refused:
        xliff.read(text.encode())
    assert (refused.value.code, refused.value.line, refused.value.what) == ("inline", 2, "ph")


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 9), st.integers(0, 9))
def test_what_goes_out_comes_in(text: str, said: str, of: int, over: int) -> None:
    unit = xliff.Unit(new_id(), text, said, of, over, "p.0")
    document = xliff.Document("it", "ar", [xliff.File(new_id(), [unit], "note/x")])
    (back,) = xliff.read(xliff.write(document)).files[0].units

    def plain(words: str) -> str:  # what XML cannot hold, and its ends of lines
        return re.sub(r"\r\n?", "\n", xliff.NOT_XML.sub("", words))

    assert (back.text, back.translation, back.made_of, back.over) == (plain(text), plain(said).strip(), of, over)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall(content: bytes) -> None:
    with pytest.raises(xliff.Refused):
        xliff.read(content)


def test_through_the_pages() -> None:
    note = a_note(ONE, TWO)
    client = Client()
    client.force_login(User.objects.get(pk=CAST["amina"].user_id))
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = client.get(f"/desk/translation/{note.pk}/fr/xliff/").content.decode()
    back = SimpleUploadedFile("fr.xlf", translated(text, FR).encode())
    answer = client.post("/desk/translation/files/", {"file": back})
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer.url)
    assert FR[ONE] in page.content.decode()
    assert not Version.objects.filter(source=note, language="fr").exists(), "looking takes nothing"
    client.post(answer.url)
    assert words(note) == {ONE: FR[ONE], TWO: FR[TWO]}
    everything = client.get("/desk/translation/files/fr/xliff/?what=all").content.decode()
    assert ONE in everything
    assert ONE not in client.get("/desk/translation/files/fr/xliff/").content.decode()


def test_edits_keep_what_they_were_made_over() -> None:
    note = a_note(ONE)
    write(note, {ONE: Edit("Viens.", over=0)})
    assert 'ia:over="1"' in out(note)
