"""Who has no keyboard for a language writes it in the letters at hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.search.analyser import folded
from interazioni.foundation.search.sounds import latin, likeness, readings, sound

SAME = [
    ("пермессо", "permesso"),
    ("بيرميسو", "permesso"),
    ("codice", "кодиче"),
    ("tasrih", "تصريح"),
    ("iqama", "الإقامة".removeprefix("ال")),
    ("madrasa", "مدرسة"),
    ("chahada", "شهادة"),
    ("shahada", "شهادة"),
    ("ta3lim", "تعليم"),
    ("prozhyvannia", "проживання"),
    ("shkola", "школа"),
    ("zhitelstvo", "жительство"),
    ("naukri", "نوکری"),
    ("bari", "বারি"),
    ("kam", "ਕੰਮ"),
    ("sirah", "ስራሕ"),
]


@pytest.mark.parametrize(("typed", "written"), SAME)
def test_two_scripts_sound_the_same(typed: str, written: str) -> None:
    assert sound(folded(written)) in readings(folded(typed))


@pytest.mark.parametrize(
    ("one", "other"), [("casa", "cane"), ("школа", "работа"), ("مدرسة", "مستشفى"), ("lavoro", "affitto")]
)
def test_other_words_do_not(one: str, other: str) -> None:
    assert sound(folded(one)) != sound(folded(other))


def test_chinese_has_no_letters_to_read() -> None:
    assert sound("居留") == latin("居留") == ""


def test_who_reads_latin_letters_means_no_word_of_another_script() -> None:
    assert likeness("decreto", "декрет", reader="latin") is None
    assert likeness("shkola", "школа", reader="cyrillic") == 1
    assert likeness("пермессо", "permesso", reader="cyrillic") == 1
    assert likeness("طلاق", "talk", reader="arabic") is None, "three consonants are too few to be sure"
    vowels = likeness("madrasa", "مدرسه", reader="arabic"), likeness("madrasa", "مدارس", reader="arabic")
    assert None not in vowels


@given(st.text(max_size=40))
def test_no_word_makes_it_fall_over_and_a_sound_is_latin(text: str) -> None:
    assert sound(folded(text)).isascii()
    readings(folded(text))
