"""Words and addresses out of files of others: text without markup, links that a browser may follow. Pure."""

import html
import re
import unicodedata
from html.parser import HTMLParser

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

LONGEST = 20_000  # characters that are looked at: ten times the longest field
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|br|button|center|code|div|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|meta|object|ol|p|pre|s|"
    r"script|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|th|thead|title|tr|u|ul|video)\b[^<>]*>|<!--",
    re.IGNORECASE,
)  # fmt: skip
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "blockquote",
        "hr",
        "pre",
    ]
)
_UNSAID = frozenset(["script", "style", "iframe", "object", "embed", "template", "svg", "head", "title", "textarea"])
# Signs that turn the direction of what follows, and what no text has: NUL, halves of surrogate pairs.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE])
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:[/?#:].*)?$", re.IGNORECASE)
_address = URLValidator(schemes=["http", "https"])
_mailbox = EmailValidator()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unsaid = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSAID:
            self.unsaid += 1
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSAID and self.unsaid:
            self.unsaid -= 1
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unsaid:
            self.found.append(data)


def plain(text: str) -> tuple[str, bool]:
    """The words, a paragraph a line, and whether there was markup. Twice over: some systems give HTML that was escaped once more."""
    marked = False
    text = text[:LONGEST]
    for _layer in range(2):
        if _TAG.search(text):
            reader = _Words()
            reader.feed(text)
            reader.close()
            text, marked = "".join(reader.found), True
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(_TURNS))
    text = "".join(
        letter
        for letter in text.replace("\u2028", "\n").replace("\t", " ")
        if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs")
    )
    lines = (re.sub(r"[  ]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line), marked


def web(text: str) -> str | None:
    """An address of the web, or None for anything else: `javascript:` is one too, for a browser."""
    address = text.strip()
    if (not _SCHEME.match(address) and _HOST.match(address)) or re.match(
        r"^[^/@]+\.[a-z]{2,}:\d+", address, re.IGNORECASE
    ):
        address = f"https://{address}"
    try:
        _address(address)
    except ValidationError:
        return None
    return address if len(address) <= 300 else None


def mailbox(text: str) -> str | None:
    """The first e-mail address in a text."""
    for piece in re.split(r"[\s,;<>()|]+", text):
        try:
            _mailbox(piece.strip(".:").removeprefix("mailto:"))
        except ValidationError:
            continue
        return piece.strip(".:").removeprefix("mailto:")
    return None
