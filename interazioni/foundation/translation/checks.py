"""What can be seen of a translation without understanding it. Pure: two texts and the glossary in, findings out.

An error stops a translation from being handed in, unless who translates says why it is right here (not for what nobody can be right about:
a phone, an address, a placeholder). A warning stops nobody.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from interazioni.foundation.translation import marks
from interazioni.foundation.translation.glossary import Term, calls, folded, named


class Code(StrEnum):
    EMPTY = "empty"
    NUMBERS = "numbers"
    NUMBERS_MORE = "numbers_more"
    PHONES = "phones"
    LINKS = "links"
    EMAILS = "emails"
    PLACEHOLDERS = "placeholders"
    MARKUP = "markup"
    MARKUP_BROKEN = "markup_broken"
    HTML = "html"
    SAME = "same"
    LEFT = "left"
    SCRIPT = "script"
    LETTERS = "letters"
    TERM = "term"
    TERM_OTHER = "term_other"
    LONG = "long"
    SHORT = "short"


# What somebody may say is right all the same.
EXCUSABLE = frozenset({Code.NUMBERS, Code.LINKS, Code.SAME, Code.SCRIPT, Code.TERM})
WARNINGS = frozenset({Code.NUMBERS_MORE, Code.LEFT, Code.LETTERS, Code.TERM_OTHER, Code.LONG, Code.SHORT, Code.MARKUP})


@dataclass(frozen=True, slots=True)
class Finding:
    """`what`: what is missing or too much, as it stands in the text; `wanted`: the term that should be there."""

    code: Code
    what: str = ""
    wanted: str = ""
    excused: bool = False

    @property
    def error(self) -> bool:
        return self.code not in WARNINGS and not self.excused

    @property
    def excusable(self) -> bool:
        return self.code in EXCUSABLE and self.code not in WARNINGS


SCRIPTS = {
    "ar": "ARABIC", "ur": "ARABIC", "fa": "ARABIC", "prs": "ARABIC", "ps": "ARABIC", "ary": "ARABIC", "uk": "CYRILLIC", "ru": "CYRILLIC",
    "zh-hans": "CJK", "zh": "CJK", "bn": "BENGALI", "pa": "GURMUKHI", "ti": "ETHIOPIC", "am": "ETHIOPIC", "hi": "DEVANAGARI",
}  # fmt: skip
# Letters of a sister language that do not exist in this one.
STRANGE = {"uk": "ыэъё", "ru": "іїєґ", "ar": "پچڑٹںےگ", "ro": "şţ"}
PARENTHESES = re.compile(r"[(（\[«“\"][^()（）\[\]«»“”\"]{1,120}[)）\]»”\"]")
RUN = 3  # so many words of the source one after the other are words left behind
SPARE = 20  # letters; below, lengths say nothing


def check(
    text: str, translation: str, language: str, *, source_language: str = "it", terms: Iterable[Term] = (), excuse: str = ""
) -> list[Finding]:  # fmt: skip
    """Errors first. `excuse` (a reason in words) turns excusable errors into something that is said and stops nobody."""
    if not translation.strip():
        return [Finding(Code.EMPTY)]
    found = [
        *_kept(text, translation, language, source_language),
        *_markup(text, translation),
        *_left(text, translation, language),
        *_script(text, translation, language),
        *_terms(text, translation, language, source_language, terms),
        *_length(text, translation, language),
    ]
    if excuse.strip():
        found = [Finding(one.code, one.what, one.wanted, excused=one.excusable) for one in found]
    return sorted(found, key=lambda one: not one.error)


def _said(counted: Iterable[str]) -> str:
    return ", ".join(sorted(counted))


def _kept(text: str, translation: str, language: str, source_language: str) -> Iterable[Finding]:
    heard = marks.digits(translation)
    lost = [phone for phone in marks.phones(text) if phone.removeprefix("0039") not in heard]
    if lost:
        yield Finding(Code.PHONES, _said(lost))
    if missing := marks.emails(text) - marks.emails(translation):
        yield Finding(Code.EMAILS, _said(missing))
    if missing := marks.links(text) - marks.links(translation):
        yield Finding(Code.LINKS, _said(missing))
    if marks.placeholders(text) != marks.placeholders(translation):
        asked, given = marks.placeholders(text), marks.placeholders(translation)
        yield Finding(Code.PLACEHOLDERS, _said((asked - given) + (given - asked)))
    asked, given = marks.numbers(text, source_language), marks.numbers(translation, language)
    # Phones that a translation writes in other groups are numbers there.
    spare = set(marks.phones(text))
    if missing := Counter({number: n for number, n in (asked - given).items() if n}):
        yield Finding(Code.NUMBERS, _said(missing))
    more = [number for number in (given - asked) if not any(number in phone for phone in spare)]
    if more and not missing:
        yield Finding(Code.NUMBERS_MORE, _said(more))


def _markup(text: str, translation: str) -> Iterable[Finding]:
    if translation.count("**") % 2 and not text.count("**") % 2:
        yield Finding(Code.MARKUP_BROKEN, "**")
    elif len(marks.BOLD.findall(text)) != len(marks.BOLD.findall(translation)):
        yield Finding(Code.MARKUP, "**")
    if len(marks.LINK.findall(text)) != len(marks.LINK.findall(translation)):
        yield Finding(Code.MARKUP_BROKEN, "[…](…)")
    strange = Counter(marks.TAG.findall(translation)) - Counter(marks.TAG.findall(text))
    if strange:
        yield Finding(Code.HTML, _said(strange))


def _bare(text: str) -> str:
    """Without what is the same in all languages, and without what stands in parentheses: the Italian name often does, on purpose."""
    for pattern in (marks.LINK, marks.URL, marks.EMAIL, marks.PLACEHOLDER, marks.TAG, PARENTHESES):
        text = pattern.sub(" ", text)
    return text


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", text)


def _name(word: str) -> bool:
    """A proper name or an acronym, as far as letters say: CPIA, Torino."""
    return word[:1].isupper()


def _left(text: str, translation: str, language: str) -> Iterable[Finding]:
    plain = [word for word in _words(_bare(text)) if not word.isupper()]
    if folded(_bare(text)).split() == folded(_bare(translation)).split() and any(map(str.isalpha, _bare(text))):
        # A name is the same everywhere: "Sportello CPIA Torino" is none, "SPID" and "Torino" are.
        if any(not _name(word) and len(word) > 3 for word in plain):
            yield Finding(Code.SAME)
        return
    source = [folded(word) for word in _words(_bare(text))]
    runs = {tuple(source[at : at + RUN]) for at in range(len(source) - RUN + 1)}
    written = _words(_bare(translation))
    small = [folded(word) for word in written]
    for at in range(len(small) - RUN + 1):
        if tuple(small[at : at + RUN]) in runs and any(not _name(word) for word in written[at : at + RUN]):
            yield Finding(Code.LEFT, " ".join(written[at : at + RUN]))
            return
    if language in SCRIPTS:
        latin = [word for word in written if word[:1].isascii() and word[:1].islower() and len(word) > 3]
        left = [word for word in latin if folded(word) in source]
        if left:
            yield Finding(Code.LEFT, ", ".join(dict.fromkeys(left)))


def _script(text: str, translation: str, language: str) -> Iterable[Finding]:
    """The share of letters in the language's script, names and acronyms of the source set aside."""
    names = {word for word in _words(text) if _name(word)}
    bare = _bare(translation)
    for word in sorted(names, key=len, reverse=True):
        bare = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", bare)
    letters = [letter for letter in bare if letter.isalpha()]
    wanted = SCRIPTS.get(language, "LATIN")
    if len(letters) >= 3:
        share = sum(unicodedata.name(letter, "").startswith(wanted) for letter in letters) / len(letters)
        if share < 0.5:
            yield Finding(Code.SCRIPT, f"{share:.0%}")
    if strange := sorted(set(bare.casefold()) & set(STRANGE.get(language, ""))):
        yield Finding(Code.LETTERS, " ".join(strange))


def _terms(text: str, translation: str, language: str, source_language: str, terms: Iterable[Term]) -> Iterable[Finding]:  # fmt: skip
    """What is not enforced has many right names: the search finds it by them all."""
    for term in named(text, source_language, (term for term in terms if term.enforced)).terms:
        used = calls(translation, term.wanted, language)
        if not used:
            yield Finding(Code.TERM, term.names[0], term.preferred)
        elif used != term.preferred:
            yield Finding(Code.TERM_OTHER, used, term.preferred)


def _length(text: str, translation: str, language: str) -> Iterable[Finding]:
    here, there = len(text.strip()), len(translation.strip())
    if here < SPARE:
        return
    dense = language in ("zh", "zh-hans")
    if there > here * (1.5 if dense else 2.5) + SPARE:
        yield Finding(Code.LONG)
    elif there < here * (0.12 if dense else 0.35):
        yield Finding(Code.SHORT)
