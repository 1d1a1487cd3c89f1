"""Plain words for acts: each room says how its own acts read."""

from django.utils.functional import Promise

_sentences: dict[str, Promise | str] = {}


def describe(act: str, sentence: Promise | str) -> None:
    """`describe("people.register", _("registered the person"))`: the sentence follows the name of who did it."""
    _sentences[act] = sentence


def sentence(act: str) -> str:
    return str(_sentences.get(act, act))


def described() -> frozenset[str]:
    return frozenset(_sentences)
