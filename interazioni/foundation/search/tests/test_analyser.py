"""What is typed meets what is written, in fifteen languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.search.analyser import asked, distance, folded, pieces, righted, stem
from interazioni.foundation.search.concepts import concepts
from interazioni.foundation.search.vectors import Vector

MEET = [
    ("it", "Permesso di soggiorno scaduto", "permessi scaduti"),
    ("it", "l’affitto della casa", "affitti"),
    ("en", "renewing a residence permit", "permits renewed"),
    ("fr", "cours d'italien pour adultes", "COURS ADULTE"),
    ("es", "inscripción escolar", "inscripcion"),
    ("ar", "تَصْرِيح الإقامة", "تصريح اقامة"),
    ("ar", "المدرسة", "مدرسه"),
    ("zh-hans", "居留许可", "许可"),
    ("uk", "посвідка на проживання", "посвідки"),
    ("ro", "permis de ședere", "sedere"),
    ("ru", "вид на жительство", "жительства"),
    ("ur", "رہائشی اجازت نامہ", "اجازت"),
    ("bn", "রেসিডেন্স পারমিট", "পারমিট"),
    ("pa", "ਰਿਹਾਇਸ਼ੀ ਪਰਮਿਟ", "ਪਰਮਿਟ"),
    ("pt", "autorização de residência", "residencia"),
    ("ti", "ፍቓድ መንበሪ", "መንበሪ"),
    ("sq", "leje qëndrimi", "qendrim"),
]


def written(text: str, language: str) -> set[str]:
    return {stem(one, language) for one in pieces(text)}


@pytest.mark.parametrize(("language", "text", "query"), MEET)
def test_forms_of_a_word_meet(language: str, text: str, query: str) -> None:
    tokens = written(text, language)
    for word in asked(query, language):
        assert tokens & set(word.tokens), word


def test_an_italian_word_is_understood_on_any_page() -> None:
    assert written("permesso di soggiorno", "it") & {token for word in asked("permesso", "ar") for token in word.tokens}


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert [word.surface for word in asked("come posso avere la tessera", "it")] == ["avere", "tessera"]
    assert [word.surface for word in asked("i am the mother", "en")] == ["mother"]
    assert asked("la", "it")


def test_a_stem_says_enough_to_tell_words_apart() -> None:
    assert stem("visado", "es") == "visado", "not `vis`, which is a visit, a face and a screw as well"
    assert stem("casa", "it") == stem("case", "it") == "cas"


@given(st.text(max_size=200), st.sampled_from(["it", "ar", "zh-hans", "uk", "bn", "ti"]))
def test_no_text_makes_it_fall_over_and_folding_is_done_once(text: str, language: str) -> None:
    for piece in pieces(text):
        assert folded(piece) == piece
    vector = Vector()
    vector.add_text(text, language, "A", concepts([]))
    vector.literal()


@given(st.text("abcde", max_size=8), st.text("abcde", max_size=8))
def test_the_distance_between_two_words(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


def test_neighbours_that_changed_places_are_one_slip() -> None:
    assert distance("permesso", "permseso") == 1


def test_a_question_is_put_right_without_losing_its_small_words() -> None:
    instead = {"permeso": "permesso", "afitto": "affitto"}
    assert righted("Il permeso di soggiorno e l’afitto", instead) == "Il permesso di soggiorno e affitto"
    assert righted("居留 permeso", instead) == "居留 permesso"
