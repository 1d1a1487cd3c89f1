"""What higher rooms say on the login page: the demo names its cast there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who can log in, in an installation whose people are invented."""

    login: str
    name: str
    story: str | Promise


@dataclass(frozen=True, slots=True)
class LoginNote:
    people: Sequence[Known]
    password: str


_notes: list[Callable[[], LoginNote]] = []


def register_login_note(build: Callable[[], LoginNote]) -> None:
    _notes.append(build)


def login_notes() -> list[LoginNote]:
    return [build() for build in _notes]
