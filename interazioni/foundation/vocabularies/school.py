"""School levels, and classes as schools write them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.vocabularies.folding import fold


class SchoolLevel(TextChoices):
    NURSERY = "nursery", _("Nursery school (3-5)")
    PRIMARY = "primary", _("Primary school (6-10)")
    LOWER_SECONDARY = "lower_secondary", _("Lower secondary school (11-13)")
    UPPER_SECONDARY = "upper_secondary", _("Upper secondary school (14-18)")
    VOCATIONAL = "vocational", _("Vocational training")
    ADULT = "adult", _("Adult education (CPIA)")


_LEVELS: tuple[tuple[str, SchoolLevel], ...] = (
    (r"\b(?:infanzia|materna|asilo|nido)\b", SchoolLevel.NURSERY),
    (r"\b(?:primaria|elementar\w+|prim|elem)\b", SchoolLevel.PRIMARY),
    (r"\b(?:cpia|ctp|serale|adulti)\b", SchoolLevel.ADULT),
    (r"\b(?:iefp|cfp|formazione professionale|professionale regionale)\b", SchoolLevel.VOCATIONAL),
    (
        r"\b(?:secondaria (?:di )?(?:ii|2o?|secondo)|superior\w+|liceo|istituto tecnico|professionale|sup)\b",
        SchoolLevel.UPPER_SECONDARY,
    ),
    (r"\b(?:secondaria (?:di )?(?:i|1o?|primo)|secondaria|medi[ae]|ss1g|sec)\b", SchoolLevel.LOWER_SECONDARY),
)
_WORDS = {
    "prima": 1,
    "primo": 1,
    "seconda": 2,
    "secondo": 2,
    "terza": 3,
    "terzo": 3,
    "quarta": 4,
    "quarto": 4,
    "quinta": 5,
    "quinto": 5,
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """`year` 1-5 and `section` ("A", "BS") as far as they are said."""

    year: int | None
    section: str
    level: SchoolLevel | None = None

    @property
    def label(self) -> str:
        return f"{self.year or ''}{self.section}"


@lru_cache(maxsize=8192)
def parse_level(text: str) -> SchoolLevel | None:
    key = fold(text)
    return next((level for pattern, level in _LEVELS if re.search(pattern, key)), None)


@lru_cache(maxsize=8192)
def parse_class(text: str, section: str = "") -> SchoolClass | None:
    """ "2^B", "II B", "2B", "1 A", "2ª sez. B", "classe terza C", "B2", "3", with the section perhaps in its own column.

    None when no year can be found (1 to 5), unless the text is a nursery's or only a section.
    """
    key = re.sub(r"\.0$", "", text.strip())
    key = fold(re.sub(r"(?<=[0-9IViv])[°ºª^*'’]+", " ", key))
    key = re.sub(r"\b(?:classe|cl|class|sezione|sez|corso|anno|a s)\b", " ", key)
    level = parse_level(key)
    for pattern, _level in _LEVELS:
        key = re.sub(pattern, " ", key)
    key = re.sub(r"\b(?:scuola|di|grado)\b", " ", key)
    key = re.sub(r"(\d)\s*(?:a|o)\s+(?=[a-z]\b)", r"\1 ", key).strip()  # "2a B" is the ordinal, then the section
    own = fold(section)
    own = re.sub(r"^(?:sezione|sez)\s*", "", own).upper()
    patterns = (
        r"(?P<year>[1-5])\s*(?P<section>[a-z]{0,3}\d?)",
        r"(?P<section>[a-z])\s*(?P<year>[1-5])",
        r"(?P<word>[a-z]+)(?:\s+(?P<section>[a-z]{1,2}))?",
    )
    for pattern in patterns:
        match = re.fullmatch(pattern, key)
        if not match:
            continue
        found = match.groupdict()
        if word := found.get("word"):
            year = _WORDS.get(word) or _ROMAN.get(word)
            if year is None:
                glued = re.fullmatch(r"(iii|ii|iv|i|v)([a-h])", word)
                if not glued:
                    continue
                return SchoolClass(_ROMAN[glued[1]], glued[2].upper(), level)
        else:
            year = int(found["year"])
        return SchoolClass(year, (found.get("section") or "").upper() or own, level)
    if level is SchoolLevel.NURSERY:
        return SchoolClass(None, own or (key.upper() if len(key) <= 2 else ""), level)
    return None
