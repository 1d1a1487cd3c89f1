"""Machines that draft: LibreTranslate, DeepL, eTranslation. Each is optional, and there when the environment names it.

Only words that are public already leave the house. What must come through unchanged (addresses, phones, placeholders, marks of bold and
links, and the glossary's terms, which stand in the other language already) is taken out of the text before, as numbered marks, and put back
after; a text that comes back without one of its marks is not taken.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from interazioni.foundation.translation import marks
from interazioni.foundation.translation.glossary import Term, named
from interazioni.foundation.translation.models import Engine

TIMEOUT_SECONDS = 60
BATCH_TEXTS, BATCH_LETTERS = 40, 15_000  # DeepL takes 50 texts and 128 KB
SNIPPET = 5000  # letters that eTranslation takes at once
KEPT = [marks.LINK, marks.URL, marks.EMAIL, marks.PLACEHOLDER, marks.TAG]
BACK = re.compile(r"""<x\s+id\s*=\s*["']?\s*(\d+)\s*["']?\s*(?:/\s*>|>\s*</\s*x\s*>)|⟦\s*(\d+)\s*⟧""", re.IGNORECASE)
DEEPL_TARGETS = {"en": "EN-GB", "pt": "PT-PT", "zh-hans": "ZH-HANS"}


class Fault(Exception):
    """The engine said no, in words for who asked. `again`: it may say yes later."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it goes out, and what its marks stand for."""

    text: str
    kept: list[str]


def engines() -> list[Engine]:
    """Those that are set up."""
    said = {
        Engine.LIBRETRANSLATE: settings.LIBRETRANSLATE_URL,
        Engine.DEEPL: settings.DEEPL_KEY,
        Engine.ETRANSLATION: settings.ETRANSLATION_APP and settings.ETRANSLATION_PASSWORD,
    }
    return [engine for engine, there in said.items() if there]


def able(source_language: str, language: str) -> list[Engine]:
    """Those to offer for a pair. Which languages an engine knows it says itself, when it is asked."""
    return engines() if source_language != language else []


# --- what must come through ------------------------------------------------------------------------------------------------


def protect(text: str, source_language: str, terms: Sequence[Term], *, tagged: bool) -> Sent:
    """`tagged`: marks are XML elements and the text is escaped; else they are ⟦0⟧."""
    spans: list[tuple[int, int, str]] = []
    for pattern in KEPT:
        spans += [(match.start(), match.end(), match[0]) for match in pattern.finditer(text)]
    spans += [(match.start(), match.end(), match[0]) for match in re.finditer(r"\*\*", text)]
    at = 0
    for part in named(text, source_language, [term for term in terms if term.enforced]).parts:
        if part.term is not None:
            spans.append((at, at + len(part.text), part.term.preferred))
        at += len(part.text)
    kept: list[str] = []
    made: list[str] = []
    at = 0
    clean: Callable[[str], str] = (lambda words: html.escape(words, quote=False)) if tagged else str
    for first, last, stands in sorted(spans, key=lambda span: (span[0], -span[1])):
        if first < at:
            continue
        made += [clean(text[at:first]), f'<x id="{len(kept)}"/>' if tagged else f"⟦{len(kept)}⟧"]
        kept.append(stands)
        at = last
    return Sent("".join([*made, clean(text[at:])]), kept)


def restore(text: str, kept: Sequence[str], *, tagged: bool) -> str | None:
    """None where a mark was lost, came twice, or one came that nobody sent."""
    found = [int(match[1] or match[2]) for match in BACK.finditer(text)]
    if sorted(found) != list(range(len(kept))):
        return None
    made: list[str] = []
    at = 0
    clean: Callable[[str], str] = html.unescape if tagged else str
    for match in BACK.finditer(text):
        made += [clean(text[at : match.start()]), kept[int(match[1] or match[2])]]
        at = match.end()
    words = "".join([*made, clean(text[at:])]).strip()
    return words or None


# --- the engines ------------------------------------------------------------------------------------------------------------


def translate(
    engine: str, texts: Sequence[str], source_language: str, language: str, terms: Sequence[Term]
) -> list[str | None]:
    """One draft for each text, None for one that came back spoilt. Not for eTranslation, which answers later. Raises Fault."""
    ask = {Engine.LIBRETRANSLATE: _libretranslate, Engine.DEEPL: _deepl}[Engine(engine)]
    sent = [protect(text, source_language, terms, tagged=True) for text in texts]
    back: list[str] = []
    for batch in _batches([one.text for one in sent]):
        answers = ask(batch, source_language, language)
        if len(answers) != len(batch):
            raise Fault(_("The engine gave back another number of texts than it was sent."))
        back += answers
    return [restore(text, one.kept, tagged=True) for text, one in zip(back, sent, strict=True)]


def _batches(texts: Sequence[str]) -> list[list[str]]:
    made: list[list[str]] = []
    letters = 0
    for text in texts:
        if not made or len(made[-1]) >= BATCH_TEXTS or letters + len(text) > BATCH_LETTERS:
            made.append([])
            letters = 0
        made[-1].append(text)
        letters += len(text)
    return made


def _libretranslate(texts: Sequence[str], source_language: str, language: str) -> list[str]:
    base = settings.LIBRETRANSLATE_URL.rstrip("/")
    known = _asked("GET", f"{base}/languages")
    codes = {str(one.get("code")): set(one.get("targets", [])) for one in known if isinstance(one, dict)}
    first = _known_as(source_language, set(codes))
    then = _known_as(language, codes.get(first, set()))
    body = {"q": list(texts), "source": first, "target": then, "format": "html"}
    if settings.LIBRETRANSLATE_KEY:
        body["api_key"] = settings.LIBRETRANSLATE_KEY
    said = _asked("POST", f"{base}/translate", json=body)
    return _strings(said.get("translatedText") if isinstance(said, dict) else None)


def _known_as(language: str, known: set[str]) -> str:
    """zh-hans may be zh-Hans, zh or zt there."""
    small = {code.casefold(): code for code in known}
    for code in (language, language.partition("-")[0]):
        if code in small:
            return small[code]
    raise Fault(_("The engine does not know the language “%(code)s”.") % {"code": language})


def _deepl(texts: Sequence[str], source_language: str, language: str) -> list[str]:
    free = settings.DEEPL_KEY.endswith(":fx")
    base = (settings.DEEPL_URL or f"https://api{'-free' if free else ''}.deepl.com").rstrip("/")
    body = {
        "text": list(texts), "source_lang": source_language.partition("-")[0].upper(), "target_lang": DEEPL_TARGETS.get(language, language.upper()),
        "tag_handling": "xml", "ignore_tags": ["x"], "preserve_formatting": True,
    }  # fmt: skip
    headers = {"Authorization": f"DeepL-Auth-Key {settings.DEEPL_KEY}"}
    said = _asked("POST", f"{base}/v2/translate", json=body, headers=headers)
    rows = said.get("translations") if isinstance(said, dict) else None
    return _strings([row.get("text") for row in rows] if isinstance(rows, list) else None)


def submit(text: str, source_language: str, language: str, *, reference: str, answer_to: str) -> int:
    """Hands a text to eTranslation (REST v2), which answers at the address later. Gives its number of the request."""
    if len(text) > SNIPPET:
        raise Fault(_("A text is longer than %(n)s characters.") % {"n": SNIPPET})
    body = {
        "callerInformation": {"externalReference": reference}, "textToTranslate": text, "sourceLanguage": source_language.partition("-")[0].upper(),
        "targetLanguages": [language.partition("-")[0].upper()], "domain": "GEN",
        "notifications": {"success": {"http": answer_to}, "failure": {"http": answer_to}}, "deliveries": {"http": answer_to},
    }  # fmt: skip
    url = settings.ETRANSLATION_URL.rstrip("/") + "/askTranslate"
    said = _asked("POST", url, json=body, auth=(settings.ETRANSLATION_APP, settings.ETRANSLATION_PASSWORD))
    number = said.get("requestId") if isinstance(said, dict) else None
    if not isinstance(number, int) or number < 0:
        raise Fault(_("The engine refused: %(why)s") % {"why": str(said)[:200]})
    return number


def _strings(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Fault(_("The engine's answer cannot be understood."))
    return found


def _asked(method: str, url: str, **more: Any) -> Any:
    try:
        answer = requests.request(method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, **more)
    except requests.RequestException as fault:
        raise Fault(_("The engine does not answer."), again=True) from fault
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Fault(_("The engine is busy (%(status)s).") % {"status": answer.status_code}, again=True)
    if answer.status_code == 456:
        raise Fault(_("What may be translated in this period has been used up."))
    if answer.status_code in (401, 403):
        raise Fault(_("The engine does not accept our key (%(status)s).") % {"status": answer.status_code})
    try:
        said = answer.json()
    except ValueError as fault:
        raise Fault(_("The engine's answer cannot be understood.")) from fault
    if answer.status_code != 200:
        why = said.get("error") or said.get("message") if isinstance(said, dict) else ""
        raise Fault(_("The engine refused: %(why)s") % {"why": str(why or answer.status_code)[:200]})
    return said
