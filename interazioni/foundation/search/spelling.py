"""Words that nobody wrote: which ones were meant, by a slip of the finger or by their sound in another script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from interazioni.foundation.search.analyser import distance, script
from interazioni.foundation.search.sounds import likeness, readings
from interazioni.foundation.translation.checks import SCRIPTS

ALIKE = 0.3  # trigram similarity of a slip
MOST = 3  # words that are tried for one that nobody wrote
# Of each word: those that share most of its letters, and those that sound like it; how many documents hold them.
NEAR = f"""
SELECT asked.word, near.surface, near.token, coalesce(t.documents, 0) FROM unnest(%s::text[], %s::text[]) AS asked (word, sound)
CROSS JOIN LATERAL (
    (SELECT surface, token FROM search_word WHERE surface %% asked.word AND similarity(surface, asked.word) >= {ALIKE}
     ORDER BY similarity(surface, asked.word) DESC, surface LIMIT 12)
    UNION (SELECT surface, token FROM search_word WHERE sound = asked.sound AND asked.sound <> '' LIMIT 60)
) AS near LEFT JOIN search_token t ON t.token = near.token
"""


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that stands somewhere, instead of one that does not. `documents`: how many hold it."""

    surface: str
    token: str
    documents: int


def alike(surfaces: Sequence[str], language: str) -> dict[str, list[Meant]]:
    """For each word the likeliest, best first; words without any are left out. One query."""
    asked = [(word, heard) for word in surfaces if not word.isdecimal() for heard in readings(word) or [""]]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [[word for word, _sound in asked], [heard for _word, heard in asked]])
        rows = cursor.fetchall()
    reader = SCRIPTS.get(language, "LATIN").lower()
    found: dict[str, dict[str, tuple[float, Meant]]] = {}
    for word, near, token, documents in rows:
        cost = _cost(word, near, reader)
        if cost is not None:
            found.setdefault(word, {})[near] = (cost, Meant(near, token, documents))
    return {word: _best(candidates) for word, candidates in found.items()}


def _cost(typed: str, known: str, reader: str) -> float | None:
    """Slips between two words; None where they are too many for the word's length."""
    if script(typed) != script(known):
        return likeness(typed, known, reader)
    slips = distance(typed, known)
    return slips if len(typed) >= 4 and slips <= (1 if len(typed) <= 5 else 2 if len(typed) <= 9 else 3) else None


def _best(candidates: Mapping[str, tuple[float, Meant]]) -> list[Meant]:
    ranked = sorted(candidates.values(), key=lambda one: (one[0], -one[1].documents, one[1].surface))
    return [meant for _cost, meant in ranked[:MOST]]
