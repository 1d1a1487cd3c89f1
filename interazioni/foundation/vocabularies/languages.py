"""Languages of the public face and of mediation, as BCP-47 tags (source: facts/languages.md), with names from CLDR."""

import re
from functools import cache, lru_cache

from babel import Locale
from babel.core import UnknownLocaleError

from interazioni.foundation.vocabularies.folding import fold

# The fifteen of the complete interface, in the order of the language menu.
INTERFACE = ("it", "en", "fr", "es", "ar", "zh-Hans", "uk", "sq", "ro", "ru", "ur", "bn", "pa", "pt", "ti")
# Mediation knows more. Pular is `fuf`, Mandinka `mnk`, Nigerian Pidgin `pcm`, Darija `ary`, Dari `prs` (ISO 639-3).
MEDIATION = (
    *INTERFACE,
    "bm", "wo", "ff", "fuf", "mnk", "snk", "so", "am", "bin", "yo", "ig", "ha", "pcm", "ary", "ps", "prs", "fa", "ku", "tr",
    "hi", "si", "tl", "ka", "sr", "bs", "mk", "rom",
)  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "ur", "ary", "ps", "prs", "fa", "ckb", "he"})

# CLDR's Italian lacks a name for these, or has one that misleads ("ci" for Twi; facts/mediation.md).
_OVERRIDES: dict[str, dict[str, str]] = {
    "zh-Hans": {"it": "cinese", "en": "Chinese"},
    "fuf": {"it": "pular", "en": "Pular"},
    "mnk": {"it": "mandinka", "en": "Mandinka"},
    "prs": {"it": "dari", "en": "Dari"},
    "pnb": {"it": "punjabi (Pakistan)", "en": "Punjabi (Pakistan)"},
    "cmn": {"it": "cinese mandarino", "en": "Mandarin Chinese"},
    "kri": {"it": "krio", "en": "Krio"},
    "ise": {"it": "lingua dei segni italiana (LIS)", "en": "Italian Sign Language"},
    "ber": {"it": "berbero", "en": "Berber"},
    "tw": {"it": "twi", "en": "Twi"},
    "ary": {"it": "arabo marocchino (darija)", "en": "Moroccan Arabic (Darija)"},
    "pcm": {"it": "pidgin nigeriano", "en": "Nigerian Pidgin"},
    "bin": {"it": "edo (bini)", "en": "Edo (Bini)"},
    "tl": {"it": "tagalog", "en": "Tagalog"},
    "rom": {"it": "romanì", "en": "Romani"},
    "pa": {"it": "punjabi", "en": "Punjabi"},
    "fa": {"it": "persiano (farsi)", "en": "Persian (Farsi)"},
    "bn": {"it": "bengalese", "en": "Bengali"},
}
_ALSO: dict[str, str] = {
    "zh-Hans": "cinese; mandarino; cinese mandarino; cinese semplificato; putonghua",
    "bn": "bengali; bangla; bengalese; bangladese",
    "pa": "punjabi; panjabi; punjabo",
    "sq": "albanese; shqip",
    "ro": "rumeno; romeno; moldavo",
    "fa": "persiano; farsi; iraniano",
    "ary": "darija; arabo marocchino; marocchino; arabo (marocco); arabo darija",
    "ar": "arabo; arabo classico; arabo egiziano; arabo tunisino; egiziano",
    "bin": "edo; bini",
    "ff": "fula; peul; fulani; pulaar; fulfulde",
    "fuf": "pular; pulaar guinea; poular",
    "mnk": "mandinka; mandingo; mandinga",
    "bm": "bambara",
    "snk": "soninke; sarakole",
    "pcm": "pidgin; broken english; pidgin english; inglese pidgin",
    "si": "singalese; cingalese; sinhala",
    "tl": "tagalog; filippino; pilipino",
    "rom": "romani; romanes; romani chib; rom",
    "ti": "tigrino; tigrigna; tigrinya",
    "ps": "pashto; pastho; pashtu; afghano",
    "ku": "curdo; kurmanji",
    "sr": "serbo; serbo croato",
    "pt": "portoghese; brasiliano",
    "es": "spagnolo; castigliano",
    "tw": "twi; akan",
    "ber": "berbero; amazigh; tamazight",
}


@cache
def name_of(tag: str, language: str = "it") -> str:
    """A language's name in a language (CLDR, with our overrides); the tag itself when nobody knows a name."""
    override = _OVERRIDES.get(tag, {}).get(language)
    if override:
        return override
    try:
        name: str | None = Locale.parse(language.replace("-", "_")).languages.get(tag.replace("-", "_"))
        return name or _OVERRIDES.get(tag, {}).get("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


@lru_cache(maxsize=256)  # a long list asks a thousand times
def tag(code: str) -> str:
    """A language as HTML and other systems write it: `zh-hans` → `zh-Hans`."""
    language, dash, rest = code.partition("-")
    return language + dash + (rest.title() if len(rest) == 4 else rest.upper())


@lru_cache(maxsize=64)
def own_name(code: str) -> str:
    """What a language calls itself: `ar` → `العربية`."""
    wanted = tag(code)
    try:
        locale = Locale.parse(wanted, sep="-")
        found = locale.languages.get(wanted.replace("-", "_")) or locale.languages.get(locale.language) or wanted
    except (UnknownLocaleError, ValueError):
        found = wanted
    return found[:1].upper() + found[1:]


def direction(tag: str) -> str:
    """`rtl` or `ltr`, for the `dir` attribute."""
    return "rtl" if tag in RIGHT_TO_LEFT else "ltr"


@cache
def choices(language: str = "it") -> tuple[tuple[str, str], ...]:
    """(tag, name) of every language mediation knows, sorted by name."""
    return tuple(sorted(((tag, name_of(tag, language)) for tag in MEDIATION), key=lambda pair: fold(pair[1])))


@cache
def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    for locale in ("it", "en"):
        for tag, name in Locale.parse(locale).languages.items():
            if len(tag) <= 3:  # whatever CLDR knows may be somebody's mother tongue
                index.setdefault(fold(name), "zh-Hans" if tag == "zh" else tag)
    for tag in (*MEDIATION, "tw", "ber"):
        for word in (name_of(tag, "it"), name_of(tag, "en"), tag, *_ALSO.get(tag, "").split(";")):
            if fold(word):
                index[fold(word)] = tag
    index["zh"] = "zh-Hans"
    return index


@lru_cache(maxsize=4096)
def parse_language(text: str) -> str | None:
    """The tag of one language from its Italian or English name, its own nickname, or its tag."""
    key = re.sub(r"^(?:lingua|l1|dialetto)\s+", "", fold(text))
    return _index().get(key) if key else None


@lru_cache(maxsize=4096)
def parse_languages(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(tags, pieces nobody could read) of "arabo, francese e inglese"."""
    whole = parse_language(text)
    if whole:
        return (whole,), ()
    tags: list[str] = []
    unread: list[str] = []
    for piece in re.split(r"\s*[/,;+&|\n\-–]\s*|\s+(?:e|ed|and)\s+", text.strip()):
        tag = parse_language(piece)
        if tag and tag not in tags:
            tags.append(tag)
        elif not tag and fold(piece):
            unread.append(piece)
    return tuple(tags), tuple(unread)
