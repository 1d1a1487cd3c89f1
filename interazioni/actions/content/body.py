"""The blocks of a text, and their words one by one. Plain text with two marks: **important** and [words](https://address).

No HTML is stored anywhere, so none can be smuggled in; translators see the same marks as the editor.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import CharBlock, ListBlock, StreamBlock, TextBlock

LINK = re.compile(r"\[([^\[\]]{1,200})\]\(((?:https?://|mailto:|tel:)[^\s()<>\"]{1,300})\)")
BOLD = re.compile(r"\*\*(?=\S)(.{1,300}?)(?<=\S)\*\*")
HALF = re.compile(r"\]\(")
MARKS = gettext_lazy("**Two stars** make words important; [words](https://…) make a link; so do mailto: and tel:.")


def check(text: str) -> None:
    """A link that is none would stand there as signs."""
    if HALF.search(LINK.sub("", text)):
        raise ValidationError(_("A link is written [words](https://address), without spaces in the address."))


def inline(text: str) -> SafeString:
    """The two marks as HTML, everything else escaped."""
    found, end = [], 0
    for match in LINK.finditer(text):
        outside = ' rel="noopener external"' if match[2].startswith("http") else ""
        found += [_bold(text[end : match.start()]), f'<a href="{escape(match[2])}"{outside}>{_bold(match[1])}</a>']
        end = match.end()
    return mark_safe("".join([*found, _bold(text[end:])]))  # noqa: S308  # every part was escaped above


def _bold(text: str) -> str:
    return BOLD.sub(r"<strong>\1</strong>", str(escape(text)))


def plain(text: str) -> str:
    """Without the marks: for the search, for feeds."""
    return BOLD.sub(r"\1", LINK.sub(r"\1", text))


class _Marked:
    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)  # type: ignore[misc]
        check(cleaned)
        return cleaned


class Line(_Marked, CharBlock):
    pass


class Paragraph(_Marked, TextBlock):
    pass


class Blocks(StreamBlock):
    heading = CharBlock(label=gettext_lazy("Heading"), icon="title", max_length=160)
    subheading = CharBlock(label=gettext_lazy("Smaller heading"), icon="title", max_length=160)
    paragraph = Paragraph(label=gettext_lazy("Paragraph"), icon="pilcrow", rows=3, max_length=2000, help_text=MARKS)
    points = ListBlock(
        Line(max_length=600, label=gettext_lazy("Point")),
        label=gettext_lazy("List"),
        icon="list-ul",
        min_num=1,
        max_num=30,
    )
    steps = ListBlock(
        Line(max_length=600, label=gettext_lazy("Step")),
        label=gettext_lazy("Steps, one after the other"),
        icon="list-ol",
        min_num=1,
        max_num=30,
    )
    note = Paragraph(label=gettext_lazy("Note that matters"), icon="warning", rows=2, max_length=1000)

    class Meta:
        max_num = 120
        required = False


BLOCKS = Blocks()


@dataclass(frozen=True, slots=True)
class Block:
    """A block and the keys of its words: one, or one for each item of a list."""

    type: str
    keys: tuple[str, ...]
    words: tuple[str, ...]


def blocks(value: Any) -> Iterator[Block]:
    for child in value:
        if child.block_type in ("points", "steps"):
            items = [(f"b.{child.id}.{item.id}", str(item.value)) for item in child.value.bound_blocks]
            yield Block(child.block_type, tuple(key for key, _text in items), tuple(text for _key, text in items))
        else:
            yield Block(child.block_type, (f"b.{child.id}",), (str(child.value),))


# What each kind of block is drawn as; its words, and what names their language, come in the list's items.
SHAPES = {
    "heading": "<h2{}>{}</h2>", "subheading": "<h3{}>{}</h3>", "paragraph": "<p{}>{}</p>",
    "note": '<div class="callout"><p{}>{}</p></div>', "points": "<ul>{}</ul>", "steps": "<ol>{}</ol>",
}  # fmt: skip


def draw(block: Block, texts: list[tuple[str, SafeString | str]]) -> SafeString | str:
    """A block with its words as they are read: (text, attributes that name another language)."""
    said = [(attributes, inline(text)) for text, attributes in texts]
    if not said:
        return ""
    if block.type in ("points", "steps"):
        return format_html(SHAPES[block.type], format_html_join("", "<li{}>{}</li>", said))
    return format_html(SHAPES[block.type], *said[0])
