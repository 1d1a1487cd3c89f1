"""Terms of the glossary in a text: which are named in the source, and whether the translation calls them by their name. Pure but for `terms`."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from interazioni.foundation.translation.models import Concept

WHOLE = frozenset({"zh-hans", "zh", "ja", "th"})  # no spaces between words
ALIKE = 0.6  # of a word's letters must be the same from its beginning: permesso, permessi; дозвіл, дозволу
WORD = re.compile(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Term:
    """A concept in two languages: its names in the source's, and those wanted in the other, the preferred one first."""

    code: str
    note: str
    enforced: bool
    names: tuple[str, ...]
    wanted: tuple[str, ...]

    @property
    def preferred(self) -> str:
        return self.wanted[0] if self.wanted else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text; with the term that it names, if it does."""

    text: str
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Named:
    parts: tuple[Part, ...]
    terms: tuple[Term, ...] = field(default=())


def terms(source_language: str, language: str) -> list[Term]:
    """Every concept that has a name in both languages. Two queries.

    Of the source's names only the preferred one counts: the others are what people type into the search, and much wider (held against the
    demo's services, every second finding was a text that says "lavoro" and was asked for "cercare lavoro").
    """
    found = []
    for concept in Concept.objects.prefetch_related("terms"):
        by_language: dict[str, list[str]] = {}
        for term in sorted(concept.terms.all(), key=lambda one: not one.preferred):
            by_language.setdefault(term.language, []).append(term.text)
        names, wanted = by_language.get(source_language, []), by_language.get(language, [])
        if names and wanted:
            found.append(Term(concept.code, concept.note, concept.enforced, tuple(names[:1]), tuple(wanted)))
    return found


def named(text: str, language: str, known: Iterable[Term]) -> Named:
    """The text in parts, the longest names first and none within another."""
    words = [(match.start(), match.end(), folded(match[0])) for match in WORD.finditer(text)]
    spans: list[tuple[int, int, Term]] = []
    for term in known:
        for name in term.names:
            spans += [(first, last, term) for first, last in _places(text, words, name, language)]
    parts: list[Part] = []
    met: dict[str, Term] = {}
    at = 0
    for first, last, term in sorted(spans, key=lambda span: (span[0], -span[1])):
        if first < at:
            continue
        if first > at:
            parts.append(Part(text[at:first]))
        parts.append(Part(text[first:last], term))
        met.setdefault(term.code, term)
        at = last
    if at < len(text):
        parts.append(Part(text[at:]))
    return Named(tuple(parts), tuple(met.values()))


def calls(text: str, names: Sequence[str], language: str) -> str:
    """Which of the names the text uses, as far as endings let one see; empty: none."""
    words = [(match.start(), match.end(), folded(match[0])) for match in WORD.finditer(text)]
    plain = folded(text)
    for name in names:
        if folded(name) in plain or any(True for _ in _places(text, words, name, language)):
            return name
    return ""


def _places(text: str, words: Sequence[tuple[int, int, str]], name: str, language: str) -> Iterable[tuple[int, int]]:
    if language in WHOLE:
        at = text.find(name)
        while at >= 0:
            yield at, at + len(name)
            at = text.find(name, at + len(name))
        return
    wanted = [folded(word) for word in WORD.findall(name)]
    if not wanted:
        return
    for start in range(len(words) - len(wanted) + 1):
        here = words[start : start + len(wanted)]
        if all(alike(word[2], term) for word, term in zip(here, wanted, strict=True)):
            yield here[0][0], here[-1][1]


def alike(word: str, term: str) -> bool:
    """The same word in another form. Short words must be the same; an acronym stays one."""
    if word == term:
        return True
    shorter, longer = sorted((len(word), len(term)))
    if shorter < 4 or longer - shorter > 3:
        return False
    same = 0
    for one, other in zip(word, term, strict=False):
        if one != other:
            break
        same += 1
    return same >= max(3, round(ALIKE * longer)) and len(word) - same <= 4 and len(term) - same <= 4


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Small letters without accents or harakat; Arabic letters that stand for one another are one."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return bare.translate(_ARABIC)


_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "ی": "ي", "ک": "ك"})
