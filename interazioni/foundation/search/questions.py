"""What a question means: its words, the concepts that they name, and what was meant by words that nobody wrote. See `docs/mechanisms/search.md`."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from interazioni.foundation.search.analyser import Word, asked, meant, righted
from interazioni.foundation.search.concepts import MARK, VERSION, Concepts, glossary_of
from interazioni.foundation.search.spelling import Meant, alike

MOST_WORDS = 12  # of a question; the rest of a pasted page says nothing more
LONGEST = 300  # characters that are looked at
CONCEPT = 1.5  # a concept says this much more than a word as rare

Instead = Mapping[str, Sequence[Meant]]  # a word that nobody wrote → those that were meant


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a question. `query`: any of these tokens, `weight`: how much they say. `wanted`: what counts as this word being there, if it is one."""

    query: str
    weight: float
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`corrected`: what is looked for instead of a misspelt question, if so."""

    terms: Sequence[Term] = ()
    words: Sequence[str] = ()
    corrected: str = ""


def understood(text: str, language: str) -> Question:
    """At most three queries; two where no word is strange; a fourth never: the glossary is read when it changed, and then once."""
    words = asked(text[:LONGEST], language)[:MOST_WORDS]
    if not words:
        return Question()
    counts, version = _counts(words, language)
    known = glossary_of(version)
    surfaces = [word.surface for word in words]
    concepts = known.asked(surfaces, language)
    strange = [one.surface for one in words if one.surface not in concepts and not counts.keys() & set(one.tokens)]
    hints = {one: codes for one in strange if (codes := known.hinted(one, language))}
    instead = alike(
        [one for one in strange if one not in hints], language, lambda one: bool(known.hinted(one, language))
    )
    if instead:
        concepts = _meant_concepts(known, surfaces, instead, language)
    concepts |= hints
    terms = [
        _term(word, instead.get(word.surface, ()), concepts.get(word.surface, ()), counts, language) for word in words
    ]
    spoken_of: set[str] = set().union(*concepts.values())
    terms += [Term(_quoted(code), CONCEPT * _rarity(code, counts)) for code in sorted(spoken_of)]
    said = righted(text[:LONGEST], {one: candidates[0].surface for one, candidates in instead.items()})
    return Question(terms, surfaces, said if instead else "")


def _counts(words: Iterable[Word], language: str) -> tuple[dict[str, int], str]:
    """In how many of the reader's documents each token and each concept stands (the empty token: in all), and which glossary holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token, documents, '' FROM search_token WHERE language = %s AND (token = ANY(%s) OR token ^@ %s)"
            f" UNION ALL SELECT '', 0, ({VERSION})",
            [language, ["", *(token for word in words for token in word.tokens)], MARK],
        )
        *rows, (_token, _none, version) = cursor.fetchall()
    return {token: count for token, count, _version in rows}, version


def _meant_concepts(known: Concepts, surfaces: Iterable[str], instead: Instead, language: str) -> dict[str, set[str]]:
    """The concepts that a question names once its slips are righted, under the words as they were typed."""
    typed = {right: one for one in surfaces for right in [meant.surface for meant in instead.get(one, ())] or [one]}
    found: dict[str, set[str]] = {}
    for right, codes in known.asked(typed, language).items():
        found.setdefault(typed[right], set()).update(codes)
    return found


def _term(
    word: Word, instead: Sequence[Meant], concepts: Iterable[str], counts: Mapping[str, int], language: str
) -> Term:
    """A word's tokens, or those of the words that were meant instead. It is there, too, where a concept that it names is spoken of."""
    tokens = [token for one in instead for token in (one.token, *meant(one.surface, language))] or word.tokens
    query = " | ".join(map(_quoted, dict.fromkeys(tokens)))
    if len(word.surface) >= 4 and not instead and not counts.keys() & set(tokens):
        query += f" | {_quoted(word.surface)}:*"  # half a word, or a form that the stemmer does not know
    known = dict(counts) | {one.token: one.documents for one in instead}
    return Term(
        query,
        _rarity(max(tokens, key=lambda one: known.get(one, 0)), known),
        " | ".join([query, *map(_quoted, concepts)]),
    )


def _rarity(token: str, counts: Mapping[str, int]) -> float:
    return math.log(1 + counts.get("", 1) / (1 + counts.get(token, 0)))


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
