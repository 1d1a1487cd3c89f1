"""How a word sounds, whatever its script: who has no keyboard for a language writes it in the letters at hand ("tasrih", "пермессо", "بيرميسو").

Pure. A sound is the word's consonants, those made one that scripts confuse (p and b in Arabic, c, k and q, s and sh): vowels are often not
written. The letters of every script are read from their Unicode names ("CYRILLIC SMALL LETTER ZHE", "ARABIC LETTER SHEEN", "BENGALI LETTER
KA"), so that no table for each language has to be kept.
"""

import re
import unicodedata
from functools import cache, lru_cache

from interazioni.foundation.search.analyser import LONGEST, distance, script

LEAST = 4  # consonants that tell a word from others …
LEAST_OWN = 2  # … and among words of the reader's own script
_SAID = {"ا": "a", "ع": "", "ь": "", "ъ": "", "ы": "i", "х": "kh", "ں": "n"}  # where the name says it otherwise
# Several letters for one sound, as Italians, French, English and Slavs write it; then letters that other scripts do not tell apart.
_TOGETHER = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("zh", "s"), ("tch", "k"), ("ch", "k"), ("kh", "k"), ("gh", "g"), ("dj", "g"), ("qu", "k"),
    ("th", "t"), ("dh", "d"), ("ph", "f"), ("ts", "s"), ("tz", "s"), ("ou", "u"), ("x", "ks"),
)  # fmt: skip
_ONE = str.maketrans(
    {
        "p": "b",
        "v": "f",
        "c": "k",
        "q": "k",
        "z": "s",
        "j": "g",
        "y": "i",
        "w": "u",
        "o": "u",
        "e": "i",
        "h": "",
        "5": "k",
        "9": "k",
    }
)
_SILENT = re.compile(r"[aiu\d'’]+")
_TWICE = re.compile(r"(.)\1+")


@cache
def _said(letter: str) -> str:
    """A letter in Latin ones: the beginning of its name. "ZHE" → "zh", "ES" → "s", "YA" → "ya", a Chinese character → ""."""
    if letter in _SAID or unicodedata.category(letter) not in ("Ll", "Lo", "Lm"):
        return _SAID.get(letter, "")
    name = unicodedata.name(letter, "-").partition(" WITH ")[0].rpartition(" ")[2]
    heard = None if "-" in name else re.match(r"[AEIOU]*([^AEIOUY]+)", name) or re.match(r"([A-Z]+)", name)
    return heard[1].lower() if heard else ""


@lru_cache(maxsize=200_000)
def latin(surface: str) -> str:
    """A folded word in Latin letters, one for each sound."""
    parts = [surface] if surface.isascii() else [one if one.isascii() else _said(one) for one in surface]
    for letters, one in _TOGETHER:
        parts = [part.replace(letters, one) for part in parts]
    return _TWICE.sub(r"\1", "".join(parts).translate(_ONE))


def sound(surface: str) -> str:
    """The consonants of a folded word; empty where they say too little."""
    heard = _TWICE.sub(r"\1", _SILENT.sub("", latin(surface)))
    return heard if len(heard) >= LEAST_OWN else ""


def readings(surface: str) -> list[str]:
    """The sounds that a typed word may be meant to have: the French write "ch" for what others write "sh"."""
    return list(dict.fromkeys(filter(None, (sound(surface), sound(surface.replace("ch", "sh"))))))


def likeness(typed: str, known: str, reader: str) -> float | None:
    """By how much two words of one sound in two scripts differ, in slips of the finger; None: they are no such words.

    Who writes the letters that they read does not mean a word in others, unless it is a foreign one: then in Latin letters.
    """
    least = LEAST_OWN if script(known) == reader else LEAST if script(known) == "latin" else LONGEST
    if script(typed) == script(known) or len(sound(known)) < least:
        return None
    return 1 + distance(latin(typed), latin(known)) / 4
