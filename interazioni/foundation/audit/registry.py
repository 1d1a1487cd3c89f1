"""Plain words for acts: each room says how its own acts read."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

_sentences: dict[str, Promise | str] = {}
_pages: dict[str, str] = {}


def describe(act: str, sentence: Promise | str) -> None:
    """`describe("people.register", _("registered the person"))`: the sentence follows the name of who did it."""
    _sentences[act] = sentence


def sentence(act: str) -> str:
    return str(_sentences.get(act, act))


def described() -> frozenset[str]:
    return frozenset(_sentences)


def page_of(object_kind: str, url_name: str) -> None:
    """`page_of("person", "people:detail")`: where the object of an event is seen; the address takes its id."""
    _pages[object_kind] = url_name


def url_of(object_kind: str, object_id: UUID | None) -> str:
    name = _pages.get(object_kind)
    if name is None or object_id is None:
        return ""
    try:
        return reverse(name, args=[object_id])
    except NoReverseMatch:
        return ""
