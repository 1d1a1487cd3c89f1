"""Which column holds what: proposed from the heading's words and from what stands below, with a confidence and the reason.

An importer declares its fields (`Kind`); nothing here knows about people or registers.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports.reading import Cell, text_of
from interazioni.foundation.imports.values import Parser, parse_text
from interazioni.foundation.vocabularies.folding import fold

_STOP = frozenset(
    [
        "di",
        "del",
        "della",
        "dello",
        "dei",
        "degli",
        "delle",
        "dell",
        "d",
        "e",
        "ed",
        "il",
        "la",
        "lo",
        "i",
        "gli",
        "le",
        "in",
        "a",
        "al",
        "alla",
        "allo",
        "da",
        "per",
        "dal",
        "il/la",
        "un",
        "una",
        "o",
        "su",
    ]
)


@dataclass(frozen=True)
class Field:
    """One thing that a row may say.

    `synonyms` are headings in any case and accents; words like "di" and their order do not matter. `looks_like` tells whether a
    cell could be one; with `by_content` a column may be recognised without any heading.
    """

    name: str
    label: str | Promise
    synonyms: tuple[str, ...]
    parse: Parser = parse_text
    looks_like: Callable[[Cell], bool] | None = None
    by_content: bool = False
    required: bool = False
    strict: bool = False  # a heading that fits is not enough when no cell does


@dataclass(frozen=True, slots=True)
class Column:
    """`index` counts from 0; `label` is the heading as the file has it (two rows joined), "" without one."""

    index: int
    label: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column's proposed field. `confidence` 0 to 1; `how`: heading, heading_and_content, content, chosen (by the person)."""

    column: Column
    field: str
    confidence: float
    how: str

    @property
    def explanation(self) -> str | Promise:
        return {
            "heading": _("The heading says so."),
            "heading_and_content": _("The heading says so and the cells agree."),
            "content": _("The cells look like it."),
            "chosen": _("Chosen by you."),
        }[self.how]


@dataclass(frozen=True)
class Kind:
    """What can be imported: its fields, and a last word on the proposed mapping (`refine` gets proposals, columns, samples)."""

    name: str
    label: str | Promise
    fields: tuple[Field, ...]
    refine: (
        Callable[[dict[str, Proposal], Sequence[Column], Mapping[int, Sequence[Cell]]], dict[str, Proposal]] | None
    ) = None
    anchors: frozenset[str] = field(default_factory=frozenset)  # fields of which a table must show at least one
    # Words that make a heading speak of somebody or something else ("madre", "scuola"): it then fits only synonyms with that word.
    qualifiers: frozenset[str] = field(default_factory=frozenset)
    # How signatures and remarks below a table begin, where these words could not also begin a row.
    closing: re.Pattern[str] | None = None
    wordy: bool = (
        False  # its rows hold words that headings hold too: below the first heading only plain ones are headings
    )

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {fold(word): one.name for one in reversed(self.fields) for word in one.synonyms}

    @cached_property
    def _sets(self) -> list[tuple[frozenset[str], str]]:
        return [(_words(word), one.name) for one in self.fields for word in one.synonyms if _words(word)]

    @cached_property
    def _memo(self) -> dict[str, dict[str, float]]:
        return {}

    def heading_scores(self, label: str) -> dict[str, float]:
        """field → 0.6 to 1 for a heading; empty when the words say nothing."""
        key = fold(label)
        if key not in self._memo:
            self._memo[key] = self._heading_scores(key) if key and len(key) <= 90 else {}
        return self._memo[key]

    def _heading_scores(self, key: str) -> dict[str, float]:
        scores: dict[str, float] = {}
        if key in self._exact:
            scores[self._exact[key]] = 1.0
        words = _words(key)
        apart = words & self.qualifiers
        for own, name in self._sets:
            if apart - own:
                continue
            if own == words:
                score = 0.97
            elif own < words and len(words) <= 6:
                score = 0.6 + 0.3 * len(own) / len(words)
            else:
                continue
            scores[name] = max(scores.get(name, 0.0), score)
        if not scores and len(key) >= 5 and not apart:
            for near in difflib.get_close_matches(
                key, [word for word in self._exact if len(word) >= 5], n=1, cutoff=0.84
            ):
                scores[self._exact[near]] = 0.85
        return scores

    def is_heading(self, label: str) -> bool:
        """Whether a cell is a heading and nothing else: no words besides, no slip of the finger."""
        return fold(label) in self._exact or (len(label) <= 60 and _words(label) in self._plain)

    @cached_property
    def _plain(self) -> frozenset[frozenset[str]]:
        return frozenset(words for words, _name in self._sets)

    def best_heading(self, label: str) -> float:
        return max(self.heading_scores(label).values(), default=0.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in fold(text).split() if word not in _STOP)


def propose(kind: Kind, columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]) -> dict[str, Proposal]:
    """field → proposal. A field gets one column and a column one field; the surest pairs are made first."""
    pairs: list[tuple[float, int, int, Proposal]] = []
    for column in columns:
        cells = [cell for cell in samples.get(column.index, ()) if cell is not None][:200]
        headings = kind.heading_scores(column.label)
        for rank, one in enumerate(kind.fields):
            heading = headings.get(one.name, 0.0)
            content = sum(map(one.looks_like, cells)) / len(cells) if one.looks_like and cells else None
            if heading >= 0.6:
                if content is None:
                    confidence, how = heading * 0.85, "heading"
                else:
                    confidence = heading * 0.75 + content * 0.25
                    how = "heading_and_content" if content >= 0.5 else "heading"
                    if one.strict and content < 0.15 and len(cells) >= 3:
                        confidence *= 0.4
            elif one.by_content and content is not None and content >= 0.7 and len(cells) >= (1 if one.strict else 2):
                confidence, how = 0.6 * content, "content"
            else:
                continue
            pairs.append(
                (-round(confidence, 4), rank, column.index, Proposal(column, one.name, round(confidence, 2), how))
            )
    chosen: dict[str, Proposal] = {}
    taken: set[int] = set()
    for _rank, _order, index, proposal in sorted(pairs, key=lambda pair: pair[:3]):
        if proposal.field in chosen or index in taken or proposal.confidence < 0.35:
            continue
        chosen[proposal.field] = proposal
        taken.add(index)
    return kind.refine(chosen, columns, samples) if kind.refine else chosen


def chosen_by_person(columns: Sequence[Column], choice: Mapping[int, str]) -> dict[str, Proposal]:
    """A mapping as the person set it: column index → field."""
    by_index = {column.index: column for column in columns}
    return {
        name: Proposal(by_index[index], name, 1.0, "chosen")
        for index, name in choice.items()
        if name and index in by_index
    }


def label_of(cell: Cell) -> str:
    """A heading's words: line breaks and hyphenation at their ends undone."""
    return (
        re.sub(r"(?<=\w)-\s*\n\s*(?=[a-zà-ù])", "", cell) if isinstance(cell, str) and "\n" in cell else text_of(cell)
    )
