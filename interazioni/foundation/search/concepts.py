"""Concepts of the glossary: "titre de séjour", "تصريح الإقامة" and "permesso di soggiorno" become one token, in texts and in questions.

So a question in one language finds what is written in another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from interazioni.foundation.search.analyser import base, likely, pieces, says_nothing, stem
from interazioni.foundation.translation.models import Term

MARK = "§"  # no word begins with it
# Says whether any name was changed, without reading them: a concept that is kept anew gets new names, with later ids.
VERSION = "SELECT count(*) || ' ' || coalesce((SELECT id::text FROM translation_term ORDER BY translation_term.id DESC LIMIT 1), '') FROM translation_term"

Name = frozenset[str]  # a name's tokens, without the words that say nothing


@dataclass(frozen=True, slots=True)
class Concepts:
    """`names[language][token]`: the names that begin with this token, each with its concept's token; `parts`: the concepts with it in a name."""

    names: dict[str, dict[str, list[tuple[Name, str]]]]
    parts: dict[str, dict[str, set[str]]]

    def within(self, surfaces: Sequence[str], language: str) -> list[tuple[int, str]]:
        """(where it begins, the concept's token) for each concept that a text names: its words stand beside each other, in any order."""
        known = self.names.get(base(language), {})
        kept = [(at, stem(one, language)) for at, one in enumerate(surfaces) if not says_nothing(one, language)]
        found = []
        for number, (at, token) in enumerate(kept):
            for name, concept in known.get(token, ()):
                near = kept[max(0, number - len(name)) : number + len(name) + 1]
                if name <= {one for _at, one in near}:
                    found.append((at, concept))
        return found

    def asked(self, surfaces: Iterable[str], language: str) -> dict[str, set[str]]:
        """surface → the concepts that it names, alone or with other words of the question, wherever they stand.

        In the languages that a reader of this one is likely to type; where these name nothing, in any.
        """
        words = list(surfaces)
        return self._asked(words, {one for word in words for one in likely(word, language)}) or self._asked(
            words, self.names
        )

    def _asked(self, words: Sequence[str], languages: Iterable[str]) -> dict[str, set[str]]:
        """A name within a longer one is not meant: who asks for an "employment contract" does not ask for employment."""
        met: list[tuple[Name, str, dict[str, str]]] = []
        for language in languages:
            known = self.names.get(language, {})
            of = {stem(one, language): one for one in words}
            met += [(name, code, of) for token in of for name, code in known.get(token, ()) if name <= of.keys()]
        found: dict[str, set[str]] = {}
        for name, code, of in met:
            if not any(name < other for other, _code, _of in met):
                for token in name:
                    found.setdefault(of[token], set()).add(code)
        return found

    def hinted(self, surface: str, language: str) -> set[str]:
        """The concepts that have a name with this word in it: "papeles" alone, where the name is "sin papeles"."""
        return self._hinted(surface, likely(surface, language)) or self._hinted(surface, self.parts)

    def _hinted(self, surface: str, languages: Iterable[str]) -> set[str]:
        return set().union(*(self.parts.get(one, {}).get(stem(surface, one), ()) for one in languages))


def concepts(terms: Iterable[tuple[str, str, str]]) -> Concepts:
    """From (code, language, name)."""
    known = Concepts({}, {})
    for code, language, text in terms:
        surfaces = list(pieces(text))
        tokens = [stem(one, language) for one in surfaces if not says_nothing(one, language)]
        tokens = tokens or [stem(one, language) for one in surfaces]
        if tokens:
            names = known.names.setdefault(base(language), {})
            names.setdefault(tokens[0], []).append((frozenset(tokens), MARK + code))
        for token in tokens:
            known.parts.setdefault(base(language), {}).setdefault(token, set()).add(MARK + code)
    return known


def named() -> list[tuple[str, str, str]]:
    """(code, language, name): every name of every concept."""
    return list(Term.objects.values_list("concept__code", "language", "text"))


def glossary() -> Concepts:
    return concepts(named())


@lru_cache(maxsize=1)
def glossary_of(version: str) -> Concepts:
    """The same, read again only when a name was changed: a question comes far more often."""
    return glossary()
