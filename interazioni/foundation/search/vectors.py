"""What the database is told of a document's words: a tsvector written out, so that both sides know one analyser alone. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from interazioni.foundation.search.analyser import pieces, stem
from interazioni.foundation.search.concepts import Concepts

# PostgreSQL's limits: positions end at 16383, a lexeme keeps 255 of them.
LAST, MOST = 16_383, 255
TITLE, WORDS, SUMMARY, TEXT = "A", "B", "B", "D"
ELSEWHERE = "C"  # titles and words of the same thing in other languages


@dataclass(slots=True)
class Vector:
    """Tokens with their places and weights."""

    places: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    next: int = 1

    def add(self, tokens: Iterable[str], weight: str) -> None:
        for token in tokens:
            held = self.places.setdefault(token[:60], [])
            if len(held) < MOST:
                held.append((min(self.next, LAST), weight))
            self.next += 1
        self.next += 5  # words of two fields are no neighbours

    def add_text(self, text: str, language: str, weight: str, concepts: Concepts) -> None:
        surfaces = list(pieces(text))
        begins = self.next
        self.add((stem(one, language) for one in surfaces), weight)
        for at, concept in concepts.within(surfaces, language):
            held = self.places.setdefault(concept, [])
            if len(held) < MOST:
                held.append((min(begins + at, LAST), weight))

    def literal(self) -> str:
        """As PostgreSQL reads a tsvector."""
        words = []
        for token, places in self.places.items():
            quoted = token.replace("\\", "\\\\").replace("'", "''")
            unique: dict[int, str] = {}  # one place has one weight, the best ("A" before "D")
            for place, weight in places:
                unique[place] = min(weight, unique.get(place, "Z"))
            words.append(f"'{quoted}':" + ",".join(f"{place}{weight}" for place, weight in unique.items()))
        return " ".join(words)


def typed(text: str, language: str) -> dict[str, str]:
    """The words of a text as they may be typed → their token: long enough for a slip to be told from another word."""
    return {one: stem(one, language) for one in pieces(text) if 3 <= len(one) <= 30 and not one.isdecimal()}
