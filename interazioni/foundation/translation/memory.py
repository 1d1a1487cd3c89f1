"""What was translated before, offered again: the same text, or one that is alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id

ALIKE = 0.6  # trigram similarity below which an offer distracts more than it helps


@dataclass(frozen=True, slots=True)
class Offer:
    """`likeness`: 1.0 for the same text."""

    text: str
    translation: str
    likeness: float
    validated: bool


REMEMBER = """
INSERT INTO translation_memory AS kept (id, created_at, source_language, language, text, translation, validated, uses, used_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s)
ON CONFLICT (source_language, language, md5(text), md5(translation))
DO UPDATE SET uses = kept.uses + 1, used_at = excluded.used_at, validated = kept.validated OR excluded.validated
"""
OFFERS = """
SELECT asked.n, found.text, found.translation, found.validated, found.likeness
FROM unnest(%s::text[]) WITH ORDINALITY AS asked (text, n)
CROSS JOIN LATERAL (
    SELECT m.text, m.translation, m.validated, similarity(m.text, asked.text) AS likeness
    FROM translation_memory m
    WHERE m.source_language = %s AND m.language = %s AND m.text %% asked.text
    ORDER BY m.text = asked.text DESC, likeness DESC, m.validated DESC, m.uses DESC, m.used_at DESC LIMIT 3
) AS found
WHERE found.likeness >= %s
ORDER BY asked.n, found.likeness DESC, found.validated DESC
"""


def remember(source_language: str, language: str, pairs: Iterable[tuple[str, str]], *, validated: bool) -> None:
    """Inside the rule that publishes: (source text, translation)."""
    moment = clock.now()
    with connection.cursor() as cursor:
        cursor.executemany(
            REMEMBER,
            [(new_id(), moment, source_language, language, text, said, validated, moment) for text, said in pairs],
        )


def offers(source_language: str, language: str, texts: Sequence[str]) -> dict[str, list[Offer]]:
    """For each text that something is remembered for, at most three offers, the likest first. One query."""
    found: dict[str, list[Offer]] = {}
    with connection.cursor() as cursor:
        cursor.execute(OFFERS, [list(texts), source_language, language, ALIKE])
        for number, text, said, validated, likeness in cursor.fetchall():
            found.setdefault(texts[number - 1], []).append(
                Offer(text, said, 1.0 if text == texts[number - 1] else min(likeness, 0.99), validated)
            )
    return found
