"""What changed between two texts, word by word, for `<ins>` and `<del>`. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|[^\W_]+|.", re.UNICODE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: "" (as before), "ins" or "del"."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Change]:
    """Taking the `del`s out gives `after`, taking the `ins`s out gives `before`."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    found: list[Change] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Change("", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            found.append(Change("del", "".join(old[i1:i2])))
        if j2 > j1:
            found.append(Change("ins", "".join(new[j1:j2])))
    return found
