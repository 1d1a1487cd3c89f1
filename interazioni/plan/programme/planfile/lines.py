"""Where each key of a TOML text stands. `tomllib` reads the values but forgets the lines that an author needs."""

import re
from collections import defaultdict

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"]+)\s*\]\]?")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_\-]+)\"?\s*=")
_STRING = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*$')


def index(text: str) -> dict[Path, int]:
    """The line (from 1) of every table and key, by its path: `("actions", 0, "activities", 2, "code")`.

    Keys inside inline tables and arrays are found at the line of the key that holds them.
    """
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = defaultdict(int)
    table: Path = ()
    depth, inside = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if inside:  # a string of several lines
            if inside in line:
                inside = ""
            continue
        if depth == 0:
            header = _HEADER.match(line)
            if header:
                table = _open(header[2].replace('"', "").split("."), header[1] == "[[", counts)
                found.setdefault(table, number)
                if header[1] == "[[":
                    found.setdefault(table[:-1], number)  # the array as a whole: where its first element stands
                continue
            key = _KEY.match(line)
            if key:
                found[*table, key[1]] = number
        bare = _STRING.sub(lambda match: match[0] if match[0] in ('"""', "'''") else "", line)
        for quotes in ('"""', "'''"):
            if bare.count(quotes) % 2:
                inside = quotes
        depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
    return found


def _open(names: list[str], array: bool, counts: dict[Path, int]) -> Path:
    """The path of a table header: each array on the way stands at its latest element."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if place == len(names) - 1 and array:
            counts[path] += 1
            for deeper in [known for known in counts if len(known) > len(path) and known[: len(path)] == path]:
                if deeper[len(path)] == counts[path] - 1:
                    counts[deeper] = 0
        if counts[path]:
            path = (*path, counts[path] - 1)
    return path


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
