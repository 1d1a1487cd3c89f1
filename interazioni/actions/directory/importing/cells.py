"""What single cells of a list of services say: places, phones, documents, ages, prices. Pure; nothing is guessed in silence."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports.reading import Cell, text_of
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.municipalities import Municipality

Warn = Callable[..., None]  # (code, message, read, other)
MOST_PHONES = 3  # as the entry's page has lines for
HERE = "Piemonte"  # which of two namesakes is meant when nothing says it

# --- places ----------------------------------------------------------------------------------------------------------


def municipality(text: str, province: str, warn: Warn) -> Municipality | None:
    """The municipality of a cell, told from its namesakes by the province, else by the region. None is explained by `warn`."""
    cleaned = re.sub(r"\b\d{5}\b", " ", text)
    cleaned = re.sub(r"^\s*S\.\s*(?=[A-Z])", "San ", cleaned).strip(" ,-–")
    if province and not re.search(r"\([A-Za-z]{2}\)", cleaned):
        letters = province.strip(" ()")
        cleaned = f"{cleaned} ({letters})" if re.fullmatch(r"[A-Za-z]{2}", letters) else cleaned
    place = municipalities.parse_place(cleaned)
    found = place.municipality
    if found is None and place.candidates:
        here = [one for one in place.candidates if one.region == HERE]
        if len(here) == 1:
            warn(
                "municipality_here",
                _("“%(read)s” was taken for %(other)s: there are others of this name."),
                text,
                str(here[0]),
            )
            return here[0]
        others = ", ".join(map(str, place.candidates[:4]))
        warn(
            "municipality_ambiguous",
            _("“%(read)s” may be several municipalities: %(other)s. Write the province, too."),
            text,
            others,
        )
        return None
    if found is None or not found.istat:
        warn(
            "municipality_unknown",
            _("“%(read)s” is no municipality in Italy that is known: write its official name."),
            text,
        )
        return None
    return found


def address(text: str) -> tuple[str, str, str]:
    """ "Via Roma 3, 14100 Asti (AT)" → street, postal code, municipality; what is not said is ""."""
    code = re.search(r"\b(\d{5})\b", text)
    if code and code.start() > 3:
        street = text[: code.start()].strip(" ,-–\n")
        return street, code[1], text[code.end() :].strip(" ,-–\n")
    for sign in (r"\n", r"\s[-–]\s", ","):
        pieces = re.split(sign, text)
        last = pieces[-1].strip()
        if len(pieces) > 1 and not re.search(r"\d", last):
            place = municipalities.parse_place(last)
            if place.municipality or place.candidates:
                cut = text.rstrip()[: -len(last)] if last else text
                return cut.strip(" ,-–\n"), "", last
    return text.strip(), "", ""


def postal_code(cell: Cell, warn: Warn) -> str:
    """Five digits; a spreadsheet that took it for a number has lost the zeros before it."""
    text = text_of(cell)
    digits = re.sub(r"\.0$|\D", "", text)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 3 <= len(digits) <= 5:
        digits = digits.zfill(5)
    if len(digits) == 5:
        return digits
    if digits or text.strip(" -"):
        warn("postal_code", _("“%(read)s” is no postal code of five digits: left out."), text)
    return ""


# --- contacts --------------------------------------------------------------------------------------------------------


def phones(cell: Cell, warn: Warn) -> list[dict[str, str]]:
    """Numbers as they were written, each with the word beside it."""
    text = text_of(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = re.sub(r"\.0$", "", text)
        if (
            not text.startswith("3") and 6 <= len(text) <= 10
        ):  # every other number of Italy begins with a zero, which a number cannot
            warn(
                "phone_zero",
                _("“%(read)s” stands there as a number: a zero was put before it. Format the column as text."),
                text,
            )
            text = f"0{text}"
    found: list[dict[str, str]] = []
    for piece in _pieces(text):
        if fax := re.match(r"^\s*fax\b", piece, re.IGNORECASE):
            warn("phone_fax", _("The fax “%(read)s” was left out."), piece[fax.end() :].strip(" .:"))
            continue
        number = re.search(r"[+(]?\d[\d\s./()-]*\d", piece)
        digits = re.sub(r"\D", "", number[0]) if number else ""
        if number is None or not 3 <= len(digits) <= 15:
            warn("phone_doubtful", _("“%(read)s” does not look like a phone number: left out."), piece[:60])
            continue
        note = f"{piece[: number.start()]} {piece[number.end() :]}"
        if re.search(r"\bfax\b", note, re.IGNORECASE):
            warn("phone_fax", _("The fax “%(read)s” was left out."), number[0])
            continue
        note = re.sub(
            r"^\W*(?:telefono|tel|cellulare|cell|mobile|phone|n)\b[.:]*", "", note.strip(), flags=re.IGNORECASE
        )
        said = re.sub(r"\s+", " ", number[0].removeprefix("(") if ")" not in number[0] else number[0]).strip(" ./-")
        found.append({"number": said[:40], "note": re.sub(r"\s+", " ", note).strip(" ,.;:()-–")[:80]})
    if len(found) > MOST_PHONES:
        left = ", ".join(one["number"] for one in found[MOST_PHONES:])
        warn("phones_many", _("An entry has at most three phones; these were left out: %(read)s."), left)
    return found[:MOST_PHONES]


def _pieces(text: str) -> list[str]:
    """One number a piece: "0141/555123" is one, "011 555123 / 333 1234567" are two."""
    pieces: list[str] = []
    for piece in re.split(r"\s*(?:[;|\n]|,\s|\s-\s|\boppure\b|\s+o\s+|(?<=\d)\s*/\s*(?=[+\d]))\s*", text):
        if not piece.strip():
            continue
        digits = re.sub(r"\D", "", piece)
        before = re.sub(r"\D", "", pieces[-1]) if pieces else ""
        if pieces and 2 <= len(before) <= 5 and before.startswith("0") and digits:  # only the area's digits so far
            pieces[-1] = f"{pieces[-1].strip()}/{piece.strip()}"
        elif pieces and (not digits or (len(digits) < 5 and piece[0].isalpha())):  # "interno 4"
            pieces[-1] = f"{pieces[-1].strip()} {piece.strip()}"
        else:
            pieces.append(piece.strip())
    return pieces


def spoken(text: str, warn: Warn) -> list[str]:
    read, unread = languages.parse_languages(text)
    tags = list(read)
    for piece in unread:
        tag = {"lis": "ise", "multilingue": None}.get(fold(piece), "")
        if tag:
            tags.append(tag)
            continue
        words = [languages.parse_language(word) for word in piece.split()]
        if len(words) > 1 and all(words):  # "russo ucraino"
            tags += [word for word in words if word]
        else:
            warn("language_unknown", _("No language is known by the name “%(read)s”."), piece[:60])
    return list(dict.fromkeys(tags))


# --- whom, with what, for how much -----------------------------------------------------------------------------------


def items(text: str) -> list[dict[str, str]]:
    """Documents, one a line. Commas do not part them: "an identity document, also expired" is one."""
    lines = re.split(r"\s*[\n;•·▪●]+\s*|(?:^|\s)[-–*]\s+(?=\w)|(?:^|\s)\d{1,2}[.)]\s+(?=\D)", text)
    return [{"text": line.strip(" ,.-–*")[:300]} for line in lines if line and line.strip(" ,.-–*")]


_ANY_AGE = frozenset(
    {"tutti", "tutte", "tutte le eta", "qualsiasi", "nessun limite", "all", "all ages", "any", "nessuna"}
)


def ages(text: str, warn: Warn) -> tuple[int | None, int | None]:
    """ "16-25", "dai 16 anni", "over 18", "fino a 14", "maggiorenni" → (from, up to)."""
    key = fold(text)
    if not key or key in _ANY_AGE:
        return None, None
    if re.search(r"\bmes[ei]\b|\bmonths?\b", key):
        return _no_age(text, warn)
    numbers = [int(number) for number in re.findall(r"\d{1,3}", key)]
    if any(number > 120 for number in numbers):
        return _no_age(text, warn)
    if len(numbers) == 2 and numbers[0] <= numbers[1]:
        return numbers[0], numbers[1]
    if len(numbers) == 1:
        if re.search(r"\b(?:fino|max|massimo|under|sotto|meno|up to|entro|minori di|non oltre)\b", key):
            return None, numbers[0] - (1 if re.search(r"\b(?:under|sotto|meno|minori di)\b", key) else 0)
        if (
            re.search(r"\b(?:da|dai|dagli|over|oltre|min|minimo|almeno|from|sopra|piu)\b", key)
            or "+" in text
            or key.endswith("in su")
        ):
            return numbers[0], None
    if (
        not numbers
        and re.search(r"\b(?:maggiorenni|adulti|adults?)\b", key)
        and not re.search(r"\bminor|bambin|ragazz", key)
    ):
        return 18, None
    if not numbers and re.fullmatch(r"(?:minori|minorenni|minors)", key):
        return None, 17
    return _no_age(text, warn)


def _no_age(text: str, warn: Warn) -> tuple[None, None]:
    warn("age_unreadable", _("“%(read)s” was not understood as ages: write for example 16-25."), text[:60])
    return None, None


_FREE = re.compile(r"(?:(?:il servizio e |e )?(?:completamente |totalmente |sempre )?(?:gratuit[oai]|gratis|free(?: of charge)?)|nessun costo|nessuno|nessuna spesa|niente|0|0 euro|0 00|zero|senza costi|no cost)")  # fmt: skip


def free(text: str) -> bool | None:
    """True when the words say that it costs nothing and no more than that; None when they say something else, or both."""
    return True if _FREE.fullmatch(fold(text).replace("€", "").strip()) else None


def speaks_of_free(text: str) -> bool:
    return bool(re.search(r"\b(?:gratuit|gratis|free)", fold(text)))


def remark(findings: list[Any]) -> Warn:
    """A `warn` that puts findings into a list."""
    from interazioni.foundation.imports.values import Finding

    def warn(code: str, message: str | Promise, read: str = "", other: str = "") -> None:
        findings.append(Finding(code, message, read[:200], other[:200]))

    return warn
