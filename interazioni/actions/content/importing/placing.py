"""Which town a place is in, and which theme an event belongs to: read from its words, said in the preview, never more than proposed."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache

from django.conf import settings
from django.utils import translation

from interazioni.actions.directory.models import Theme
from interazioni.foundation.vocabularies import municipalities
from interazioni.foundation.vocabularies.folding import fold

REGION = "Piemonte"
_PARTS = re.compile(r"[,;\n()|]|\s[-–—]\s")
_CODE = re.compile(r"^(?:I-)?\d{5}\s+")
_COUNTRY = re.compile(r"^(?:italia|italy|italie|italien|it|piemonte|piedmont)$", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:di|a|ad|in|presso|\d{1,5}\w?)", re.IGNORECASE
)  # "Biblioteca di Asti", "via Morgari 14 Torino"
# Beginnings of folded words, Italian and the languages that feeds of this region come in. The first theme that is named most wins.
WORDS: dict[str, tuple[str, ...]] = {
    "permits": ("permess", "soggiorn", "cittadinanz", "questur", "visto", "asilo", "immigrazion", "documenti", "permit", "residence", "visa", "titre"),
    "school": ("scuol", "scolast", "italian", "alfabetizz", "istruzion", "universit", "cpia", "lingu", "compit", "lettur", "bibliotec", "doposcuol", "school", "library", "ecole"),
    "home": ("casa", "affitt", "abitaz", "abitar", "allogg", "condomin", "inquilin", "housing", "rent"),
    "work": ("lavor", "impieg", "curricul", "cv", "tirocin", "occupazion", "impres", "professional", "colloqui", "job", "work", "emploi"),
    "health": ("salut", "sanit", "vaccin", "medic", "prevenzion", "benesser", "consultor", "ospedal", "psicolog", "health", "sante"),
    "family": ("famigl", "bambin", "genitor", "mamm", "nascit", "neonat", "infanzi", "ragazz", "gioc", "family", "children", "famille"),
    "rights": ("diritt", "violenz", "discrimin", "razzis", "antirazzis", "legal", "parita", "rights"),
    "arriving": ("accoglienz", "benvenut", "arriv", "orientament", "welcome", "accueil"),
}  # fmt: skip
_SPEAKS = re.compile(r"\b(?:" + "|".join(f"(?P<{theme}>{'|'.join(words)})" for theme, words in WORDS.items()) + ")")


@lru_cache(maxsize=5000)
def town(where: str) -> str:
    """The ISTAT code of the region's municipality that a place names, or "". The last part that is a town decides: streets are named after towns too."""
    for part in reversed(_PARTS.split(where[:300])):
        clean = part.strip(" .\t")
        if not clean or _COUNTRY.match(clean) or re.fullmatch(r"[A-Za-z]{2}|\d+\w?", clean):
            continue
        for said in _said(clean):
            found = municipalities.parse_place(said)
            here = [
                one
                for one in (found.municipality, *found.candidates)
                if one is not None and one.region == REGION and one.istat
            ]
            if len(here) == 1:
                return here[0].istat
    return ""


def _said(part: str) -> list[str]:
    """The part, and each end of it that follows on "of", "at" or a number."""
    words = re.sub(r"\bd['’]", "di ", part, flags=re.IGNORECASE).split()
    tails = [" ".join(words[at:]) for at in range(1, len(words)) if _BEFORE.fullmatch(words[at - 1])]
    return [_CODE.sub("", part), *tails]


def theme_named(category: str) -> str:
    """A category that is one of our themes, in whatever language of the portal, or speaks of one."""
    return _labels().get(fold(category)) or theme_of([category])


def theme_of(texts: Iterable[str]) -> str:
    """The theme that the words speak of most; "" where they speak of none."""
    counted = Counter(found.lastgroup for text in texts for found in _SPEAKS.finditer(fold(text[:2000])))
    return max(WORDS, key=lambda theme: counted[theme]) if counted else ""


@cache
def _labels() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in settings.PORTAL_LANGUAGES:
        with translation.override(language):
            found |= {fold(str(theme.label)): theme.value for theme in Theme}
    return found | {theme.value: theme.value for theme in Theme}
