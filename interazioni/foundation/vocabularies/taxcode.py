"""The Italian tax code (codice fiscale): what it says, whether it holds, and what it does not prove.

Rules: D.M. 23 December 1976 (composition, check character, omocodia). Birthplaces come from python-codicefiscale; the
arithmetic is written here because a workbook needs it for thousands of rows (the library builds all 128 omocodia forms
of every code it decodes: 0.5 ms each).

**Omocodia.** When two people would bear the same code, the Revenue gives the second one a code with digits replaced by
letters. So a code and its omocodia form belong to *two different people* as far as the code alone goes: `code` is the key
for identity, `canonical` is only for *finding* records to compare (somebody may have typed a code computed by a web page
instead of the one on the card).
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from interazioni.foundation.vocabularies import countries, municipalities
from interazioni.foundation.vocabularies.folding import fold, strip_accents

_MONTHS = "ABCDEHLMPRST"
_DIGIT_PLACES = (6, 7, 9, 10, 12, 13, 14)
_TO_DIGIT = str.maketrans("LMNPQRSTUV", "0123456789")
_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_EVEN = {sign: (int(sign) if sign.isdigit() else ord(sign) - 65) for sign in _ODD}
_SHAPE = re.compile(r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]")
_EMPTY = {"", "ND", "NA", "NN", "NO", "NONDISPONIBILE", "NONPRESENTE", "MANCANTE", "MANCA", "ASSENTE", "INATTESA", "X"}


@dataclass(frozen=True, slots=True)
class TaxCode:
    """What was read of a tax code.

    `code` is as typed, upper case without spaces or signs; it is the key, never `canonical`. `valid` means form, day and
    check character hold. `problems` says why not: `form`, `length`, `date`, `check`, `place`; `place` alone (a municipality
    or country that nobody knows) does not make it invalid. `birth_date` is the date for the century that fits `latest`.
    A code of eleven digits is a *provisional* number (temporary tax code of a foreigner): `provisional`, nothing decoded.
    """

    code: str
    valid: bool
    canonical: str = ""
    is_omocodia: bool = False
    provisional: bool = False
    surname_part: str = ""
    name_part: str = ""
    birth_date: date | None = None
    sex: str = ""
    place_code: str = ""
    birth_country: str = ""
    birth_municipality: municipalities.Municipality | None = None
    problems: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """Upper case, nothing but letters and digits: " rss mra-80a01 l219m " → "RSSMRA80A01L219M"."""
    return re.sub(r"[^0-9A-Z]", "", strip_accents(text).upper())


def check_character(first_fifteen: str) -> str:
    """The sixteenth character. KeyError on a sign that no code has."""
    total = sum(_ODD[sign] if at % 2 == 0 else _EVEN[sign] for at, sign in enumerate(first_fifteen))
    return chr(65 + total % 26)


def canonical(code: str) -> str:
    """The code without omocodia substitutions and with its check character, for *comparing*; "" when it has no code's form."""
    code = normalise(code)
    if not _SHAPE.fullmatch(code):
        return ""
    signs = list(code[:15])
    for place in _DIGIT_PLACES:
        signs[place] = signs[place].translate(_TO_DIGIT)
    plain = "".join(signs)
    return plain + check_character(plain)


@cache
def _known_places() -> frozenset[str]:
    from codicefiscale.data import get_indexed_data

    return frozenset(get_indexed_data()["codes"])


def looks_like(text: str) -> bool:
    """Whether a cell is meant as a tax code, right or wrong."""
    code = normalise(text)
    return (
        len(code) in (15, 16, 17)
        and bool(re.match(r"[A-Z]{6}[0-9A-Z]{2}[A-Z][0-9A-Z]{2}", code))
        and any(map(str.isdigit, code))
    )


def decode(text: str, *, latest: date | None = None) -> TaxCode | None:
    """Read a code; None for an empty cell ("n.d.", "-", "in attesa"). Never raises on garbage.

    `latest`: the last day the person may have been born (the file's day), to choose the century of a two-digit year;
    without it, the years of the current century are taken up to 2026 and the century before after that.
    """
    return _decode(normalise(text), latest)


@lru_cache(maxsize=32_768)
def _decode(code: str, latest: date | None) -> TaxCode | None:
    if code in _EMPTY:
        return None
    if re.fullmatch(r"\d{11}", code):
        return TaxCode(code, _eleven_digits_hold(code), canonical=code, provisional=True)
    if len(code) != 16:
        return TaxCode(code, False, problems=("length",))
    if not _SHAPE.fullmatch(code):
        return TaxCode(code, False, problems=("form",))
    plain = canonical(code)
    problems = []
    if check_character(code[:15]) != code[15]:
        problems.append("check")
    day = int(plain[9:11])
    sex = "F" if day > 40 else "M"
    birth = _birth(int(plain[6:8]), _MONTHS.index(plain[8]) + 1, day - 40 if day > 40 else day, latest)
    if birth is None:
        problems.append("date")
    place = plain[11:15]
    country = countries.country_of_birthplace_code(place) if place[0] == "Z" else "IT"
    if place not in _known_places():
        problems.append("place")
        country = None
    return TaxCode(
        code,
        valid="check" not in problems and "date" not in problems,
        canonical=plain,
        is_omocodia=code[:15] != plain[:15],
        surname_part=code[:3],
        name_part=code[3:6],
        birth_date=birth,
        sex=sex,
        place_code=place,
        birth_country=country or "",
        birth_municipality=municipalities.by_cadastral(place) if place[0] != "Z" else None,
        problems=tuple(problems),
    )


def _birth(year: int, month: int, day: int, latest: date | None) -> date | None:
    last = latest or date(2026, 12, 31)
    century = last.year // 100 * 100
    for start in (century, century - 100):
        try:
            born = date(start + year, month, day)
        except ValueError:
            continue
        if born <= last:
            return born
    return None


def _eleven_digits_hold(code: str) -> bool:
    """The check digit of the numeric code (D.M. 23/12/1976, art. 7; Luhn's method)."""
    total = 0
    for at, sign in enumerate(code):
        value = int(sign) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@lru_cache(maxsize=65_536)
def surname_letters(surname: str) -> str:
    """The three letters of a surname: consonants, then vowels, then X (art. 2)."""
    letters = [sign for sign in fold(surname) if "a" <= sign <= "z"]
    consonants = [sign for sign in letters if sign not in "aeiou"]
    vowels = [sign for sign in letters if sign in "aeiou"]
    return ("".join((consonants + vowels)[:3]) + "xxx")[:3].upper()


@lru_cache(maxsize=65_536)
def name_letters(name: str) -> str:
    """The three letters of a first name: as a surname's, but of four or more consonants the first, third and fourth (art. 3)."""
    letters = [sign for sign in fold(name) if "a" <= sign <= "z"]
    consonants = [sign for sign in letters if sign not in "aeiou"]
    if len(consonants) > 3:
        return (consonants[0] + consonants[2] + consonants[3]).upper()
    return surname_letters(name)


def compose(surname: str, name: str, birth_date: date, sex: str, place_code: str) -> str:
    """The code of invented people (demo, tests). `place_code` is `L219`, `Z330`…; `sex` M or F."""
    day = birth_date.day + (40 if sex == "F" else 0)
    stem = f"{surname_letters(surname)}{name_letters(name)}{birth_date.year % 100:02}{_MONTHS[birth_date.month - 1]}{day:02}{place_code}"
    return stem + check_character(stem)


def omocodia(code: str, substitutions: int) -> str:
    """The form the Revenue would give to the next homonym: the last `substitutions` digits become letters (art. 6)."""
    signs = list(canonical(code)[:15])
    for place in sorted(_DIGIT_PLACES, reverse=True)[:substitutions]:
        signs[place] = "LMNPQRSTUV"[int(signs[place])]
    stem = "".join(signs)
    return stem + check_character(stem)
