"""The plan file: TOML in, a checked plan out, or every error with its line. Needs no database."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interazioni.plan.programme.planfile import meaning
from interazioni.plan.programme.planfile.lines import Path, index, line_of
from interazioni.plan.programme.planfile.shape import SHAPE, check_table


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a plan file: the line (from 1), the place and what is wanted."""

    line: int
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan that passed every check. `document` is the file's content with its periods written out."""

    document: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.document["plan"]["code"])

    @property
    def digest(self) -> str:
        """Of the meaning, not of the text: remarks and order of keys do not make another version."""
        return hashlib.sha256(json.dumps(self.document, sort_keys=True, default=str).encode()).hexdigest()


def check(text: str) -> tuple[PlanFile | None, list[Problem]]:
    """The plan, or all that is wrong with its file, in the order of the lines."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # besides its own error, tomllib lets some of Python's through
        return None, [Problem(_line_in(str(fault), text), "", _("this is not TOML: %(fault)s") % {"fault": fault})]
    lines = index(text)
    problems: list[Problem] = []

    def report(path: Path, message: str) -> None:
        place = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        problems.append(Problem(line_of(path, lines), place, message))

    check_table(document, SHAPE, (), report)
    meaning.check(document, report)
    if problems:
        return None, sorted(set(problems))
    return PlanFile({**document, "periods": meaning.periods_of(document)}), []


def _line_in(message: str, text: str) -> int:
    """tomllib says the line in words: `(at line 3, column 1)`, or `(at end of document)`."""
    words = message.rpartition("(at line ")[2].partition(",")[0]
    return int(words) if words.isdigit() else len(text.splitlines()) or 1
