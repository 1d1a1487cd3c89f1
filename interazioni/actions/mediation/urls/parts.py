"""Gathers the addresses of the room's parts, in the order of their names."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from interazioni.actions.mediation import urls

DOORS = {"desk", "public", "parts"}


def gathered(name: str) -> list[Any]:
    found: list[Any] = []
    for module in iter_modules(urls.__path__):
        if module.name not in DOORS:
            found += getattr(import_module(f"{urls.__name__}.{module.name}"), name, [])
    return found
