"""Where each key and item of a TOML text stands. `tomllib` reads the values but forgets the lines that an author needs.

No parser at hand keeps them: tomllib and tomli give plain dictionaries (python/cpython#115516), tomlkit has had the wish
open since 2019 (python-poetry/tomlkit#55). So tomllib decides what the text means, and this walks once more over a text
that it has accepted. That both see the same keys is a property test.
"""

import re
from bisect import bisect_right

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'", re.DOTALL
)
_BARE = re.compile(r"[^,\]}#\n]+")  # numbers, days and moments, true and false


def index(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and item of a valid TOML text: `("actions", 0, "activities", 2, "code")`."""
    return _Walk(text).found


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.found: dict[Path, int] = {(): 1}
        self.lengths: dict[Path, int] = {}  # of the arrays of tables
        table: Path = ()
        while self.skip(_SPACE) < len(text):
            if text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: each array on the way stands at its latest item."""
        array = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if array else 1
        names = self.names()
        self.at += 2 if array else 1
        path: Path = ()
        for name in names[:-1]:
            path = self.latest((*path, name), start)
        path = (*path, names[-1])
        self.note(path, start)
        if array:
            path = (*path, self.lengths.get(path, 0))
            self.lengths[path[:-1]] = int(path[-1]) + 1
            self.note(path, start)
        return path

    def latest(self, path: Path, start: int) -> Path:
        self.note(path, start)
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def pair(self, table: Path) -> None:
        start = self.at
        path = table
        for name in self.names():
            path = (*path, name)
            self.note(path, start)
        self.at += 1  # the equals sign
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip(_BLANK)
        match self.text[self.at]:
            case "[":
                self.array(path)
            case "{":
                self.inline(path)
            case '"' | "'":
                self.skip(_STRING)
            case _:
                self.skip(_BARE)

    def array(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self.peek() != "]":
            self.note((*path, number), self.at)
            self.value((*path, number))
            number += 1
            if self.peek() == ",":
                self.at += 1
        self.at += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while self.peek() != "}":
            self.pair(path)
            if self.peek() == ",":
                self.at += 1
        self.at += 1

    def names(self) -> list[str]:
        """A key with its dots: `a."b c".d`."""
        names: list[str] = []
        while True:
            self.skip(_BLANK)
            start = self.at
            self.skip(_KEY)
            names.append(_unquoted(self.text[start : self.at]))
            self.skip(_BLANK)
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def peek(self) -> str:
        self.skip(_SPACE)
        return self.text[self.at]

    def skip(self, what: re.Pattern[str]) -> int:
        match = what.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def note(self, path: Path, at: int) -> None:
        self.found.setdefault(path, bisect_right(self.starts, at))


def _unquoted(name: str) -> str:
    if name.startswith("'"):
        return name[1:-1]
    if name.startswith('"'):
        import tomllib  # the escapes of a quoted key are the reader's business

        return next(iter(tomllib.loads(f"{name} = 0")))
    return name
