"""What a question and a text speak of, whatever the language."""

from interazioni.foundation.search.analyser import pieces
from interazioni.foundation.search.concepts import concepts

KNOWN = concepts(
    [
        ("permit", "it", "permesso di soggiorno"),
        ("permit", "fr", "titre de séjour"),
        ("permit", "zh-hans", "居留"),
        ("job", "it", "lavoro"),
        ("contract", "it", "contratto di lavoro"),
        ("enrol", "it", "iscrizione a scuola"),
        ("undocumented", "es", "sin papeles"),
        ("pregnancy", "es", "embarazada"),
    ]
)


def asked(text: str, language: str) -> dict[str, set[str]]:
    return KNOWN.asked(pieces(text), language)


def within(text: str, language: str) -> list[tuple[int, str]]:
    return KNOWN.within(list(pieces(text)), language)


def test_a_question_names_a_concept_in_any_order_with_words_between() -> None:
    assert asked("mio soggiorno, il permesso", "it") == {"soggiorno": {"§permit"}, "permesso": {"§permit"}}
    assert asked("iscrizioni alla scuola", "it").keys() == {"iscrizioni", "scuola"}
    assert asked("titre sejour", "fr").keys() == {"titre", "sejour"}
    assert asked("居留过期", "zh-hans") == {"居留": {"§permit"}}
    assert asked("titre", "fr") == {}


def test_the_longer_name_is_meant() -> None:
    assert asked("contratto lavoro", "it") == {"contratto": {"§contract"}, "lavoro": {"§contract"}}
    assert asked("lavoro", "it") == {"lavoro": {"§job"}}


def test_a_page_in_one_language_understands_words_of_another_where_it_knows_none_of_its_own() -> None:
    assert asked("embarazada", "it") == {"embarazada": {"§pregnancy"}}
    assert asked("lavoro embarazada", "it") == {"lavoro": {"§job"}}


def test_one_word_of_a_name_is_a_hint() -> None:
    assert KNOWN.hinted("papeles", "es") == KNOWN.hinted("papeles", "it") == {"§undocumented"}
    assert KNOWN.hinted("xyz", "es") == set()


def test_a_text_names_a_concept_where_its_words_stand_beside_each_other() -> None:
    assert within("Iscrizione dei figli a scuola", "it") == [(0, "§enrol")]
    assert within("Il permesso vale due anni. Dopo tre mesi porta la ricevuta: senza, il soggiorno", "it") == []
    assert within("Permesso di soggiorno", "it") == [(0, "§permit")]
