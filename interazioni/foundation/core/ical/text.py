"""The bytes of a calendar file as its logical lines (RFC 5545, 3.1), also where they are not what they say. Pure, and quick to import.

A feed says UTF-8 and sends Windows' own letters, folds a line in the middle of a letter, ends lines as a Macintosh did, or was encoded twice on its way.
Each line is read by itself, so that one bad line spoils no other; what had to be guessed comes back as a code.
"""

import re
from collections.abc import Iterator

GUESSED = "letters_guessed"  # not UTF-8: read as Windows-1252
DAMAGED = "letters_damaged"  # letters that no encoding gives back
TWICE = "letters_twice"  # UTF-8 that was taken for Windows-1252 and encoded again
CONTROLS = "controls"  # NULs and other signs that no text holds

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0\ufffe\uffff]")
_TWICE = re.compile("[ÃÂâÅÄ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸžŽ\xa0]")


def decoded(content: bytes) -> str:
    """The text with its folds undone and `\\n` between the lines."""
    return "\n".join(logical_lines(content, set()))


def logical_lines(content: bytes, remarks: set[str]) -> Iterator[str]:
    """Line by line, without the empty ones; adds to `remarks` the codes of what had to be guessed."""
    octets = re.sub(rb"\r+\n|\r", b"\n", _as_utf8(content))
    octets = re.sub(rb"\n[ \t]", b"", octets)  # before the letters are read: a fold may stand within one
    for found in re.finditer(rb"[^\n]+", octets):
        line = _line(found[0], remarks)
        if _CONTROL.search(line):
            line = _CONTROL.sub("", line)
            remarks.add(CONTROLS)
        if line.strip():
            yield line


def _as_utf8(content: bytes) -> bytes:
    """Without marks of byte order; UTF-16 with or without one becomes UTF-8."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:]
    sample = content[:2000]
    wide = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(content[:2])
    if wide is None and len(sample) > 20:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) > len(sample) * 0.4 and min(even, odd) < len(sample) * 0.05:
            wide = "utf-16-be" if even > odd else "utf-16-le"
    return content.decode(wide, errors="replace").encode("utf-8", errors="replace") if wide else content


def _line(raw: bytes, remarks: set[str]) -> str:
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError:
        lenient = raw.decode("utf-8", errors="replace")
        bad = lenient.count("\ufffd")
        if sum(letter > "\x7f" for letter in lenient) - bad >= bad:  # UTF-8 of which a piece was lost
            remarks.add(DAMAGED)
            return lenient
        remarks.add(GUESSED)
        return raw.decode("cp1252", errors="replace")
    if _TWICE.search(line):
        once = _once(line)
        if once is not None:
            remarks.add(TWICE)
            return once
    return line


def _once(line: str) -> str | None:
    """What stood there before it was encoded a second time, if that is what happened."""
    try:
        return b"".join(_octet(letter) for letter in line).decode("utf-8")
    except UnicodeError:
        return None


def _octet(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # five octets have no letter in Windows-1252
