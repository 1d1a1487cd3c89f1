"""Words that nobody wrote: which ones were meant, by a slip of the finger or by their sound in another script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from interazioni.foundation.search.analyser import distance, script
from interazioni.foundation.search.sounds import likeness, readings
from interazioni.foundation.translation.checks import SCRIPTS

ALIKE = 0.3  # trigram similarity of a slip
SLIPS = (5, 8, 13)  # letters of a word in which one, two, three are forgiven: shorter words are others
MOST = 3  # words that are tried for one that nobody wrote
# Of each word: those that share most of its letters, and those that sound like it; how many documents hold them.
NEAR = f"""
SELECT asked.word, near.surface, near.token, coalesce(near.documents, 0) FROM unnest(%(words)s::text[], %(sounds)s::text[]) AS asked (word, sound)
CROSS JOIN LATERAL (
    (SELECT w.surface, w.token, t.documents FROM search_word w LEFT JOIN search_token t ON t.language = %(language)s AND t.token = w.token
     WHERE w.surface %% asked.word AND similarity(w.surface, asked.word) >= {ALIKE}
     ORDER BY w.surface <> asked.word, similarity(w.surface, asked.word) DESC, t.documents DESC NULLS LAST LIMIT 12)
    UNION
    (SELECT w.surface, w.token, t.documents FROM search_word w LEFT JOIN search_token t ON t.language = %(language)s AND t.token = w.token
     WHERE w.sound = asked.sound AND asked.sound <> '' ORDER BY t.documents DESC NULLS LAST LIMIT 30)
) AS near
"""


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that stands somewhere, instead of one that does not. `documents`: how many that the reader is shown hold it."""

    surface: str
    token: str
    documents: int


def alike(surfaces: Sequence[str], language: str, named: Callable[[str], bool]) -> dict[str, list[Meant]]:
    """For each word the likeliest of those that lead to something (`named`: a concept of the glossary), best first. One query.

    Words that nothing is like are left out.
    """
    asked = [(word, heard) for word in surfaces if not word.isdecimal() for heard in readings(word) or [""]]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        words, sounds = zip(*asked, strict=True)
        cursor.execute(NEAR, {"words": list(words), "sounds": list(sounds), "language": language})
        rows = cursor.fetchall()
    reader = SCRIPTS.get(language, "LATIN").lower()
    found: dict[str, dict[str, tuple[float, Meant]]] = {}
    written = {
        word for word, near, _token, _documents in rows if word == near
    }  # somewhere, or too lately to be counted: no slip
    for word, near, token, documents in rows:
        if word in written:
            continue
        cost = _cost(word, near, reader)
        if cost is not None and (documents or named(near)):
            found.setdefault(word, {})[near] = (cost, Meant(near, token, documents))
    return {word: _best(candidates) for word, candidates in found.items()}


def _cost(typed: str, known: str, reader: str) -> float | None:
    """Slips between two words; None where they are too many for the word's length. Who misses the first letter misses twice."""
    if script(typed) != script(known):
        return likeness(typed, known, reader)
    slips = distance(typed, known) + (typed[0] != known[0])
    return slips if slips <= sum(len(typed) >= letters for letters in SLIPS) else None


def _best(candidates: Mapping[str, tuple[float, Meant]]) -> list[Meant]:
    ranked = sorted(candidates.values(), key=lambda one: (one[0], -one[1].documents, one[1].surface))
    return [meant for _cost, meant in ranked[:MOST]]
