"""Concepts of the glossary in a text: "titre de séjour", "تصريح الإقامة" and "permesso di soggiorno" become one token.

So a question in one language finds what is written in another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interazioni.foundation.search.analyser import base, written
from interazioni.foundation.translation.models import Term

MARK = "§"  # no word begins with it


@dataclass(frozen=True, slots=True)
class Concepts:
    """`by_first[language][first token]`: the term's tokens and the concept's code, the longest term first."""

    by_first: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]]

    def within(self, tokens: Sequence[str], language: str) -> list[tuple[int, str, int]]:
        """(where it begins, the concept's token, how many words it takes) for each term that stands in the text."""
        terms = self.by_first.get(base(language), {})
        found = []
        for at, token in enumerate(tokens):
            for term, code in terms.get(token, ()):
                if tuple(tokens[at : at + len(term)]) == term:
                    found.append((at, MARK + code, len(term)))
                    break
        return found


def concepts(terms: Iterable[tuple[str, str, str]]) -> Concepts:
    """From (code, language, term)."""
    by_first: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
    for code, language, term in terms:
        tokens = tuple(written(term, language))
        if tokens:
            by_first.setdefault(base(language), {}).setdefault(tokens[0], []).append((tokens, code))
    for firsts in by_first.values():
        for found in firsts.values():
            found.sort(key=lambda one: -len(one[0]))
    return Concepts(by_first)


def glossary() -> Concepts:
    """Every name of every concept."""
    return concepts(Term.objects.values_list("concept__code", "language", "text"))
