"""What can be seen of a translation without understanding it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.translation import marks
from interazioni.foundation.translation.checks import Code, check
from interazioni.foundation.translation.diffs import changes
from interazioni.foundation.translation.glossary import Term, named

PERMIT = Term("permesso", "", True, ("permesso di soggiorno",), ("تصريح الإقامة", "الإقامة"))
PERMIT_UK = Term("permesso", "", True, ("permesso di soggiorno",), ("дозвіл на проживання",))


def codes(text: str, said: str, language: str = "fr", **more: object) -> set[Code]:
    return {finding.code for finding in check(text, said, language, **more)}  # type: ignore[arg-type]


def test_digits_of_every_script_are_the_same_numbers() -> None:
    assert codes("Per chi ha almeno 16 anni.", "لمن عمره ١٦ سنة على الأقل.", "ar") == set()
    assert codes("Per chi ha almeno 16 anni.", "کم از کم ۱۶ سال کے افراد کے لیے۔", "ur") == set()
    assert codes("Costa 1.500 euro.", "খরচ ১,৫০০ ইউরো।", "bn") == set()
    assert Code.NUMBERS in codes("Per chi ha almeno 16 anni.", "لمن عمره ١٥ سنة على الأقل.", "ar")


def test_a_date_is_a_date_however_it_is_written() -> None:
    text = "Entro il 31 dicembre 2020."
    for said, language in (
        ("Avant le 31/12/2020.", "fr"), ("قبل ٣١ ديسمبر ٢٠٢٠.", "ar"), ("2020年12月31日之前。", "zh-hans"), ("До 31 грудня 2020 року.", "uk"),
        ("قبل 31 كانون الأول 2020.", "ar"), ("Antes de 31 de dezembro de 2020.", "pt"), ("Before December 31, 2020 (31-12-2020).", "en"),
    ):  # fmt: skip
        assert Code.NUMBERS not in codes(text, said, language), said
    assert Code.NUMBERS in codes(text, "Avant le 31 novembre 2020.", "fr")
    assert Code.NUMBERS in codes("Dal 01/09/2020", "À partir du 1er septembre 2021", "fr")


def test_hours_may_be_written_as_the_language_writes_them() -> None:
    assert codes("Apre alle 9:30 e alle 14.00.", "Ouvre à 9h30 et à 14 h.") == set()


def test_phones_addresses_and_placeholders_come_through() -> None:
    text = "Chiama il numero 011 555 1234 o scrivi a aiuto@comune.example, vedi https://www.comune.example/it."
    good = "Appelle le (011) 555-1234 ou écris à aiuto@comune.example, voir https://comune.example/it/."
    assert codes(text, good) == set()
    bad = "Appelle le 011 555 1243 ou écris à aide@comune.example, voir https://comune.example/fr."
    assert {Code.PHONES, Code.EMAILS, Code.LINKS} <= codes(text, bad)
    assert Code.PHONES not in codes("Numero 011 555 1234", "الرقم ٠١١ ٥٥٥ ١٢٣٤", "ar")
    assert codes("Ciao {nome}!", "Salut {nom} !") == {Code.PLACEHOLDERS}
    assert Code.PHONES not in codes("Orario 09.00-12.30", "Horaire 9h00 à 12h30"), "hours are no phone number"


def test_markup_is_kept_and_html_is_not_brought_in() -> None:
    assert codes("**Gratis** per tutti", "**Gratuit** pour tous") == set()
    assert codes("**Gratis** per tutti", "**Gratuit pour tous") == {Code.MARKUP_BROKEN}
    assert Code.HTML in codes("Gratis per tutti", "Gratuit <b>pour</b> tous")
    assert Code.MARKUP_BROKEN in codes("Leggi [la guida](https://a.example/x)", "Lis le guide https://a.example/x")


def test_italian_that_was_left_behind() -> None:
    assert codes("Vieni allo sportello.", "Vieni allo sportello.") == {Code.SAME}
    assert codes("SPID", "SPID") == set()
    assert codes("CPIA Torino", "CPIA Torino", "ar") == set()
    assert Code.LEFT in codes("Porta il permesso di soggiorno.", "Apporte le permesso di soggiorno.")
    assert Code.LEFT not in codes("Porta il permesso di soggiorno.", "Apporte le titre (permesso di soggiorno).")
    assert Code.LEFT in codes("Vai allo sportello", "اذهب إلى sportello اليوم", "ar")


def test_the_script_of_the_language() -> None:
    assert Code.SCRIPT in codes("Vieni domani mattina", "Come tomorrow morning", "ar")
    assert Code.SCRIPT in codes("Vieni domani mattina", "Приходь завтра вранці", "fr")
    assert codes("Corso di italiano – Moncalieri", "意大利语课程 – Moncalieri", "zh-hans") == set()
    assert codes("Vieni domani", "ਕੱਲ੍ਹ ਆਓ", "pa") == set()
    assert codes("Vieni domani", "ጽባሕ ንዓ", "ti") == set()
    assert codes("Vieni domani", "আগামীকাল আসুন", "bn") == set()
    assert Code.LETTERS in codes("Vieni domani", "Приходи завтра, мы ждём", "uk")


def test_the_glossary_is_enforced_whatever_the_ending() -> None:
    text = "Porta i permessi di soggiorno."
    assert [part.text for part in named(text, "it", [PERMIT]).parts if part.term] == ["permessi di soggiorno"]
    assert codes(text, "أحضر تصريح الإقامة.", "ar", terms=[PERMIT]) == set()
    assert codes(text, "أحضر بطاقة.", "ar", terms=[PERMIT]) == {Code.TERM}
    assert codes(text, "أحضر وثيقة الإقامة.", "ar", terms=[PERMIT]) == {Code.TERM_OTHER}
    for said in ("أحضر بطاقة.", "أحضر وثيقة الإقامة."):
        assert codes(text, said, "ar", terms=[replace(PERMIT, enforced=False)]) == set()
    assert codes("Serve il permesso di soggiorno", "Потрібно дозволу на проживання", "uk", terms=[PERMIT_UK]) == set()


def test_a_reason_excuses_what_may_be_right_and_nothing_else() -> None:
    (finding,) = check("Apre alle 14:30.", "Ouvre l'après-midi à deux heures et demie.", "fr", excuse="12 ore")
    assert (finding.code, finding.error, finding.excused) == (Code.NUMBERS, False, True)
    (finding,) = check("Chiama 011 555 1234", "Appelle tout de suite", "fr", excuse="non serve")[:1]
    assert (finding.code, finding.error) == (Code.PHONES, True)
    assert check("Ciao", "  ", "fr", excuse="x")[0].error


def test_much_longer_and_much_shorter_is_said() -> None:
    text = "Una frase abbastanza lunga da potersi misurare."
    assert codes(text, "Oui, d'accord.") == {Code.SHORT}
    assert Code.LONG in codes(text, "Une phrase " * 30)


@given(
    st.text(max_size=120), st.text(max_size=120), st.sampled_from(["fr", "ar", "zh-hans", "uk", "ti", "pa", "bn", "wo"])
)
def test_no_text_makes_it_fall(text: str, said: str, language: str) -> None:
    for finding in check(text, said, language, terms=[PERMIT]):
        assert finding.code in Code


@given(
    st.lists(st.integers(0, 99_999), max_size=5),
    st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "০১২৩৪৫৬৭৮৯", "۰۱۲۳۴۵۶۷۸۹", "੦੧੨੩੪੫੬੭੮੯"]),
)
def test_numbers_are_found_in_any_digits(said: list[int], script: str) -> None:
    western = " ; ".join(map(str, said))
    other = western.translate(str.maketrans("0123456789", script))
    assert marks.numbers(western, "it") == marks.numbers(other, "ar")


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_diff_holds_both_texts(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(one.text for one in found if one.kind != "ins") == before
    assert "".join(one.text for one in found if one.kind != "del") == after


@given(st.text(max_size=150))
def test_parts_of_a_text_are_the_text(text: str) -> None:
    assert "".join(part.text for part in named(text, "it", [PERMIT, PERMIT_UK]).parts) == text
