"""Bringing a file of services in, from its bytes to what became of each row, as the worker does it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interazioni.actions.directory.importing.kind import SERVICES
from interazioni.actions.directory.models import Service
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.imports import rules
from interazioni.foundation.imports.models import Import, ImportRow
from interazioni.foundation.imports.registry import Asked, Understood
from interazioni.foundation.imports.running import run
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY


def lucia() -> Actor:
    return actor("lucia")


def sheet(*rows: Sequence[str] | Mapping[str, str]) -> bytes:
    """A CSV; rows given by heading, or the heading first."""
    if rows and isinstance(rows[0], Mapping):
        names = list(dict.fromkeys(name for row in rows for name in row))
        rows = (names, *([row.get(name, "") for name in names] for row in rows))  # type: ignore[union-attr]
    return "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode()


@dataclass(frozen=True)
class Brought:
    handed: Import
    rows: list[ImportRow]

    @property
    def outcomes(self) -> list[str]:
        return [row.outcome for row in self.rows]

    @property
    def codes(self) -> list[list[str]]:
        return [row.codes for row in self.rows]

    @property
    def warnings(self) -> list[list[str]]:
        return [row.warnings for row in self.rows]


def understood(content: bytes | Any, by: Actor | None = None, name: str = "", **answers: str) -> Understood:
    by = by or lucia()
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    with acting(by), clock.at(DEMO_DAY):
        return SERVICES.understand(Asked(SERVICES.read(content, name), by, answers=answers))


def bring(content: bytes | Any, by: Actor | None = None, answers: Mapping[str, str] | None = None) -> Brought:
    by = by or lucia()
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    name = "services.json" if content.lstrip()[:1] in (b"{", b"[") else "servizi.csv"
    with clock.at(DEMO_DAY):
        with acting(by):
            total = len(SERVICES.understand(Asked(SERVICES.read(content, name), by)).lines)
            handed = rules.hand_in(kind="services", name=name, content=content, total=total, options={}, by=by)
            if answers:
                rules.answer(handed=handed, mapping={}, answers=answers, total=total, by=by)
            rules.confirm(handed=handed, by=by)
        run(handed.pk, by)
    with acting(by):
        handed.refresh_from_db()
        return Brought(handed, list(handed.rows.order_by("sheet", "row")))


def entry(name: str, by: Actor | None = None) -> Service:
    with acting(by or lucia()):
        return Service.objects.select_related("organisation").get(name=name, body_id=(by or lucia()).body_id)


def count(by: Actor | None = None) -> int:
    with acting(by or lucia()):
        return Service.objects.filter(body_id=(by or lucia()).body_id).count()
