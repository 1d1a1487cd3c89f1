"""Countries and citizenships: codes, names, Italian adjectives, Union membership on a date.

Codes are ISO 3166-1 alpha-2. Two are user-assigned, as ISO 3166 allows: `XK` Kosovo (the code the Union's own
institutions and CLDR use) and `XX` for a stateless person (ICAO Doc 9303 writes XXA/XXB/XXC in passports; `XX` is the
short code commonly derived from them). Palestine is ISO's `PS`.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from babel import Locale

from interazioni.foundation.vocabularies.folding import fold

STATELESS = "XX"

# ISO2 ISO3 and the Italian adjectives, masculine singular (the other forms are inflected below; `=` marks invariable).
_TABLE = """
AD AND andorrano
AE ARE emiratino
AF AFG afghano afgano
AG ATG antiguano
AL ALB albanese
AM ARM armeno
AO AGO angolano
AR ARG argentino
AT AUT austriaco
AU AUS australiano
AZ AZE azero azerbaigiano azerbaigiana
BA BIH bosniaco bosniacoerzegovese
BB BRB barbadiano
BD BGD bengalese bangladese bangladeshi= bengalesi bangladesciano bangladino
BE BEL belga=
BF BFA burkinabe= burkinese
BG BGR bulgaro
BH BHR bahreinita bahrenita
BI BDI burundese
BJ BEN beninese
BN BRN bruneiano
BO BOL boliviano
BR BRA brasiliano
BS BHS bahamense bahamiano
BT BTN bhutanese butanese
BW BWA botswano
BY BLR bielorusso
BZ BLZ beliziano
CA CAN canadese
CD COD
CF CAF centrafricano
CG COG
CH CHE svizzero elvetico
CI CIV ivoriano avoriano
CL CHL cileno
CM CMR camerunese camerunense
CN CHN cinese
CO COL colombiano
CR CRI costaricano costaricense
CU CUB cubano
CV CPV capoverdiano
CY CYP cipriota
CZ CZE ceco
DE DEU tedesco germanico
DJ DJI gibutiano
DK DNK danese
DM DMA dominicense
DO DOM dominicano
DZ DZA algerino
EC ECU ecuadoriano ecuadoregno equadoriano ecuadoreno
EE EST estone
EG EGY egiziano
EH ESH sahrawi= saharawi=
ER ERI eritreo
ES ESP spagnolo
ET ETH etiope etiopico
FI FIN finlandese
FJ FJI figiano
FM FSM micronesiano
FR FRA francese
GA GAB gabonese
GB GBR britannico inglese scozzese gallese
GD GRD grenadino
GE GEO georgiano
GH GHA ghanese ghaneano
GM GMB gambiano
GN GIN guineano guineense
GQ GNQ equatoguineano
GR GRC greco ellenico
GT GTM guatemalteco
GW GNB guineabissauense
GY GUY guyanese
HK HKG hongkonghese
HN HND honduregno
HR HRV croato croata
HT HTI haitiano
HU HUN ungherese magiaro
ID IDN indonesiano
IE IRL irlandese
IL ISR israeliano
IN IND indiano
IQ IRQ iracheno irakeno
IR IRN iraniano
IS ISL islandese
IT ITA italiano
JM JAM giamaicano jamaicano
JO JOR giordano
JP JPN giapponese nipponico
KE KEN keniano keniota kenyano kenyota
KG KGZ kirghiso kirghizo kirghizistano
KH KHM cambogiano
KI KIR kiribatiano
KM COM comoriano
KN KNA nevisiano
KP PRK nordcoreano
KR KOR sudcoreano
KW KWT kuwaitiano
KZ KAZ kazako kazaco kazakistano
LA LAO laotiano
LB LBN libanese
LC LCA santaluciano
LI LIE
LK LKA cingalese srilankese singalese srilanchese
LR LBR liberiano
LS LSO lesothiano
LT LTU lituano
LU LUX lussemburghese
LV LVA lettone
LY LBY libico
MA MAR marocchino
MC MCO monegasco
MD MDA moldavo moldovo moldovano
ME MNE montenegrino
MG MDG malgascio
MH MHL marshallese
MK MKD macedone nordmacedone
ML MLI maliano
MM MMR birmano myanmarese
MN MNG mongolo
MO MAC
MR MRT mauritano
MT MLT maltese
MU MUS mauriziano
MV MDV maldiviano
MW MWI malawiano
MX MEX messicano
MY MYS malese malaysiano
MZ MOZ mozambicano
NA NAM namibiano
NE NER nigerino
NG NGA nigeriano
NI NIC nicaraguense
NL NLD olandese neerlandese
NO NOR norvegese
NP NPL nepalese
NR NRU nauruano
NZ NZL neozelandese
OM OMN omanita
PA PAN panamense panamegno
PE PER peruviano
PG PNG papuano
PH PHL filippino filipino
PK PAK pakistano pachistano pakistanese
PL POL polacco
PR PRI portoricano
PS PSE palestinese
PT PRT portoghese
PW PLW palauano
PY PRY paraguaiano paraguayano
QA QAT qatariota qatarino
RO ROU rumeno romeno
RS SRB serbo
RU RUS russo
RW RWA ruandese
SA SAU saudita
SB SLB salomonese
SC SYC seicellese
SD SDN sudanese
SE SWE svedese
SG SGP singaporiano
SI SVN sloveno
SK SVK slovacco
SL SLE sierraleonese
SM SMR sammarinese
SN SEN senegalese
SO SOM somalo
SR SUR surinamese
SS SSD sudsudanese
ST STP saotomense
SV SLV salvadoregno
SY SYR siriano
SZ SWZ swazi= eswatiniano
TD TCD ciadiano
TG TGO togolese
TH THA thailandese tailandese
TJ TJK tagiko tagico
TL TLS timorese
TM TKM turkmeno turcomanno
TN TUN tunisino
TO TON tongano
TR TUR turco
TT TTO trinidadiano
TV TUV tuvaluano
TW TWN taiwanese
TZ TZA tanzaniano
UA UKR ucraino
UG UGA ugandese
US USA statunitense americano
UY URY uruguaiano uruguayano
UZ UZB uzbeko uzbeco
VA VAT vaticano
VC VCT vincentino
VE VEN venezuelano
VN VNM vietnamita
VU VUT vanuatuano
WS WSM samoano
XK XKX kosovaro kossovaro
XX XXA apolide
YE YEM yemenita
ZA ZAF sudafricano
ZM ZMB zambiano
ZW ZWE zimbabwese zimbabwiano
"""

# Names in use in schools, registry offices and old databases, besides CLDR's in Italian and English.
_ALSO: dict[str, str] = {
    "AE": "emirati; e.a.u.; uae; emirati arabi",
    "AF": "afganistan",
    "BA": "bosnia; bosnia erzegovina; bosnia herzegovina; bosnia-herzegovina; bosnia e erzegovina; bosnia ed erzegovina; "
    "bosnia e herzegovina; bosnia ed herzegovina; bih",
    "BD": "bangladesch; banglades; bangla desh; bengala; bgd",
    "BF": "burkina; alto volta; burkinafaso",
    "BH": "bahrain",
    "BY": "belarus; bielarus; repubblica di belarus",
    "AZ": "azerbaijan; azerbaigian; azerbaidjan; azerbaigiana",
    "CD": "congo kinshasa; congo-kinshasa; repubblica democratica del congo; rep. dem. del congo; rep. democratica congo; "
    "rep. dem. congo; congo rep. democratica; rdc; r.d. congo; zaire; congo, repubblica democratica del; congo (rdc)",
    "CF": "centrafrica; rep. centrafricana; centroafrica; repubblica centroafricana",
    "CG": "congo brazzaville; repubblica del congo; rep. del congo; congo, repubblica del; congo (brazzaville)",
    "CI": "costa d'avorio; costa avorio; cote d'ivoire; ivory coast; costadavorio",
    "CM": "cameroun; cameroon; camerum",
    "CN": "cina popolare; repubblica popolare cinese; rep. pop. cinese; rep. popolare cinese; cina rep. popolare; "
    "r.p. cinese; r.p.c.; prc; rpc; cinese, repubblica popolare; repubblica popolare di cina",
    "CV": "isole di capo verde; cabo verde; isole capo verde",
    "CZ": "repubblica ceca; rep. ceca; ceca, repubblica; czechia; czech republic",
    "DE": "germania federale; repubblica federale tedesca; rep. fed. germania",
    "DO": "santo domingo; rep. dominicana; rep dominicana; dominicana; repubblica domenicana; san domingo; "
    "dominicana, repubblica; domenicana",
    "EC": "equador",
    "EH": "sahara occidentale; repubblica sahrawi",
    "ER": "eritrea",
    "ET": "etiopia",
    "FJ": "fiji",
    "GB": "gran bretagna; inghilterra; united kingdom; uk; scozia; galles; irlanda del nord; g.b.; great britain; england; "
    "regno unito di gran bretagna e irlanda del nord",
    "GE": "repubblica di georgia",
    "GM": "gambia; the gambia",
    "GN": "guinea conakry; guinea-conakry; repubblica di guinea; guinea (conakry)",
    "GQ": "guinea eq.; guinea equat.",
    "GW": "guinea bissau; guinea-bissau",
    "HK": "hong kong",
    "IN": "unione indiana; bharat",
    "IQ": "irak; iraq",
    "IR": "persia; repubblica islamica dell'iran; iran, repubblica islamica del",
    "KE": "kenia",
    "KG": "kirghizistan; kirgizistan; kyrgyzstan; kirghisistan; kirghizia",
    "KP": "corea del nord; corea nord; repubblica popolare democratica di corea; rep. pop. dem. di corea",
    "KR": "corea del sud; corea sud; repubblica di corea; rep. di corea",
    "KZ": "kazakhstan; kazachistan",
    "LK": "ceylon; srilanka; sri-lanka",
    "LY": "giamahiria; libyan arab jamahiriya",
    "MD": "moldova; repubblica moldova; repubblica di moldova; rep. moldova; rep. di moldova; republic of moldova; moldavia",
    "MK": "macedonia; macedonia del nord; macedonia (fyrom); fyrom; ex repubblica jugoslava di macedonia; repubblica di "
    "macedonia; rep. macedonia; nord macedonia; north macedonia; ex rep. jugoslava di macedonia; macedonia, repubblica di",
    "MM": "birmania; myanmar; burma; myanmar (ex birmania); unione di myanmar",
    "MU": "isola maurizio; isole mauritius; maurizio",
    "MV": "isole maldive",
    "NL": "olanda; paesi bassi; holland",
    "NZ": "n. zelanda",
    "PH": "isole filippine; philippines; philippine; filipine; filippine isole",
    "PK": "pachistan; repubblica islamica del pakistan",
    "PR": "porto rico; portorico",
    "PS": "palestina; territori palestinesi; territori dell'autonomia palestinese; territori autonomia palestinese; stato di "
    "palestina; cisgiordania; gaza; striscia di gaza; autorita palestinese; palestinian territories; palestine; "
    "territori dell'autonomia palestinese (tap)",
    "RO": "romenia; roumania",
    "RS": "serbia; repubblica di serbia; rep. di serbia; serbia, repubblica di",
    "RU": "federazione russa; fed. russa; fed russa; russia federazione; russa, federazione; russian federation",
    "RW": "rwanda",
    "SN": "senegal",
    "ST": "sao tome; sao tome e principe; san tome e principe",
    "SV": "el salvador; salvador; elsalvador",
    "SY": "repubblica araba siriana; siria repubblica araba; syrian arab republic",
    "SZ": "swaziland; eswatini",
    "TH": "tailandia",
    "TJ": "tajikistan; tagichistan",
    "TL": "timor orientale; timor leste",
    "TW": "formosa; taiwan (ex formosa)",
    "TZ": "tanzania repubblica unita; repubblica unita di tanzania",
    "UA": "ukraina; ucrania; ukraine; ucraina (ex urss)",
    "US": "stati uniti; stati uniti d'america; usa; u.s.a.; america; united states of america; s.u.a.",
    "UZ": "uzbekistan; usbekistan",
    "VA": "vaticano; santa sede; stato citta del vaticano; stato della citta del vaticano",
    "VN": "viet nam; vietnam",
    "XK": "kossovo; kosovo (unscr 1244); repubblica del kosovo; kosova",
    "XX": "senza cittadinanza; stateless; apolidia; nessuna cittadinanza; senza nazionalita",
    "ZA": "sud africa; sudafrica; repubblica sudafricana; rep. sudafricana",
    "CY": "repubblica di cipro",
    "IT": "italo; italy; repubblica italiana",
    "CO": "columbia",
    "TR": "turkiye",
    "SO": "repubblica somala",
    "TN": "tunisa",
    "SK": "slovacca, repubblica; repubblica slovacca; rep. slovacca",
    "LA": "repubblica democratica popolare del laos",
    "BO": "stato plurinazionale di bolivia",
    "VE": "repubblica bolivariana di venezuela",
}  # fmt: skip

# What a word may mean when it means more than one country of today: the person who imports is asked, never guessed for.
_AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "congo": ("CD", "CG"),
    "congolese": ("CD", "CG"),
    "congolesi": ("CD", "CG"),
    "corea": ("KR", "KP"),
    "coreana": ("KR", "KP"),
    "coreano": ("KR", "KP"),
    "coreani": ("KR", "KP"),
    "jugoslavia": ("BA", "HR", "ME", "MK", "RS", "SI", "XK"),
    "ex jugoslavia": ("BA", "HR", "ME", "MK", "RS", "SI", "XK"),
    "jugoslava": ("BA", "HR", "ME", "MK", "RS", "SI", "XK"),
    "jugoslavo": ("BA", "HR", "ME", "MK", "RS", "SI", "XK"),
    "serbia e montenegro": ("RS", "ME"),
    "serbia montenegro": ("RS", "ME"),
    "cecoslovacchia": ("CZ", "SK"),
    "cecoslovacca": ("CZ", "SK"),
    "urss": ("RU", "UA", "BY", "MD", "GE", "AM", "AZ", "KZ", "KG", "TJ", "TM", "UZ", "EE", "LV", "LT"),
    "ex urss": ("RU", "UA", "BY", "MD", "GE", "AM", "AZ", "KZ", "KG", "TJ", "TM", "UZ", "EE", "LV", "LT"),
    "unione sovietica": ("RU", "UA", "BY", "MD", "GE", "AM", "AZ", "KZ", "KG", "TJ", "TM", "UZ", "EE", "LV", "LT"),
    "samoa americane": ("US", "WS"),
}

# Union membership: country → (first day, last day or None). Accession treaties as published in the Official Journal; only
# what can matter for somebody served since 2004 is dated, the rest is "since ever". United Kingdom: it left on 2020-01-31,
# and Union law went on applying to it and in it until 2020-12-31 (Withdrawal Agreement, art. 126-127): its citizens were
# treated as Union citizens to the end of the transition.
_EVER = date(1, 1, 1)
_MEMBERSHIP: dict[str, tuple[date, date | None]] = {
    **dict.fromkeys(
        ["AT", "BE", "DE", "DK", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PT", "SE"], (_EVER, None)
    ),
    **{code: (date(2004, 5, 1), None) for code in ["CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"]},
    **{code: (date(2007, 1, 1), None) for code in ("BG", "RO")},
    "HR": (date(2013, 7, 1), None),
    "GB": (_EVER, date(2020, 12, 31)),
}


def union_member(country: str, on_date: date) -> bool:
    """Whether a country's citizens are citizens of the Union on a day, for Regulation (EU) 516/2014, art. 2(e).

    Source: accession treaties; for the United Kingdom the Withdrawal Agreement, art. 126-127 (facts/fami.md).
    """
    first, last = _MEMBERSHIP.get(country, (date.max, None))
    return first <= on_date and (last is None or on_date <= last)


def is_third_country(citizenships: Collection[str], on_date: date) -> bool | None:
    """Third-country national on a day: no citizenship of the Union among theirs (516/2014, art. 2(e); stateless included).

    None when no citizenship is known: what is not known is not assumed.
    """
    if not citizenships:
        return None
    return not any(union_member(country, on_date) for country in citizenships)


@dataclass(frozen=True, slots=True)
class Country:
    alpha2: str
    alpha3: str
    adjectives: tuple[str, ...]  # folded, all genders and numbers; the first is the masculine singular

    @property
    def it(self) -> str:
        return name_of(self.alpha2, "it")

    @property
    def en(self) -> str:
        return name_of(self.alpha2, "en")


# CLDR's labels that nobody in an office would recognise.
_LABELS: dict[tuple[str, str], str] = {
    ("XX", "it"): "Apolide",
    ("XX", "en"): "Stateless",
    ("CD", "it"): "Congo (Repubblica democratica)",
    ("CG", "it"): "Congo (Brazzaville)",
    ("PS", "it"): "Palestina",
    ("PS", "en"): "Palestine",
    ("HK", "it"): "Hong Kong",
    ("MO", "it"): "Macao",
    ("MD", "it"): "Moldova",
    ("MM", "it"): "Myanmar (Birmania)",
    ("CZ", "it"): "Repubblica Ceca",
}


@cache
def name_of(alpha2: str, language: str = "it") -> str:
    """A country's name in a language (CLDR), or the code itself where there is none."""
    label = _LABELS.get((alpha2, language))
    if label is None:
        label = Locale.parse(language.replace("-", "_")).territories.get(alpha2, alpha2)
    return label.replace("’", "'")


def _inflect(adjective: str) -> list[str]:
    """All genders and numbers of an Italian adjective. Forms that do not exist do no harm: nobody writes them."""
    if adjective.endswith("="):
        return [adjective[:-1]]
    stem, last = adjective[:-1], adjective[-1]
    if last == "o":
        forms = [adjective, stem + "a", stem + "i", stem + "e"]
        if stem[-1] in "cg":
            forms += [stem + "hi", stem + "he"]
        if stem[-1] == "i":  # malgascio → malgasci, malgasce
            forms += [stem, stem[:-1] + "e"]
        return forms
    if last == "e":
        return [adjective, stem + "i", stem + "a", stem + "o"]
    if last == "a":
        return [adjective, stem + "i", stem + "e", stem + "o"]
    return [adjective]


@cache
def countries() -> dict[str, Country]:
    """Every country that can be somebody's citizenship, by alpha-2 code."""
    found = {}
    for line in _TABLE.strip().splitlines():
        alpha2, alpha3, *adjectives = line.split()
        forms = tuple(form for adjective in adjectives for form in _inflect(adjective))
        found[alpha2] = Country(alpha2, alpha3, forms)
    return found


@cache
def choices(language: str = "it") -> tuple[tuple[str, str], ...]:
    """(code, name) sorted by name, for a form."""
    return tuple(sorted(((code, name_of(code, language)) for code in countries()), key=lambda pair: fold(pair[1])))


@cache
def _index() -> dict[str, tuple[str, str]]:
    """Folded text → (alpha-2, how it was recognised). Names win over adjectives, adjectives over codes."""
    index: dict[str, tuple[str, str]] = {}
    for code, country in countries().items():
        for key in (code, country.alpha3):
            index[fold(key)] = (code, "code")
    index["rom"] = ("RO", "code")  # ROM was Romania's ISO3 until 2002 and still lives in school databases
    for code, country in countries().items():
        for form in country.adjectives:
            index.setdefault(form, (code, "adjective"))
    for code in countries():
        names = [name_of(code, "it"), name_of(code, "en"), *_ALSO.get(code, "").split(";")]
        names += [Locale.parse(lang).territories.get(code, "") for lang in ("it", "en", "fr", "es")]
        for name in names:
            if fold(name):
                index[fold(name)] = (code, "name")
    for key in _AMBIGUOUS:
        index.pop(key, None)
    return index


@cache
def _codes_of_birthplaces() -> dict[str, str]:
    """The tax code's country codes (Z330) → alpha-2."""
    from codicefiscale.data import get_indexed_data

    index = _index()
    found: dict[str, str] = {}
    for options in get_indexed_data()["codes"].values():
        for place in options:
            if place["code"].startswith("Z"):
                names = (place["name"], place.get("name_alt", ""), place.get("name_alt_en", ""))
                match = next((index[fold(name)] for name in names if fold(name) in index), None)
                if match:
                    found.setdefault(place["code"], match[0])
    return found


def country_of_birthplace_code(code: str) -> str | None:
    """`Z330` → `MA`: the country a tax code's birthplace stands for; None for an Italian municipality or a lost state."""
    return _codes_of_birthplaces().get(code.upper()) if code[:1].upper() == "Z" else None


@dataclass(frozen=True, slots=True)
class CountryMatch:
    """`how`: code, name, adjective, or `similar` (a misspelling; worth a warning)."""

    alpha2: str
    how: str


@dataclass(frozen=True, slots=True)
class AmbiguousCountry:
    """A text that stands for several countries of today."""

    text: str
    candidates: tuple[str, ...]


_NOISE = re.compile(
    r"^(?:citt(?:adin[oaie]|adinanza)?|nazionalita|naz|doppia cittadinanza|doppia|origine|stato|paese|nat[oa] in|rep(?:ubblica)?"
    r"(?: di| del| della)?)\s+"
)


@lru_cache(maxsize=16_384)
def parse_country(text: str) -> CountryMatch | AmbiguousCountry | None:
    """One country from a name, an Italian adjective in any form, an ISO code or a tax-code place (`Z330`).

    Accents, case, apostrophes do not matter. A misspelling is accepted when exactly one country is near (`similar`).
    """
    key = fold(text)
    if not key:
        return None
    index = _index()
    for candidate in (key, key.replace(" ", ""), _NOISE.sub("", key), re.sub(r"\b(?:ex .*|the)$", "", key).strip()):
        if candidate in _AMBIGUOUS:
            return AmbiguousCountry(text.strip(), _AMBIGUOUS[candidate])
        if candidate in index:
            return CountryMatch(*index[candidate])
    if re.fullmatch(r"z\d{3}", key):
        code = country_of_birthplace_code(key)
        return CountryMatch(code, "code") if code else None
    inside = re.search(r"\(([^)]*)\)", text)
    if inside:  # "Marocco (MAR)", "Congo (Rep. Dem.)"
        outer, inner = parse_country(text.replace(inside.group(0), " ")), parse_country(inside.group(1))
        if isinstance(outer, CountryMatch):
            return outer
        if isinstance(inner, CountryMatch):
            return inner
        return outer or inner
    if len(key) >= 5:
        near = difflib.get_close_matches(key, [word for word in index if len(word) >= 5], n=3, cutoff=0.86)
        codes = {index[word][0] for word in near}
        if len(codes) == 1:
            return CountryMatch(codes.pop(), "similar")
    return None


@dataclass(frozen=True, slots=True)
class Citizenships:
    """What a cell that may name several citizenships says. `unread` are the pieces nobody could read."""

    codes: tuple[str, ...]
    similar: tuple[str, ...] = ()
    ambiguous: tuple[AmbiguousCountry, ...] = ()
    unread: tuple[str, ...] = ()


_SPLIT_SIGNS = re.compile(r"\s*(?:[/,;+&|\n]|\s[-–—]\s)\s*")
_SPLIT_WORDS = re.compile(r"\s+(?:e|ed|and|y|et|o)\s+", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def parse_citizenships(text: str) -> Citizenships:
    """Several countries in one cell: "italiana/marocchina", "Marocco e Italia", "Bosnia ed Erzegovina e Italia"."""
    codes: list[str] = []
    similar: list[str] = []
    ambiguous: list[AmbiguousCountry] = []
    unread: list[str] = []

    def take(piece: str, *, last_resort: bool) -> bool:
        match = parse_country(piece)
        if match is None or (isinstance(match, CountryMatch) and match.how == "similar" and not last_resort):
            return False
        if isinstance(match, AmbiguousCountry):
            ambiguous.append(match)
        else:
            if match.alpha2 not in codes:
                codes.append(match.alpha2)
            if match.how == "similar":
                similar.append(piece)
        return True

    def take_pieces(pieces: list[str]) -> None:
        start = 0
        while start < len(pieces):
            for end in range(len(pieces), start, -1):  # the longest first: "Trinidad e Tobago" is one country
                if take(" e ".join(pieces[start:end]), last_resort=end == start + 1):
                    start = end
                    break
            else:
                hyphenated = [piece for piece in re.split(r"\s*[-–—]\s*", pieces[start]) if piece]
                if len(hyphenated) > 1:
                    take_pieces(hyphenated)
                else:
                    unread.append(pieces[start])
                start += 1

    if text.strip() and not take(text, last_resort=False):
        for part in _SPLIT_SIGNS.split(text.strip()):
            if part and not take(part, last_resort=False):
                take_pieces([piece for piece in _SPLIT_WORDS.split(part) if piece])
    return Citizenships(tuple(codes), tuple(similar), tuple(ambiguous), tuple(unread))
