"""One way to compare words that people typed: without case, accents, apostrophes and double spaces."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose, though every keyboard that lacks them writes the plain one.
_PLAIN = str.maketrans(
    {
        "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th",
        "Ø": "O", "Đ": "D", "Ł": "L", "Æ": "AE", "Œ": "OE", "Ð": "D", "ə": "e", "Ə": "E",
    }
)  # fmt: skip
_APOSTROPHES = re.compile(r"['’‘`´ʼʹʻ]")
_SEPARATORS = re.compile(r"[\W_]+")


def strip_accents(text: str) -> str:
    """`Përmeti` → `Permeti`; case and punctuation stay."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The form under which two spellings are the same: `"D’ANGELO  Chiara"` → `"dangelo chiara"`, `"PERU'"` → `"peru"`.

    Apostrophes join (D'Angelo = DAngelo), every other sign separates (Al-Sayed = Al Sayed).
    """
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", strip_accents(text)).casefold()).strip()
