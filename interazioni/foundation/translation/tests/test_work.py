"""Translators at work: what they wrote is never lost, whoever else writes meanwhile."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.translation import memory
from interazioni.foundation.translation.models import Piece, State
from interazioni.foundation.translation.queries import Asked, board, progress, readings, sheet
from interazioni.foundation.translation.rules import Edit, set_concept, set_languages, set_pivot, validate, withdraw
from interazioni.foundation.translation.tests.cast import (
    KIND,
    a_note,
    again,
    handed_in,
    heard,
    segments,
    version,
    words,
    write,
)
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db

TITLE, BODY = "Corsi di italiano", "I corsi cominciano il 3 marzo."
FR = {TITLE: "Cours d'italien", BODY: "Les cours commencent le 3 mars."}


@pytest.fixture(autouse=True)
def in_italian() -> Iterator[None]:
    with translation.override("it"):
        yield


def lines(source, language="fr", login="amina"):  # type: ignore[no-untyped-def]
    with acting(actor(login)), clock.at(DEMO_DAY):
        found = sheet(source.pk, language, actor(login))
    assert found is not None
    return {line.segment.text: line for line in found.lines}


def test_the_checks_stop_what_is_handed_in_and_a_reason_lets_it_pass() -> None:
    note = a_note(TITLE, BODY)
    write(note, {**FR, BODY: "Les cours commencent bientôt."})
    with pytest.raises(ValidationError, match=r"controlli|checks"):
        handed_in(note)
    assert lines(note)[BODY].findings[0].what == "3"
    write(note, {BODY: Edit("Les cours commencent bientôt.", excuse="La data è scritta sul manifesto.")})
    assert handed_in(note).state == State.TRANSLATED
    assert heard[-1] == note.object_id
    write(note, {BODY: "Les cours vont commencer."})
    assert Piece.objects.get(text="Les cours vont commencer.").excuse == "", "another text needs a reason of its own"


def test_two_translators_do_not_overwrite_each_other() -> None:
    note = a_note(TITLE, BODY)
    write(note, FR)
    amina, paolo = lines(note)[BODY], lines(note, login="paolo")[BODY]
    write(note, {BODY: Edit("Amina : le 3 mars.", amina.made_of, amina.over)})
    done = write(note, {BODY: Edit("Paolo : le 3 mars.", paolo.made_of, paolo.over)}, by="paolo")
    assert done.stood == {paolo.ident: "Amina : le 3 mars."}
    assert words(note)[BODY] == "Amina : le 3 mars."
    done = write(note, {BODY: Edit(FR[BODY], paolo.made_of, paolo.over)}, by="paolo")
    assert words(note)[BODY] == "Amina : le 3 mars.", "a field that nobody touched takes nothing back"
    assert not done.stood
    write(note, {BODY: Edit("Paolo : le 3 mars.", paolo.made_of, lines(note)[BODY].over)}, by="paolo")
    assert words(note)[BODY] == "Paolo : le 3 mars.", "having seen it, one may"


def test_what_is_typed_while_the_source_is_edited_is_kept_and_looked_at_again() -> None:
    note = a_note(TITLE, BODY)
    seen = lines(note)[BODY]
    again(note, TITLE, "I corsi cominciano il 5 marzo.")
    done = write(note, {TITLE: FR[TITLE], "I corsi cominciano il 5 marzo.": Edit(FR[BODY], seen.made_of, seen.over)})
    assert done.version.missing == 1
    line = lines(note)["I corsi cominciano il 5 marzo."]
    assert (line.text, line.fresh) == (FR[BODY], False)
    assert [(one.kind, one.text) for one in line.changed if one.kind] == [("del", "3"), ("ins", "5")]
    with pytest.raises(ValidationError):
        handed_in(note)
    fits = Edit("Les cours commencent le 5 mars.", line.made_of, line.over)
    write(note, {"I corsi cominciano il 5 marzo.": fits})
    assert handed_in(note).missing == 0


def test_an_outdated_segment_is_good_again_when_somebody_looked_and_says_so() -> None:
    note = a_note(TITLE, BODY)
    write(note, FR)
    handed_in(note)
    changed = "I corsi cominciano il 3 marzo, di sera."
    again(note, TITLE, changed)
    line = lines(note)[changed]
    assert version(note).outdated
    write(note, {changed: Edit(line.text, line.made_of, line.over)})
    assert version(note).outdated, "saving the page as it was says nothing about this segment"
    write(note, {changed: Edit(line.text, line.made_of, line.over, fits=True)})
    assert not version(note).outdated


def test_a_paragraph_that_comes_back_finds_its_words_in_the_memory() -> None:
    note = a_note(TITLE, BODY)
    write(note, FR)
    again(note, TITLE)
    again(note, TITLE, "Altro.", BODY)
    assert lines(note)[BODY].offers[0].translation == FR[BODY], "though it was never handed in"


def test_words_for_a_paragraph_that_is_gone_are_named() -> None:
    note = a_note(TITLE, BODY)
    gone = segments(note)[BODY].pk
    again(note, TITLE)
    with clock.at(DEMO_DAY):
        from interazioni.foundation.translation.rules import write_pieces

        done = write_pieces(source=note, language="fr", texts={gone: "Perdu ?"}, by=actor("amina"))
    assert done.gone == [gone]


def test_a_change_of_pivot_makes_nothing_good_that_was_outdated() -> None:
    note = a_note(TITLE, BODY)
    write(note, FR)
    write(note, {TITLE: "ትምህርቲ ጣልያን", BODY: "ትምህርቲ ብ3 መጋቢት ይጅምር።"}, language="ti")
    handed_in(note, "ti")
    changed = "I corsi cominciano il 9 marzo."
    again(note, TITLE, changed)
    write(note, {changed: "Les cours commencent le 9 mars."})
    with clock.at(DEMO_DAY):
        set_pivot(source=note, language="ti", pivot="fr", by=actor("amina"))
    assert version(note, "ti").missing == 1
    assert lines(note, "ti")[changed].read == "Les cours commencent le 9 mars."


def test_the_validator_is_somebody_else_and_validates_what_is_read() -> None:
    note = a_note(TITLE, BODY)
    write(note, FR, by="paolo")
    handed_in(note, by="paolo")
    write(note, {TITLE: "Les cours d'italien"}, by="paolo")
    with clock.at(DEMO_DAY), pytest.raises(ValidationError, match=r"consegna|handed in"):
        validate(source=note, language="fr", by=actor("amina"))
    handed_in(note, by="paolo")
    with clock.at(DEMO_DAY):
        assert validate(source=note, language="fr", by=actor("amina")).state == State.VALIDATED
    assert readings(KIND, [note.object_id], "fr")[note.object_id].validated


def test_the_board_shows_what_is_wanted_most_read_first() -> None:
    from interazioni.foundation.core import reads

    quiet, loud = a_note("Poco letto", theme="school"), a_note("Molto letto", "Altro")
    done = a_note("Fatto")
    write(done, {"Fatto": "Terminé"})
    handed_in(done)
    with clock.at(DEMO_DAY), acting(actor("amina")):
        reads.flush()  # what earlier stories of this process read
        for _ in range(3):
            reads.count(KIND, loud.object_id, "ar")
        reads.count(KIND, quiet.object_id, "fr")
        reads.count(KIND, quiet.object_id, "fr", agent="Googlebot/2.1")
        assert reads.flush() == 2
        assert reads.flush() == 0
        found = board(Asked(["fr", "ar"], kind=KIND))
        assert [(row.title, row.language, row.reads_here, row.reads) for row in found.rows][:3] == [
            ("Molto letto", "ar", 3, 3), ("Poco letto", "fr", 1, 1), ("Molto letto", "fr", 0, 3),
        ]  # fmt: skip
        assert found.total == 5
        assert [row.title for row in board(Asked(["fr"], theme="school")).rows] == ["Poco letto"]
        assert [row.title for row in board(Asked(["fr"], "to_validate")).rows] == ["Fatto"]
        me = actor("amina").user_id
        assert board(Asked(["fr"], "to_validate", me=me, others=True)).total == 0
        (french,) = progress(["fr"])
        assert (french.total, french.good) == (3, 1)
    with clock.at(DEMO_DAY), acting(actor("amina")):
        set_languages(languages=["ar", "xx", "fr"], by=actor("amina"))
        from interazioni.foundation.translation.queries import languages_of

        assert languages_of(actor("amina")) == ["fr", "ar"]
    with acting(actor("paolo")):
        assert languages_of(actor("paolo")) == []


def test_a_page_of_a_long_thing_costs_as_many_queries_as_of_a_short_one(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    note = a_note(*(f"Paragrafo numero {at} di molti altri." for at in range(40)))
    with clock.at(DEMO_DAY):
        set_concept(code="corso", terms={"it": ["corso"], "fr": ["cours"]}, by=actor("paolo"))
    by = actor("amina")
    with acting(by), django_assert_num_queries(7):
        sheet(note.pk, "fr", by)


def test_what_is_withdrawn_leaves_the_board() -> None:
    from interazioni.foundation.access.permissions import Permission
    from interazioni.foundation.access.rules import rule
    from interazioni.foundation.audit.rules import record

    @rule(Permission.DIRECTORY_KEEP)
    def take_back(*, by) -> None:  # type: ignore[no-untyped-def]
        record(by, "test.withdraw", object_kind=KIND)
        withdraw(kind=KIND, object_ids=[note.object_id])

    note = a_note("Da ritirare")
    with clock.at(DEMO_DAY):
        take_back(by=actor("lucia"))
    with acting(actor("amina")):
        assert sheet(note.pk, "fr", actor("amina")) is None
        assert board(Asked(["fr"], kind=KIND)).total == 0


# --- whatever happens to the source, in whatever order -------------------------------------------------------------------

POOL = [f"Frase numero {at}." for at in range(6)]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("sync"), st.lists(st.sampled_from(POOL), min_size=1, max_size=5), st.booleans()),
        st.tuples(st.just("write"), st.integers(0, 4), st.just(True)),
        st.tuples(st.just("machine"), st.integers(0, 4), st.just(True)),
        st.tuples(st.just("pivot"), st.sampled_from(["", "en"]), st.just(True)),
        st.tuples(st.just("hand_in"), st.just(0), st.just(True)),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_nothing_that_a_person_wrote_is_ever_lost(todo: list[tuple[str, object, bool]]) -> None:
    """After any order of edits, re-syncs, machines and pivots: it stands in its segment, or in the memory."""
    note = a_note(*POOL[:3])
    typed: set[str] = set()
    count = 0
    for act, what, major in todo:
        now = list(note.segments.order_by("position"))
        count += 1
        if act == "sync":
            note = again(note, *what, major=major)  # type: ignore[misc]
        elif act in ("write", "machine"):
            segment = now[int(what) % len(now)]  # type: ignore[call-overload]
            for language in ("en", "fr"):
                said = f"{act} {count} {language}"
                try:
                    write(note, {segment.text: said}, language, origin="human" if act == "write" else "machine")
                except ValidationError:
                    continue  # the pivot has no words yet
                if act == "write":
                    typed = {one for one in typed if one != held(note, segment.pk, language)} | {said}
        elif act == "pivot" and version_or_none(note, "en"):
            with clock.at(DEMO_DAY):
                set_pivot(source=note, language="fr", pivot=str(what), by=actor("amina"))
        elif act == "hand_in":
            try:
                handed_in(note)
            except ValidationError:
                continue
    stand = set(Piece.objects.filter(version__source=note).values_list("text", flat=True))
    past = {words for piece in Piece.objects.filter(version__source=note) for _n, words in piece.past}
    kept = set(memory_of(["en", "fr"]))
    assert typed <= stand | past | kept
    for one in note.versions.all():
        unread = Piece.objects.filter(version=one, read=False).count()
        assert not (unread and one.state in (State.TRANSLATED, State.VALIDATED))
        assert not {said for said in (one.published or {}).values() if said.startswith("machine")}


def held(note, segment_id, language):  # type: ignore[no-untyped-def]
    piece = Piece.objects.filter(version__source=note, version__language=language, segment_id=segment_id).first()
    return piece.past[-1][1] if piece and piece.past else None


def version_or_none(note, language):  # type: ignore[no-untyped-def]
    return note.versions.filter(language=language).first()


def memory_of(languages: list[str]) -> list[str]:
    from interazioni.foundation.translation.models import Memory

    return list(Memory.objects.filter(language__in=languages).values_list("translation", flat=True))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(POOL[:4]), st.integers(0, 3), st.booleans())
def test_only_what_means_something_else_is_outdated_through_every_pivot(order: list[str], at: int, major: bool) -> None:
    note = a_note(*POOL[:4])
    for language in ("en", "fr", "ti"):
        if language != "en":
            with clock.at(DEMO_DAY):
                write(note, {}, language)
                set_pivot(source=note, language=language, pivot={"fr": "en", "ti": "fr"}[language], by=actor("amina"))
        write(note, {text: f"{language}: {text}" for text in POOL[:4]}, language)
    note = again(note, *[text + " Davvero." if n == at else text for n, text in enumerate(order)], major=major)
    for language in ("en", "fr", "ti"):
        assert version(note, language).missing == (1 if major else 0), language


def test_offers_come_for_the_same_text_and_for_one_that_is_alike() -> None:
    note = a_note(TITLE, BODY)
    write(note, FR)
    handed_in(note)
    found = memory.offers("it", "fr", [BODY, "I corsi cominciano il 9 marzo."])
    assert found[BODY][0].likeness == 1
    assert 0.6 <= found["I corsi cominciano il 9 marzo."][0].likeness < 1
