"""Every URL of the house, read from the URLconf, and what is needed to open each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from interazioni.foundation.access.permissions import Permission

OPEN_TO_MEMBERS = object()  # any member of any body
PUBLIC = object()


@dataclass(frozen=True)
class Door:
    name: str  # "people:detail"
    needs: Any  # a Permission, OPEN_TO_MEMBERS, PUBLIC, or None: the view itself decides (see test_urls.ELSEWHERE)
    converters: dict[str, type]
    shut: bool = False  # of Wagtail's admin, and not there for anybody

    def __str__(self) -> str:
        return self.name

    def address(self, **known: Any) -> str:
        """With ids that belong to nothing where none is given: who may not enter is told so before anything is fetched."""
        made = {key: known.get(key, example(converter)) for key, converter in self.converters.items()}
        try:
            return reverse(self.name, kwargs=made)
        except NoReverseMatch:  # Wagtail's addresses ask for numbers by expressions of their own
            return reverse(self.name, kwargs={key: "1" if value == "none" else value for key, value in made.items()})

    @property
    def objects(self) -> list[str]:
        return [key for key, converter in self.converters.items() if converter is UUID]


def example(converter: type) -> Any:
    return {UUID: uuid4, int: lambda: 999_999}.get(converter, lambda: "none")()


def doors() -> list[Door]:
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda door: door.name)


def _walk(patterns: list[Any], prefix: str, outer: dict[str, type] | None = None) -> Iterator[Door]:
    for pattern in patterns:
        converters = {**(outer or {}), **_converters(pattern)}
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, prefix + namespace, converters)
        elif isinstance(pattern, URLPattern):
            yield Door(
                f"{prefix}{pattern.name}",
                _needs(pattern.callback),
                converters,
                getattr(pattern.callback, "shut", False),
            )


def _needs(view: Any) -> Any:
    if getattr(view, "public", False):
        return PUBLIC
    if not hasattr(view, "desk_permission"):
        return None
    permission = view.desk_permission
    return permission if isinstance(permission, Permission) else OPEN_TO_MEMBERS


def _converters(pattern: Any) -> dict[str, type]:
    kinds = {"UUIDConverter": UUID, "UUIDStrConverter": UUID, "IntConverter": int}  # the second is ninja's
    named = {name: kinds.get(type(one).__name__, str) for name, one in pattern.pattern.converters.items()}
    return dict.fromkeys(pattern.pattern.regex.groupindex, str) | named
