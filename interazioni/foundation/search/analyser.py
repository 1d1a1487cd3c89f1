"""Words as the search compares them, in fifteen languages: one analyser for what is written and for what is asked.

Pure: no database. A token is what is stored and looked for; a surface is the word as somebody may have typed it, folded.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

from interazioni.foundation.vocabularies.folding import strip_accents

# Languages of the interface that Snowball knows; the others are compared by their beginning.
STEMMERS = {
    "it": "italian", "en": "english", "fr": "french", "es": "spanish", "ar": "arabic", "ro": "romanian", "ru": "russian", "pt": "portuguese",
}  # fmt: skip
# Whatever the page's language, people type words that they saw at a counter, and those are in these.
LATIN_HABITS = ("it", "en", "fr")
SHARED = {"latin": LATIN_HABITS, "cyrillic": ("uk", "ru"), "arabic": ("ar", "ur")}  # script → languages to think of
LONGEST = 40  # letters of a word; what is longer is no word
# Letters and digits with the signs that stand above and below them: harakat, Indic vowels.
_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0dff\u200c\u200d])"
WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")

# Letters of Arabic script that writers use for one another: hamza seats, ya and ta marbuta, Persian and Urdu forms.
_ARABIC = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ی": "ي", "ے": "ي", "ؤ": "و", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه",
        "ک": "ك", "ڪ": "ك", "ـ": "", "ء": "",
    }
)  # fmt: skip
_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
# Ukrainian and Russian endings of nouns and adjectives, longest first: enough for forms of one word to meet.
_UKRAINIAN = (
    "ування", "остями", "ість", "ості", "ання", "ення", "ями", "ами", "ого", "ому", "ими", "ів", "ах", "ях", "ою", "ею", "ої", "ій", "ий",
    "им", "их", "ая", "яя", "ам", "ям", "ом", "ем", "єм", "а", "я", "у", "ю", "и", "і", "ї", "е", "є", "о", "ь",
)  # fmt: skip
_ALBANIAN = (
    "ëve",
    "eve",
    "ave",
    "ive",
    "uar",
    "it",
    "in",
    "et",
    "ët",
    "es",
    "ës",
    "ja",
    "je",
    "ve",
    "ën",
    "a",
    "e",
    "ë",
    "i",
    "u",
)
_STOP: dict[str, frozenset[str]] = {
    "it": frozenset(["a", "ad", "al", "alla", "alle", "ai", "agli", "allo", "anche", "che", "chi", "ci", "come", "con", "cosa", "da", "dal", "dalla", "dei", "del", "della", "delle", "degli", "di", "dove", "e", "ed", "è", "gli", "ha", "ho", "i", "il", "in", "io", "la", "le", "lo", "ma", "mi", "mio", "mia", "nei", "nel", "nella", "non", "o", "per", "più", "posso", "quale", "quando", "quanto", "se", "si", "sono", "sul", "su", "sua", "suo", "sue", "suoi", "mie", "miei", "ti", "tu", "tuo", "tua", "un", "una", "uno", "vi", "voglio", "devo", "sta", "sto", "hanno", "essere", "fare", "faccio"]),
    "en": frozenset(["a", "an", "and", "are", "as", "at", "be", "by", "can", "am", "any", "but", "do", "does", "for", "from", "get", "has", "have", "he", "her", "his", "how", "i", "if", "in", "is", "it", "me", "my", "need", "of", "on", "or", "our", "she", "so", "some", "that", "the", "their", "there", "they", "this", "to", "us", "want", "was", "we", "what", "when", "where", "which", "who", "will", "with", "would", "you", "your"]),
    "fr": frozenset(["a", "au", "aux", "avec", "ce", "ces", "comment", "dans", "de", "des", "du", "elle", "en", "est", "et", "il", "je", "j", "l", "la", "le", "les", "leur", "ma", "mes", "mon", "ne", "nous", "on", "ou", "où", "par", "pas", "pour", "puis", "quand", "que", "quel", "quelle", "qui", "sa", "se", "ses", "son", "sur", "ton", "ta", "tes", "tu", "un", "une", "veux", "vous", "d", "ai", "as", "ils", "elles", "faire", "fait", "c", "qu", "n", "s", "suis", "être"]),
    "es": frozenset(["a", "al", "como", "con", "cómo", "cuando", "de", "del", "donde", "dónde", "e", "el", "en", "es", "la", "las", "lo", "los", "me", "mi", "mis", "o", "para", "por", "puedo", "que", "qué", "quiero", "se", "si", "su", "sus", "tu", "un", "una", "y", "yo", "estoy", "está", "soy", "es", "son", "he", "ha", "hay", "ser", "hacer", "necesito", "tengo", "quién", "cuánto"]),
    "pt": frozenset(["a", "ao", "aos", "as", "com", "como", "da", "das", "de", "do", "dos", "e", "em", "eu", "é", "na", "no", "nas", "nos", "o", "os", "onde", "para", "por", "posso", "quando", "que", "quero", "se", "um", "uma", "meu", "minha", "meus", "minhas", "estou", "sou", "preciso", "tenho", "há", "não", "fazer"]),
    "ro": frozenset(["a", "al", "ale", "am", "care", "ce", "cu", "cum", "de", "din", "este", "în", "in", "la", "mi", "o", "pe", "pentru", "pot", "sa", "să", "si", "și", "un", "unde", "vreau", "eu", "meu", "mea", "mei", "mele", "sunt", "am", "trebuie", "fac", "nu", "cine", "când"]),
    "sq": frozenset(["a", "dhe", "e", "i", "ku", "me", "më", "në", "nga", "një", "për", "per", "që", "si", "të", "te", "unë", "im", "ime", "jam", "kam", "dua", "duhet", "mund", "kush", "kur", "është"]),
    "uk": frozenset(["а", "і", "й", "та", "в", "у", "з", "із", "на", "до", "для", "як", "що", "де", "це", "я", "мені", "мій", "моя", "чи", "за", "від", "про", "мене", "мої", "є", "не", "хочу", "треба", "потрібно", "можна", "можу", "коли", "хто"]),
    "ru": frozenset(["а", "и", "в", "во", "с", "на", "до", "для", "как", "что", "где", "это", "я", "мне", "мой", "моя", "ли", "за", "от", "о", "об", "по", "у", "меня", "мои", "есть", "не", "хочу", "надо", "нужно", "можно", "могу", "когда", "кто", "сколько"]),
    "ar": frozenset(["في", "من", "الى", "على", "عن", "ما", "هو", "هي", "كيف", "اين", "متى", "هل", "و", "او", "ان", "لا", "انا", "لي", "هذا", "هذه", "اريد", "يجب", "يمكن", "عندي", "مع", "الي", "التي", "الذي"]),
    "ur": frozenset(["کا", "کی", "کے", "کو", "میں", "سے", "پر", "ہے", "ہیں", "اور", "کیا", "کیسے", "کہاں", "یہ", "میں", "میرا", "میری", "میرے", "مجھے", "ہوں", "چاہیے", "لیے", "کب", "کون"]),
    "bn": frozenset(["এবং", "ও", "কি", "কীভাবে", "কোথায়", "আমি", "আমার", "আমাকে", "জন্য", "এর", "চাই", "আছে", "কখন", "কে", "হয়"]),
    "pa": frozenset(["ਦਾ", "ਦੀ", "ਦੇ", "ਨੂੰ", "ਵਿੱਚ", "ਤੋਂ", "ਤੇ", "ਹੈ", "ਅਤੇ", "ਕੀ", "ਕਿਵੇਂ", "ਕਿੱਥੇ"]),
    "ti": frozenset(["ናይ", "ኣብ", "ካብ", "ን", "እዩ", "ከመይ", "ኣበይ"]),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """`surface` as typed, folded; `tokens` under which it is found, the best first."""

    surface: str
    tokens: tuple[str, ...]


def base(language: str) -> str:
    """`zh-Hans`, `zh-hans` → `zh`."""
    return language.lower().partition("-")[0]


@cache
def _stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(STEMMERS[language])


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """Case, accents, harakat, Arabic and full-width variants taken away. Letters of Indic scripts and Ge'ez keep their vowel signs."""
    text = unicodedata.normalize("NFKC", word).casefold()
    if text.isascii():
        return text.replace("'", "")
    kept = []
    for letter in unicodedata.normalize("NFD", text):
        if letter in "\u200c\u200d" or (unicodedata.combining(letter) and not _is_indic(letter)):
            continue  # й and ї lose their sign, too: half the phones write и and і
        kept.append(letter)
    plain = strip_accents(unicodedata.normalize("NFC", "".join(kept))) if not _is_indic(text) else "".join(kept)
    return plain.translate(_ARABIC).replace("’", "").replace("'", "")


def _is_indic(text: str) -> bool:
    return any("\u0900" <= letter <= "\u0dff" for letter in text)


def _is_cjk(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf"


@lru_cache(maxsize=200_000)
def stem(surface: str, language: str) -> str:
    """One form for the forms of a word. `surface` is folded."""
    language = base(language)
    if language == "ar":
        for article in _ARTICLES:
            if surface.startswith(article) and len(surface) - len(article) >= 3:
                surface = surface[len(article) :]
                break
        return str(_stemmer("ar").stemWord(surface)) or surface
    if language in STEMMERS:
        found = str(_stemmer(language).stemWord(surface))
        return (
            surface if len(found) < 4 and len(surface) >= 6 else found or surface
        )  # "vis" is no more a visa than a visit
    endings = _UKRAINIAN if language == "uk" else _ALBANIAN if language == "sq" else ()
    for ending in endings:
        plain = folded(ending)
        if surface.endswith(plain) and len(surface) - len(plain) >= 3:
            return surface[: -len(plain)]
    return surface


def pieces(text: str) -> Iterator[str]:
    """The words of a text, folded; of Chinese, each character and each pair of neighbours."""
    for match in WORD.finditer(unicodedata.normalize("NFKC", text)):
        word = match.group()
        if any(map(_is_cjk, word)):
            yield from _chinese(word)
            continue
        # l'affitto, d'identità: what stands before the apostrophe is an article
        head, mark, tail = word.replace("’", "'").partition("'")
        if mark and len(head) <= 5 and tail and head.isascii():
            word = tail
        surface = folded(word)
        if surface and len(surface) <= LONGEST:
            yield surface


def righted(text: str, instead: Mapping[str, str]) -> str:
    """A text with some of its words (folded) put right, the others as they were typed."""
    return WORD.sub(
        lambda word: next((instead[one] for one in pieces(word.group()) if one in instead), word.group()),
        unicodedata.normalize("NFKC", text),
    )


def _chinese(word: str) -> Iterator[str]:
    for run in re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\u3400-\u4dbf\u4e00-\u9fff]+", word):
        if not _is_cjk(run[0]):
            yield folded(run)
        elif len(run) == 1:
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def script(word: str) -> str:
    """`latin`, `arabic`, `cyrillic` …: of the word's first letter."""
    return unicodedata.name(word[0], "UNKNOWN ").partition(" ")[0].lower()


def asked(query: str, language: str) -> list[Word]:
    """The words of a query. The reader's language is only a guess at the query's: Latin words are stemmed in several."""
    words = list(pieces(query))
    meaning = [one for one in words if not says_nothing(one, language)]
    return [Word(surface, meant(surface, language)) for surface in dict.fromkeys(meaning or words)]


def meant(surface: str, language: str) -> tuple[str, ...]:
    """The tokens under which a word that a reader of this language types may stand, the likeliest first."""
    tokens = dict.fromkeys(stem(surface, one) for one in likely(surface, language))
    return tuple(tokens | {surface: None})


def likely(surface: str, language: str) -> list[str]:
    """The languages that a word may be of, on a page in this one."""
    return list(dict.fromkeys([base(language), *SHARED.get(script(surface), ())]))


def says_nothing(surface: str, language: str) -> bool:
    language = base(language)
    own = surface in _stops_of(language)
    if script(surface) != "latin":
        return own
    return own or (len(surface) <= 3 and any(surface in _stops_of(one) for one in LATIN_HABITS))


@cache
def _stops_of(language: str) -> frozenset[str]:
    return frozenset(folded(word) for word in _STOP.get(language, ()))


def distance(one: str, other: str) -> int:
    """Letters to be changed, added, left out or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if above and i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]
