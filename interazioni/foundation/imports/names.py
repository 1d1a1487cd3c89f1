"""Names of people: where the surname ends, how they are written, when two spellings are one.

Which part of "QUISPE MAMANI MARIA FERNANDA" is the surname cannot be known from the words alone. The evidence, strongest first:
the letters of the tax code (they name surname and first name apart, in whatever order the words stand); a comma; capitals
("ROSSI Mario", "rossi Mario"); surnames and first names met elsewhere in the same file; particles (El, De, Van) and the
custom of two surnames; at last the order that the column's title promises.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations

from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.taxcode import TaxCode, name_letters, surname_letters

_PARTICLES = frozenset(
    ["el", "al", "es", "er", "ed", "ben", "bin", "bint", "ibn", "abu", "abou", "abd", "abdel", "abdul", "ait", "ould", "oulad", "oul", "de", "di", "da", "del", "della", "dello", "dei", "degli", "delle", "dal", "dalla", "dalle", "d", "la", "lo", "le", "li", "los", "las", "van", "von", "der", "den", "ter", "ten", "dos", "das", "do", "du", "des", "st", "saint", "san", "santa", "mc", "mac", "o", "n", "m", "bel", "bou", "y", "e"]
) - {"e", "y", "bou", "o", "m", "n", "abdul", "ed"}  # fmt: skip
_JOINERS = frozenset({"y", "e", "de", "del", "la", "los", "las", "dos", "das", "da", "do"})
# Where children carry the father's and the mother's surname.
_TWO_SURNAMES = frozenset(
    [
        "AR",
        "BO",
        "CL",
        "CO",
        "CR",
        "CU",
        "DO",
        "EC",
        "ES",
        "GQ",
        "GT",
        "HN",
        "MX",
        "NI",
        "PA",
        "PE",
        "PR",
        "PY",
        "SV",
        "UY",
        "VE",
        "PH",
    ]
)
_LOWER_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "de",
        "del",
        "della",
        "la",
        "los",
        "las",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "y",
        "e",
        "bin",
        "bint",
        "ibn",
        "zu",
    ]
)


def normalise_name(text: str) -> str:
    """For matching: "D’ANGELO", "D'Angelo" and "dangelo" are the same; "Al-Sayed" is "al sayed"."""
    return fold(text)


def name_key(surname: str, name: str) -> str:
    """One string for a person's name, the same for whatever case, accents, apostrophes and spaces."""
    return f"{fold(surname)}|{fold(name)}"


def clean_name(text: str) -> tuple[str, bool]:
    """(name, whether something was taken off): numbering, remarks in brackets, asterisks. Typographic apostrophes become plain."""
    plain = " ".join(re.sub(r"[’‘`´ʼ]", "'", text).split())
    clean = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
    clean = re.sub(r"^\s*\d+\s*[).\-–:°]?\s+(?=\D)|^\s*\d+[).]\s*", "", clean)
    clean = re.sub(r"[*#†§✓\"“”«»_]+", " ", clean)
    clean = re.sub(
        r"\s*-\s*(?:ritirat[oa]|trasferit[oa]|nuov[oa]|assente|uscit[oa])\b.*$", "", clean, flags=re.IGNORECASE
    )
    clean = re.sub(r"\s+'|'\s+(?=\w)", "'", clean) if re.search(r"\b[DdNnLl]\s?'\s?\w", clean) else clean
    clean = " ".join(clean.split()).strip(" .;:-–")
    return clean, fold(clean) != fold(re.sub(r"^\s*\d+[).]?\s*", "", plain))


_ACCENTS = {"a": "à", "e": "è", "i": "ì", "o": "ò", "u": "ù", "A": "À", "E": "È", "I": "Ì", "O": "Ò", "U": "Ù"}


@lru_cache(maxsize=65_536)
def title_name(text: str) -> str:
    """A name as it is written: "PËRMETI" → "Përmeti", "D'ANGELO" → "D'Angelo", "el amrani" → "El Amrani", "NICOLO'" → "Nicolò".

    A word in mixed case was typed with care ("McDonald", "van der Berg") and is left alone.
    """
    words = text.split()
    mixed = any(word[:1].isupper() and word[1:2].islower() for word in words)
    done = []
    for word in words:
        accented = re.fullmatch(r"(.*[^\W\d_])([aeiouAEIOU])'", word)
        if accented:
            word = accented[1] + _ACCENTS[accented[2]]
        if word in _LOWER_PARTICLES and mixed:
            done.append(word)
        elif word.isupper() or word.islower():
            done.append(re.sub(r"[^\W\d_]+", lambda part: part[0][0].upper() + part[0][1:].lower(), word))
        else:
            done.append(word)
    return " ".join(done)


@dataclass(frozen=True, slots=True)
class SplitName:
    """`how`: tax_code, comma, case, known, custom, order. `reversed`: not in the order the column promised. `doubtful`: a guess among several."""

    surname: str
    name: str
    how: str
    reversed: bool = False
    doubtful: bool = False


@dataclass
class KnownNames:
    """What the sure rows of a file teach about its doubtful ones."""

    surnames: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    surname_first: int = 0
    name_first: int = 0

    def add(self, surname: str, name: str) -> None:
        self.surnames[fold(surname)] += 1
        self.names[fold(name)] += 1
        for word in fold(name).split():
            self.names[word] += 1

    def order(self, promised: str = "") -> str:
        """`surname_first` or `name_first`: what nine sure rows in ten show, else what the title promises, else Italian school custom."""
        total = self.surname_first + self.name_first
        if total >= 3 and max(self.surname_first, self.name_first) >= 0.8 * total:
            return "surname_first" if self.surname_first > self.name_first else "name_first"
        return promised or ("name_first" if self.name_first > self.surname_first else "surname_first")


def learn_names(rows: Iterable[tuple[str, TaxCode | None]], promised: str = "") -> KnownNames:
    """Read (text, tax code) of a whole column once and keep what the rows with evidence show."""
    known = KnownNames()
    for text, code in rows:
        clean, _ = clean_name(text)
        words = clean.replace(",", " , ").split()
        sure = _by_tax_code(words, code, promised or "surname_first") or _by_comma(clean) or _by_case(words, promised)
        if sure is None:
            continue
        known.add(sure.surname, sure.name)
        if len(words) > 1 and sure.how != "comma":
            if fold(" ".join(words)) == fold(f"{sure.surname} {sure.name}"):
                known.surname_first += 1
            else:
                known.name_first += 1
    return known


def split_name(
    text: str,
    *,
    order: str = "",
    code: TaxCode | None = None,
    known: KnownNames | None = None,
    citizenships: Collection[str] = (),
) -> SplitName | None:
    """Surname and name of one cell, title-cased; None when the cell holds a single word.

    `order`: `surname_first`, `name_first`, or "" when the column's title promises nothing.
    """
    clean, _ = clean_name(text)
    comma = _by_comma(clean)
    if comma:
        return _titled(comma)
    words = clean.replace(",", " ").split()
    if len(words) < 2:
        return None
    known = known or KnownNames()
    order = known.order(order)
    found = (
        _by_tax_code(words, code, order)
        or _by_case(words, order)
        or _by_known(words, known, order)
        or _by_custom(words, order, citizenships)
    )
    return _titled(found)


def _titled(split: SplitName) -> SplitName:
    return SplitName(title_name(split.surname), title_name(split.name), split.how, split.reversed, split.doubtful)


def _candidates(words: Sequence[str], order: str) -> list[tuple[str, str, bool]]:
    """(surname, name, reversed) of every possible cut, the promised order first."""
    cuts = range(1, len(words))
    surname_first = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts]
    name_first = [(" ".join(words[cut:]), " ".join(words[:cut])) for cut in cuts]
    straight, other = (name_first, surname_first) if order == "name_first" else (surname_first, name_first)
    return [(*pair, False) for pair in straight] + [(*pair, True) for pair in other]


def _by_tax_code(words: Sequence[str], code: TaxCode | None, order: str) -> SplitName | None:
    if code is None or not code.surname_part or len(words) < 2:
        return None
    both = [
        one
        for one in _candidates(words, order)
        if surname_letters(one[0]) == code.surname_part and name_letters(one[1]) == code.name_part
    ]
    straight = [one for one in both if not one[2]]
    chosen = straight or both
    if chosen:
        # "El Fassi" and "El" may give the same three letters: the cut custom would make, when it is among them.
        best = chosen[0]
        if len(chosen) > 1:
            custom = _by_custom(words, order, ())
            best = next((one for one in chosen if fold(one[0]) == fold(custom.surname)), best)
        return SplitName(best[0], best[1], "tax_code", best[2], doubtful=False)
    # The code may carry a second name that the list leaves out: then the surname alone decides, where only one cut has its letters.
    surname_only = [one for one in _candidates(words, order) if surname_letters(one[0]) == code.surname_part]
    if len(surname_only) == 1 and len(words) > 2:
        one = surname_only[0]
        return SplitName(one[0], one[1], "tax_code", one[2], doubtful=True)
    return None


def _by_comma(clean: str) -> SplitName | None:
    surname, comma, name = clean.partition(",")
    if comma and surname.strip() and name.strip() and "," not in name:
        return SplitName(surname.strip(), name.strip(), "comma")
    return None


def _case_of(word: str) -> str:
    letters = re.sub(r"[^\w]|[\d_]", "", word)
    if len(letters) < 2:
        return ""
    return "U" if letters.isupper() else "L" if letters.islower() else "T"


def _by_case(words: Sequence[str], order: str) -> SplitName | None:
    """Capitals on one side only: "ROSSI Mario", "Mario ROSSI"; or small letters on the side of the promised surname."""
    cases = ["" if fold(word) in _PARTICLES else _case_of(word) for word in words]
    marked = [(at, case) for at, case in enumerate(cases) if case]
    runs: list[list[int]] = []
    kinds: list[str] = []
    for at, case in marked:
        if kinds and kinds[-1] == case:
            runs[-1].append(at)
        else:
            runs.append([at])
            kinds.append(case)
    if len(runs) != 2 or ("T" not in kinds and "U" not in kinds):
        return None
    if "U" in kinds:  # noqa: SIM108 - each side has its reason
        first = kinds[0] == "U"
    else:  # small letters and a title-cased word: typed without care, the order decides
        first = order != "name_first"
    cut = runs[0][-1] + 1 if first else runs[1][0]
    if not first:
        while cut > 1 and fold(words[cut - 1]) in _PARTICLES:
            cut -= 1
    ahead, behind = " ".join(words[:cut]), " ".join(words[cut:])
    surname, name = (ahead, behind) if first else (behind, ahead)
    return SplitName(surname, name, "case", reversed=bool(order) and first == (order == "name_first"))


def _by_known(words: Sequence[str], known: KnownNames, order: str) -> SplitName | None:
    """A surname (or first name) that a sure row of the file has."""
    best: tuple[int, int, SplitName] | None = None
    for surname, name, reverse in _candidates(words, order):
        seen_surname, seen_name = known.surnames[fold(surname)], known.names[fold(name)]
        if reverse:
            # Against the promised order only when both words speak for it and neither against it.
            if not (seen_surname and seen_name) or known.names[fold(surname)] or known.surnames[fold(name)]:
                continue
            score = 1
        elif not seen_surname:
            continue
        else:
            score = 3 if seen_name else 2
        rank = (score, len(surname.split()))
        if best is None or rank > best[:2]:
            best = (*rank, SplitName(surname, name, "known", reverse, doubtful=reverse))
    if best:
        return best[2]
    if len(words) > 2:  # a first name that others have leaves the rest to the surname
        for surname, name, reverse in _candidates(words, order):
            if not reverse and known.names[fold(name)] and not known.surnames[fold(name)] and len(name.split()) > 1:
                return SplitName(surname, name, "known")
    return None


def _surname_length(words: Sequence[str], citizenships: Collection[str]) -> int:
    """How many of the words, read from the surname's side, custom gives to the surname (at least one is left for the name)."""
    length = 0
    while length < len(words) - 2 and fold(words[length]) in _PARTICLES:
        length += 1
    length += 1
    spare = len(words) - length
    if spare >= 2 and ((len(words) >= 4 and len(words) - length > 2) or _TWO_SURNAMES & set(citizenships)):
        length += 1
        while length < len(words) - 1 and fold(words[length - 1]) in _JOINERS | _PARTICLES:
            length += 1
    return min(length, len(words) - 1)


def _by_custom(words: Sequence[str], order: str, citizenships: Collection[str]) -> SplitName:
    if order == "name_first":
        if len(words) > 2:
            particle = next((at for at, word in enumerate(words[1:-1], 1) if fold(word) in _PARTICLES), None)
            two = bool(_TWO_SURNAMES & set(citizenships)) or len(words) >= 4
            cut = particle if particle is not None else len(words) - (2 if two else 1)
        else:
            cut = 1
        return SplitName(" ".join(words[cut:]), " ".join(words[:cut]), "order", doubtful=len(words) > 2)
    length = _surname_length(words, citizenships)
    sure = len(words) == 2 or (len(words) == 3 and length == 2 and fold(words[0]) in _PARTICLES)
    return SplitName(
        " ".join(words[:length]), " ".join(words[length:]), "custom" if length > 1 else "order", doubtful=not sure
    )


def fits_tax_code(surname: str, name: str, code: TaxCode) -> str:
    """`yes`, `swapped` (the two stand in each other's place), `surname` or `name` (one of the two fits), or `no`."""
    surname_fits, name_fits = surname_letters(surname) == code.surname_part, name_letters(name) == code.name_part
    if surname_fits and name_fits:
        return "yes"
    if surname_letters(name) == code.surname_part and name_letters(surname) == code.name_part:
        return "swapped"
    return "surname" if surname_fits else "name" if name_fits else "no"


# --- finding one person among those enrolled -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameMatch:
    """`found`: indexes of the candidates that fit. `how`: exact, reversed, words (same words in another order), part (one name
    lacks a word: doubtful), similar (a letter differs: doubtful), none."""

    found: tuple[int, ...]
    how: str

    @property
    def ambiguous(self) -> bool:
        return len(self.found) > 1

    @property
    def doubtful(self) -> bool:
        return self.how in ("part", "similar")


class NameIndex:
    """Look-up of a name as somebody typed it among (surname, name) pairs, from the strictest likeness to the loosest."""

    def __init__(self, people: Sequence[tuple[str, str]]) -> None:
        self._by: dict[tuple[str, str], list[int]] = {}
        self._words: list[frozenset[str]] = []
        self._joined: list[str] = []
        for at, (surname, name) in enumerate(people):
            first, last = fold(surname), fold(name)
            self._put("exact", f"{first} {last}", at)
            self._put("reversed", f"{last} {first}", at)
            self._put("words", " ".join(sorted(f"{first} {last}".split())), at)
            self._put("words", "".join(sorted(f"{first}{last}".replace(" ", ""))) + "#", at)
            self._words.append(frozenset(f"{first} {last}".split()))
            self._joined.append(f"{first} {last}")

    def _put(self, how: str, key: str, at: int) -> None:
        places = self._by.setdefault((how, key), [])
        if at not in places:
            places.append(at)

    def find(self, text: str) -> NameMatch:
        """Every candidate at the first level of likeness where there is one."""
        clean, _ = clean_name(text.replace(",", " "))
        key = fold(clean)
        if not key:
            return NameMatch((), "none")
        for how, probe in (("exact", key), ("reversed", key), ("words", " ".join(sorted(key.split())))):
            if found := self._by.get((how, probe)):
                return NameMatch(tuple(found), how)
        words = frozenset(key.split())
        initials = [word for word in words if len(word) == 1]
        if len(words) > 1 and not initials:
            part = [at for at, own in enumerate(self._words) if len(words & own) >= 2 and (words < own or own < words)]
            if part:
                return NameMatch(tuple(part), "part")
        if initials and len(words) > 1:  # "Hoxha E."
            long = words - set(initials)
            part = [
                at
                for at, own in enumerate(self._words)
                if long < own and any(all(word.startswith(letter) for word, letter in zip(rest, initials, strict=False))
                                      for rest in permutations(sorted(own - long), min(len(initials), len(own - long))))
            ]  # fmt: skip
            if part:
                return NameMatch(tuple(part), "part")
        near = [
            at
            for at, own in enumerate(self._joined)
            if abs(len(own) - len(key)) <= 1 and len(key) > 7 and _one_edit(own, key)
        ]
        return NameMatch(tuple(near), "similar" if near else "none")


def _one_edit(left: str, right: str) -> bool:
    """Whether one letter added, removed or changed (or two neighbours swapped) makes one string of the other."""
    if len(left) > len(right):
        left, right = right, left
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), len(left))
    if len(left) == len(right):
        swapped = left[at : at + 2] == right[at : at + 2][::-1] and left[at + 2 :] == right[at + 2 :]
        return left[at + 1 :] == right[at + 1 :] or swapped
    return left[at:] == right[at + 1 :]
