"""Words that people write, and what they mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interazioni.foundation.vocabularies import countries, languages, municipalities, permits, school, taxcode
from interazioni.foundation.vocabularies.countries import AmbiguousCountry, CountryMatch
from interazioni.foundation.vocabularies.permits import PermitSituation


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("marocchina", "MA"), ("PERU'", "PE"), ("Perù", "PE"), ("MAR", "MA"), ("EGY", "EG"), ("Rep. Dominicana", "DO"), ("Cina Popolare", "CN"),
        ("cingalese", "LK"), ("Costa d’Avorio", "CI"), ("ivoriana", "CI"), ("Repubblica Moldova", "MD"), ("filippina", "PH"), ("bengalese", "BD"),
        ("bangladese", "BD"), ("Birmania", "MM"), ("Myanmar", "MM"), ("Macedonia del Nord", "MK"), ("kosovara", "XK"), ("apolide", "XX"),
        ("nigerina", "NE"), ("nigeriana", "NG"), ("Z330", "MA"), ("greche", "GR"), ("Trinidad e Tobago", "TT"), ("Palestina", "PS"), ("ucraini", "UA"),
        ("cittadinanza albanese", "AL"), ("Stati Uniti d'America", "US"), ("Guinea-Bissau", "GW"), ("marrocchina", "MA"),
    ],
)  # fmt: skip
def test_countries_are_read(text: str, code: str) -> None:
    match = countries.parse_country(text)
    assert isinstance(match, CountryMatch)
    assert match.alpha2 == code


@pytest.mark.parametrize("text", ["Congo", "coreana", "Jugoslavia", "Serbia e Montenegro"])
def test_words_for_several_countries_are_asked_about(text: str) -> None:
    assert isinstance(countries.parse_country(text), AmbiguousCountry)


def test_every_country_is_found_by_its_own_name_and_adjectives() -> None:
    for code, country in countries.countries().items():
        for word in (country.it, country.en, country.alpha3, *country.adjectives[:1]):
            match = countries.parse_country(word)
            assert isinstance(match, CountryMatch) and match.alpha2 == code, (code, word, match)  # noqa: PT018


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("italiana/marocchina", ("IT", "MA")),
        ("Marocco e Italia", ("MA", "IT")),
        ("Bosnia ed Erzegovina e Italia", ("BA", "IT")),
        ("Albania-Italia", ("AL", "IT")),
    ],
)
def test_several_citizenships(text: str, codes: tuple[str, ...]) -> None:
    assert countries.parse_citizenships(text).codes == codes


def test_the_union_has_dates() -> None:
    assert not countries.union_member("HR", date(2013, 6, 30))
    assert countries.union_member("HR", date(2013, 7, 1))
    assert countries.union_member("GB", date(2020, 12, 31))
    assert not countries.union_member("GB", date(2021, 1, 1))
    assert countries.is_third_country(["MA", "IT"], date(2019, 3, 1)) is False
    assert countries.is_third_country(["XX"], date(2019, 3, 1)) is True
    assert countries.is_third_country([], date(2019, 3, 1)) is None


def test_languages_have_names_and_are_read() -> None:
    assert len(languages.INTERFACE) == 15
    for tag in languages.MEDIATION:
        assert languages.name_of(tag, "it") != tag
        assert languages.name_of(tag, "en") != tag
        assert languages.parse_language(languages.name_of(tag, "it")) == tag
    assert languages.parse_languages("arabo, francese e inglese") == (("ar", "fr", "en"), ())


def test_piemonte_has_its_municipalities() -> None:
    assert len(municipalities.in_region("Piemonte")) == 1180
    torino = municipalities.by_istat("1272")
    assert torino
    assert (torino.name, torino.province, torino.cadastral) == ("Torino", "TO", "L219")
    assert municipalities.search("aglie", region="Piemonte")[0].name == "Agliè"


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [("TORINO (TO)", "Torino", "IT"), ("Pinerolo - TO", "Pinerolo", "IT"), ("Casablanca (Marocco)", "", "MA"), ("Marocco", "", "MA"), ("Tirana, Albania", "", "AL"),
     ("AGLIE'", "Agliè", "IT"), ("Samone (TO)", "Samone", "IT"), ("Durazzo (EE)", "", "")],
)  # fmt: skip
def test_places(text: str, name: str, country: str) -> None:
    place = municipalities.parse_place(text)
    assert (place.municipality.name if place.municipality else "", place.country) == (name, country)


def test_namesakes_are_not_guessed() -> None:
    place = municipalities.parse_place("Samone")
    assert place.municipality is None
    assert len(place.candidates) == 2


def test_omocodia_shares_a_canonical_form_and_stays_another_code() -> None:
    plain, other = taxcode.decode("BZDKDJ05E45Z330W"), taxcode.decode("bzd kdj 05e45 z33lz")
    assert plain
    assert other
    assert plain.valid
    assert other.valid
    assert other.is_omocodia
    assert plain.canonical == other.canonical
    assert plain.code != other.code
    assert (other.birth_date, other.sex, other.birth_country) == (date(2005, 5, 5), "F", "MA")


def test_an_invalid_code_is_no_error() -> None:
    code = taxcode.decode("LAIMMM10H20Z236A")
    assert code
    assert not code.valid
    assert code.problems == ("check",)
    assert taxcode.decode("n.d.") is None


@given(st.text(max_size=25))
def test_garbage_never_raises(text: str) -> None:
    taxcode.decode(text)
    countries.parse_citizenships(text)
    municipalities.parse_place(text)
    permits.parse_permit(text)
    school.parse_class(text)
    languages.parse_languages(text)


_LETTERS = st.text(alphabet="ABCDEFGHIKLMNOPRSTUVZ", min_size=1, max_size=12)


@given(
    _LETTERS,
    _LETTERS,
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    st.sampled_from("MF"),
    st.sampled_from(["L219", "Z330"]),
    st.integers(0, 7),
)
def test_a_composed_code_decodes_to_what_it_was_made_of(
    surname: str, name: str, born: date, sex: str, place: str, substitutions: int
) -> None:
    made = taxcode.compose(surname, name, born, sex, place)
    read = taxcode.decode(taxcode.omocodia(made, substitutions), latest=date(2025, 1, 1) if born.year >= 1926 else None)
    assert read
    assert read.valid
    assert read.canonical == made
    assert (read.sex, read.place_code) == (sex, place)
    assert read.birth_date
    assert read.birth_date.replace(year=2000) == born.replace(year=2000)
    assert read.birth_date.year % 100 == born.year % 100


def test_the_library_agrees_with_our_arithmetic() -> None:
    from codicefiscale import codicefiscale

    for surname, name in [
        ("D'Angelo", "Chiara"),
        ("Përmeti", "Anxhela"),
        ("Hu", "Hao"),
        ("Quispe Mamani", "María Fernanda"),
        ("N'Guessan", "Aya"),
    ]:
        assert taxcode.surname_letters(surname) == codicefiscale.encode_lastname(surname)
        assert taxcode.name_letters(name) == codicefiscale.encode_firstname(name)
    assert codicefiscale.is_valid(taxcode.compose("Hoxha", "Erion", date(2009, 11, 2), "M", "L219"))


@pytest.mark.parametrize(
    ("text", "situation"),
    [("in fase di rinnovo", PermitSituation.RENEWAL_PENDING), ("illimitato", PermitSituation.LONG_TERM), ("richiesta", PermitSituation.FIRST_REQUEST),
     ("in attesa di rilascio", PermitSituation.FIRST_REQUEST), ("ric. 061234567890", PermitSituation.RENEWAL_PENDING), ("richiedente asilo", PermitSituation.ASYLUM_APPLICANT),
     ("MSNA", PermitSituation.MINOR_PROVISIONAL), ("I95700640 scad. 15/01/2020", PermitSituation.DATED), ("carta di soggiorno", PermitSituation.LONG_TERM)],
)  # fmt: skip
def test_permits(text: str, situation: PermitSituation) -> None:
    assert permits.parse_permit(text).situation is situation


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2^B", "2B"),
        ("II B", "2B"),
        ("2B", "2B"),
        ("1 A", "1A"),
        ("2ª sez. B", "2B"),
        ("classe terza C", "3C"),
        ("I A", "1A"),
        ("IVB", "4B"),
        ("5 A primaria", "5A"),
    ],
)
def test_classes(text: str, label: str) -> None:
    found = school.parse_class(text)
    assert found
    assert found.label == label
