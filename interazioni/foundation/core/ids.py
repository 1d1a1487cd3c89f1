"""Identifiers: UUIDv7 inside (ordered by time, made before the row is), short codes for people's eyes."""

import os
import time
from uuid import UUID

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Made from the machine's clock and not from the demo's, so that the order of ids is the order of writing.
    """
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def short_code(prefix: str, ident: UUID) -> str:
    """`P-7KQ2M-9XA4R`: the id's last 50 random bits in Crockford's base 32, without look-alike letters.

    A code stands for a person where a name may not be shown; it says nothing about the person.
    """
    value = ident.int & ((1 << 50) - 1)
    letters = ""
    for _ in range(10):
        letters = _CROCKFORD[value & 31] + letters
        value >>= 5
    return f"{prefix}-{letters[:5]}-{letters[5:]}"


def code_suffix(code: str) -> int | None:
    """The 50 bits behind a short code as somebody typed it (any case, O for 0, I or L for 1); None if it is none."""
    text = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    letters = text.partition("-")[2].replace("-", "")
    if len(letters) != 10 or any(letter not in _CROCKFORD for letter in letters):
        return None
    value = 0
    for letter in letters:
        value = value << 5 | _CROCKFORD.index(letter)
    return value
