"""What must come through a translation unchanged: addresses, phones, placeholders, numbers. Pure; for the checks and for machines."""

import re
import unicodedata
from collections import Counter
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError

URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]«»\"“”]+[^\s<>()\[\]«»\"“”.,;:!?،؛؟。，、]", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PLACEHOLDER = re.compile(r"\{\{\s*[\w.]+\s*\}\}|\{[\w.]*\}|%\(\w+\)[sd]|%[sd]\b")
LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>")
# Groups of at least two digits. A number is one that begins with a plus, with 0 or 3 (Italian lines), 800, 803, 116.
PHONE = re.compile(r"(?<![\d/.,])(?:\+|00)?\(?\d{1,4}\)?(?:[ .\-/\u00a0]?\d{2,}){1,5}(?![\d/])")
AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+")
SPAN = re.compile(r"\d{1,2}[.:]\d{2}\s*[-/ ]\s*\d{1,2}[.:]\d{2}")  # 09.00-12.30
HOUR = re.compile(r"(?<!\d)(\d{1,2})\s?[hH]\s?(\d{2})(?!\d)")
FULL_HOUR = re.compile(r"(?<!\d)(?<!\d[.,:])(\d{1,2})[:.]00(?!\d|[.,:]\d)")
NUMBER = re.compile(r"\d+(?:[.,:\u066b\u066c'’\u00a0\u202f]\d+)*")
DATE = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)|(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
BIDI = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def western(text: str) -> str:
    """Digits of every script as 0-9, marks of direction taken out: ٢٥ and ২৫ are 25."""
    return "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() and unicodedata.digit(letter, None) is not None else letter
        for letter in text.translate(BIDI)
    )


def digits(text: str) -> str:
    return "".join(letter for letter in western(text) if letter in "0123456789")


def links(text: str) -> Counter[str]:
    """Addresses of the web, without what separates no two of them (a slash at the end, the scheme)."""
    found = [match[0] for match in URL.finditer(text)] + [match[2] for match in LINK.finditer(text)]
    return Counter(dict.fromkeys((_bare(one) for one in found), 1))


def _bare(url: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", url.casefold()).rstrip("/")


def emails(text: str) -> Counter[str]:
    return Counter(match[0].casefold() for match in EMAIL.finditer(text))


def placeholders(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", match[0]) for match in PLACEHOLDER.finditer(text))


def phones(text: str) -> list[str]:
    """The digits of each phone number. Dates, years and amounts are none."""
    bare = _without(western(text), URL, EMAIL, LINK, DATE)
    found = []
    for match in PHONE.finditer(bare):
        number, written = digits(match[0]), match[0].lstrip("(")
        if AMOUNT.fullmatch(written) or SPAN.fullmatch(written):
            continue
        shortest = 8 if written[0] == "+" else 9 if written[0] == "3" else 6
        if shortest <= len(number) <= 15 and (written[0] in "+03" or number[:3] in {"800", "803", "116"}):
            found.append(number)
    return found


def numbers(text: str, language: str) -> Counter[str]:
    """Every number by its digits: 1.500 = 1,500 = ١٥٠٠. A date gives its day, month (also a month's name) and year."""
    bare = _without(western(text), URL, EMAIL, PLACEHOLDER)
    known = phones(text)
    bare = PHONE.sub(lambda match: " " if digits(match[0]) in known else match[0], bare)
    bare = DATE.sub(lambda match: " ".join(part for part in match.groups() if part and part.isdigit()), bare)
    names = _months(language)
    if names:
        pattern, values = names
        bare = pattern.sub(lambda match: f"{match[1]} {values[match[2].casefold()]} ", bare)
    bare = FULL_HOUR.sub(r"\1", HOUR.sub(r"\1:\2", bare))
    return Counter(digits(match[0]).lstrip("0") or "0" for match in NUMBER.finditer(bare))


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(" ", text)
    return text


@cache
def _months(language: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    """Months' names that stand behind a day; CLDR's, with those of the eastern Arab countries."""
    values: dict[str, int] = {}
    codes = [language, "ar_SY"] if language == "ar" else [language]
    for code in codes:
        try:
            locale = Locale.parse(code.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for number, name in locale.months[context]["wide"].items():
                if not name[:1].isdigit():
                    values[name.casefold()] = number
    if not values:
        return None
    names = "|".join(sorted(map(re.escape, values), key=len, reverse=True))
    between = r"[\s\u00a0]*(?:de|di|do|من|º|°|er)?[\s\u00a0.]*"
    return re.compile(rf"(\d{between})({names})", re.IGNORECASE), values
