"""Where higher rooms hang what they offer to pages that lie below them, or beside them.

A room registers in its `apps.py`:

    def ready(self) -> None:
        registry.menu.register(
            MenuItem(key="people", label=_("People"), url_name="people:list", permission=Permission.PEOPLE_VIEW)
        )

Everything carries the permission without which it is not shown. It is not what protects: each view checks its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Text = str | Promise  # gettext_lazy gives a Promise: rooms register before a language is known


class MayAct(Protocol):
    """What this floor knows of an actor (`access.actor.Actor` is one)."""

    def can(self, permission: Any, /) -> bool: ...


class Entry(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def order(self) -> int: ...
    @property
    def permission(self) -> str | None: ...


E = TypeVar("E", bound=Entry)


class Registry(Generic[E]):
    """Entries by key, in `order` and then in order of arrival. A key that comes twice is a mistake and is refused."""

    def __init__(self) -> None:
        self._entries: dict[str, E] = {}

    def register(self, entry: E) -> E:
        if self._entries.get(entry.key, entry) != entry:
            raise ValueError(f"{entry.key!r} is registered already, by {self._entries[entry.key]!r}")
        self._entries[entry.key] = entry
        return entry

    def __iter__(self) -> Iterator[E]:
        return iter(sorted(self._entries.values(), key=lambda entry: entry.order))

    def for_actor(self, actor: MayAct | None) -> list[E]:
        """Those that are open to everybody, and those whose permission the actor has."""
        return [entry for entry in self if allowed(actor, entry.permission)]


def allowed(actor: MayAct | None, permission: str | None) -> bool:
    return permission is None or (actor is not None and actor.can(permission))


# --- the navigation -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One word in the navigation. It is marked as current on its page and on those whose path begins with its path."""

    key: str
    label: Text
    url_name: str
    icon: str = ""
    permission: str | None = None
    order: int = 50
    exact: bool = False  # marked on its own page only: the desk's home, under whose path everything lies


menu: Registry[MenuItem] = Registry()  # the desk's
portal_menu: Registry[MenuItem] = Registry()


@dataclass(frozen=True, slots=True)
class Link:
    label: Text
    url: str
    icon: str = ""
    current: bool = False


def navigation(items: Iterable[MenuItem], path: str, **where: str) -> list[Link]:
    """The items that lead somewhere, the one that `path` lies under marked; a room that is not there is left out."""
    found: list[tuple[MenuItem, str]] = []
    for item in items:
        try:
            found.append((item, reverse(item.url_name, kwargs=where)))
        except NoReverseMatch:
            continue
    under = [url for item, url in found if path == url or (not item.exact and path.startswith(url))]
    nearest = max(under, key=len, default=None)
    return [Link(item.label, url, item.icon, url == nearest) for item, url in found]


# --- an object's page, composed of tabs that other rooms serve ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """How the object presents itself above its tabs, whichever room serves the tab."""

    title: Text
    url: str
    kicker: Text = ""  # what it is: "Person", "Edition"
    intro: Text = ""
    trail: Sequence[tuple[Text, str]] = ()  # breadcrumbs above it: label and address


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of an object's page at an address of its own, which takes the object's id as its one argument."""

    key: str
    label: Text
    url_name: str
    icon: str = ""
    permission: str | None = None
    order: int = 50


SubjectOf = Callable[[Any, UUID], Subject | None]
_subjects: dict[str, SubjectOf] = {}
_tabs: dict[str, Registry[Tab]] = {}


def register_subject(kind: str, subject_of: SubjectOf) -> None:
    """Said by the room that owns the object. `subject_of(actor, id)` returns None where the actor may not see it."""
    _subjects[kind] = subject_of


def register_tab(kind: str, tab: Tab) -> None:
    """`kind` is the word the owning room used: "person", "edition", "body"."""
    _tabs.setdefault(kind, Registry()).register(tab)


def tabs_of(kind: str, object_id: UUID | str, actor: MayAct | None, path: str) -> list[Link]:
    links: list[Link] = []
    for tab in _tabs.get(kind, Registry[Tab]()).for_actor(actor):
        try:
            url = reverse(tab.url_name, args=[object_id])
        except NoReverseMatch:
            continue
        links.append(Link(tab.label, url, tab.icon, url == path))
    return links


def tabbed(request: HttpRequest, kind: str, object_id: UUID) -> dict[str, Any]:
    """Context for a template that begins with `{% extends tab_base %}` and fills the block `tab`.

    The same template answers HTMX with the tab alone and a plain link with the whole page. 404 where the actor may not
    see the object: a tab of another room is no way round the room that owns it.
    """
    actor = getattr(request, "actor", None)
    subject = _subjects[kind](actor, object_id)
    if subject is None:
        raise Http404
    htmx = getattr(request, "htmx", None)
    return {
        "subject": subject,
        "tabs": tabs_of(kind, object_id, actor, request.path),
        "tab_base": "ui/tab_fragment.html" if htmx and htmx.target == "tab" else "ui/tabbed.html",
    }


# --- my day ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TileRow:
    label: Text
    url: str = ""
    note: Text = ""
    side: Text = ""
    tone: str = ""  # a status before `side`: neutral, info, success, warning, danger


@dataclass(frozen=True, slots=True, kw_only=True)
class TileContent:
    """What a tile says today. Another template gets `tile` (this) and whatever is in `context`."""

    title: Text
    rows: Sequence[TileRow] = ()
    intro: Text = ""
    empty: Text = ""  # said when there are no rows
    link: str = ""
    link_label: Text = ""
    icon: str = ""
    tone: str = ""
    template: str = "ui/tile.html"
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """`build(actor)` returns None on a day on which there is nothing worth a tile."""

    key: str
    build: Callable[[Any], TileContent | None]
    permission: str | None = None
    order: int = 50


tiles: Registry[Tile] = Registry()


# --- search on the desk ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    title: Text
    url: str
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProvider:
    """`search(actor, words, limit)`: at most `limit` hits, best first, among what the actor may see."""

    key: str
    label: Text
    search: Callable[[Any, str, int], Sequence[Hit]]
    permission: str | None = None
    order: int = 50


search: Registry[SearchProvider] = Registry()
