"""A calendar's description as blocks of text (`body.py`): plain text as people write it, or HTML, of which only the words, lists and links remain."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from interazioni.actions.content.body import HALF, LINK

Blocks = list[tuple[str, str | list[str]]]
MOST_READ, MOST_TEXT, MOST_BLOCKS = 60_000, 20_000, 100
PARAGRAPH, ITEM, ITEMS, HEADING = 2000, 600, 30, 160
SUMMARY = 300

_HTML = re.compile(
    r"<(?:p|br|a|b|i|u|ul|ol|li|div|span|html|body|strong|em|h[1-6]|table|font)\b[^<>]*/?>", re.IGNORECASE
)
_LONE = re.compile(r"<(?![a-zA-Z/!][^<>]*>)")
_BLOCK = re.compile(r"<(?:p|br|div|ul|ol|li|h[1-6]|table)\b", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|nbsp|egrave|agrave|igrave|ograve|ugrave|eacute|rsquo|lsquo|ndash|#\d{2,5}|#x[0-9a-f]{2,4});",
    re.I,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"()\[\]]+", re.IGNORECASE)
_POINT = re.compile(r"[-*•·–]\s+")
_STEP = re.compile(r"\d{1,2}[.)]\s+")
# How to join a meeting, as Google and Teams write it below every description: an address, telephone numbers, a PIN.
_MEET = re.compile(r"-::~[:~-]{10,120}::-?")
_RULED = re.compile(r"_{20,}")
_TEAMS = re.compile(r"microsoft teams|teams\.microsoft\.com|teams\.live\.com", re.IGNORECASE)
MEETING = re.compile(
    r"https://(?:meet\.google\.com/[a-z-]{8,}|teams\.(?:microsoft|live)\.com/[^\s<>\"\]]+|[a-z0-9-]*\.?zoom\.us/(?:j|w)/[^\s<>\"\]]+|meet\.jit\.si/[^\s<>\"\]]+)",
    re.IGNORECASE,
)  # fmt: skip


def is_html(text: str) -> bool:
    return bool(_HTML.search(text))


def without_meeting(text: str) -> tuple[str, str]:
    """The text without how to join its online meeting, and the meeting's address."""
    found = MEETING.search(text)
    bare = "".join(_MEET.split(text)[::2])
    said, *ruled = _RULED.split(bare)
    bare = "\n\n".join([said, *(one for one in ruled if not _TEAMS.search(one))])
    return bare, found[0].rstrip(".,;") if found else ""


def read(text: str) -> tuple[Blocks, bool]:
    """Blocks in the order of the text, and whether it was too long to take all of it."""
    cut = len(text) > MOST_READ
    text = text[:MOST_READ]
    lines = (
        list(_from_html(text)) if is_html(text) else list(_from_plain(unescape(text) if _ENTITY.search(text) else text))
    )
    blocks: Blocks = []
    left = MOST_TEXT
    for kind, words in lines:
        pieces = _pieces(words, ITEM if kind in ("points", "steps") else HEADING if kind == "subheading" else PARAGRAPH)
        for piece in pieces:
            left -= len(piece)
            if left < 0 or len(blocks) >= MOST_BLOCKS:
                return blocks, True
            _add(blocks, kind, piece)
    return blocks, cut


def _add(blocks: Blocks, kind: str, piece: str) -> None:
    last = blocks[-1] if blocks else ("", "")
    if kind in ("points", "steps"):
        if last[0] == kind and isinstance(last[1], list) and len(last[1]) < ITEMS:
            last[1].append(piece)
        else:
            blocks.append((kind, [piece]))
    else:
        blocks.append((kind, piece))


def _pieces(words: str, most: int) -> Iterator[str]:
    """No longer than a block may be, cut after a sentence or a word; marks that make no link are undone."""
    words = marked(re.sub(r"\s+", " ", words).strip())
    while len(words) > most:
        at = max(words.rfind(". ", 0, most), words.rfind("; ", 0, most)) + 1 or words.rfind(" ", 0, most) or most
        at = at if at > 0 else most
        yield _sound(words[:at].strip())
        words = words[at:].strip()
    if words:
        yield _sound(words)


def _sound(words: str) -> str:
    return words.replace("](", "] (") if HALF.search(LINK.sub("", words)) else words


def marked(text: str) -> str:
    """Addresses of pages become links (`body.LINK`); what is a link already stays."""
    found, end = [], 0
    for link in LINK.finditer(text):
        found += [_ADDRESS.sub(_linked, _sound(text[end : link.start()])), link[0]]
        end = link.end()
    return "".join([*found, _ADDRESS.sub(_linked, _sound(text[end:]))])


def _linked(found: re.Match[str]) -> str:
    address = found[0].rstrip(".,;:!?'")
    rest = found[0][len(address) :]
    return (link(address, "") + rest) if len(address) <= 300 else found[0]


def link(address: str, words: str) -> str:
    said = re.sub(r"\s+", " ", words).strip().replace("[", "(").replace("]", ")")
    if not said or said.startswith(("http://", "https://")):
        said = re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")
        said = re.sub(r"[\[\]]", "", said if len(said) <= 60 else said[:59] + "…")
    made = f"[{said[:200]}]({address})"
    return made if LINK.fullmatch(made) else said


def _from_plain(text: str) -> Iterator[tuple[str, str]]:
    """Paragraphs and lists. Lines of a paragraph that was folded by hand are joined; short lines stand by themselves."""
    for chunk in re.split(r"\n\s*\n", text.replace("\r", "")):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        kinds = ["points" if _POINT.match(line) else "steps" if _STEP.match(line) else "" for line in lines]
        if len(lines) > 1 and not any(kinds) and all(len(line) >= 60 for line in lines[:-1]):
            yield "paragraph", " ".join(lines)
            continue
        for line, kind in zip(lines, kinds, strict=True):
            if kind and kinds.count(kind) > 1:
                yield kind, (_POINT if kind == "points" else _STEP).sub("", line, count=1)
            elif re.search(r"\w", line):  # a rule of dashes says nothing
                yield "paragraph", line


def summary(blocks: Blocks) -> tuple[str, Blocks]:
    """One sentence for lists, and what remains of the text below it: nothing stands there twice, nothing is lost."""
    if not blocks or blocks[0][0] != "paragraph" or not isinstance(blocks[0][1], str):
        return "", blocks
    first, rest = _unlinked(blocks[0][1]), blocks[1:]
    if len(first) <= SUMMARY:
        return first, rest if first == blocks[0][1] or not LINK.search(blocks[0][1]) else blocks
    ends = [found.end() for found in re.finditer(r"[.!?…](?=\s)", first[:SUMMARY])]
    if ends and first == blocks[0][1]:
        return first[: ends[-1]], [("paragraph", first[ends[-1] :].strip()), *rest]
    at = ends[-1] if ends else first.rfind(" ", 0, SUMMARY - 1)
    return first[: at if at > 0 else SUMMARY - 1].strip() + ("" if ends else "…"), blocks


def _unlinked(text: str) -> str:
    return re.sub(r"\*\*(?=\S)(.{1,300}?)(?<=\S)\*\*", r"\1", LINK.sub(r"\1", text))


class _Words(HTMLParser):
    """Tags as the blocks they mean; what no reader sees (scripts, styles, titles) is gone with all that stands in it."""

    HIDDEN = frozenset({"script", "style", "head", "title", "template", "iframe", "object", "noscript", "svg", "math", "textarea", "select"})  # fmt: skip
    BREAKS = frozenset({"p", "div", "br", "tr", "table", "section", "article", "blockquote", "hr", "ul", "ol", "dl", "dt", "dd", "pre"})  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.now: list[str] = []
        self.kind = "paragraph"
        self.lists: list[str] = []
        self.hidden: list[str] = []
        self.address = ""
        self.words_at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.HIDDEN:
            self.hidden.append(tag)
        elif tag == "body":  # ends a head that nobody closed
            self.hidden = []
        elif self.hidden:
            return
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists.append("points" if tag == "ul" else "steps")
        elif tag == "li":
            self.flush(self.lists[-1] if self.lists else "points")
        elif re.fullmatch("h[1-6]", tag):
            self.flush("subheading")
        elif tag in self.BREAKS:
            self.flush(
                self.kind
                if tag in ("br", "p", "div") and self.kind in ("points", "steps") and not self.now
                else "paragraph"
            )
        elif tag == "a":
            self.address, self.words_at = (dict(attrs).get("href") or "").strip(), len(self.now)
        elif tag in ("td", "th"):
            self.now.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag in self.hidden:
                del self.hidden[self.hidden.index(tag) :]
            return
        if tag == "a" and self.address:
            words = "".join(self.now[self.words_at :])
            del self.now[self.words_at :]
            self.now.append(link(self.address, words) if words.strip() else "")
            self.address = ""
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists = self.lists[:-1]
        elif tag == "li" or tag in self.BREAKS or re.fullmatch("h[1-6]", tag):
            self.flush()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.now.append(data)

    def flush(self, kind: str = "paragraph") -> None:
        words = "".join(self.now).replace("\xa0", " ")
        if re.search(r"\w", words):
            self.found.append((self.kind, words))
        self.now, self.kind, self.address = [], kind, ""


def _from_html(text: str) -> Iterator[tuple[str, str]]:
    reader = _Words()
    text = _LONE.sub("&lt;", text)  # no tag: many of them would keep the parser looking for an end
    reader.feed(text if _BLOCK.search(text) else text.replace("\n", "<br>"))
    reader.close()
    reader.hidden = []
    reader.flush()
    yield from reader.found
