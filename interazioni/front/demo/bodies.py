"""The region's bodies at the brochure's scale: invented ones, in real municipalities.

Action 1: 9 ATS with 42 schools and 17 private bodies; Action 2: 3 ATS with 11 public and 8 private; Action 4: 2 ATS with
7 private and 1 public (seed brochure). Real are only Regione Piemonte, IRES Piemonte and FIERI, which it names.
"""

from dataclasses import dataclass

from interazioni.foundation.vocabularies.folding import strip_accents
from interazioni.front.demo.cast import ASSOCIATION, COOPERATIVE, MUNICIPALITY, SCHOOL_A, SCHOOL_B
from interazioni.plan.partners.models import BodyKind


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality where the invented bodies work, with its ISTAT code."""

    name: str
    istat: str


TORINO, ALESSANDRIA, ASTI, BIELLA = (
    Place("Torino", "001272"),
    Place("Alessandria", "006003"),
    Place("Asti", "005005"),
    Place("Biella", "096004"),
)
CUNEO, NOVARA, VERBANIA, VERCELLI = (
    Place("Cuneo", "004078"),
    Place("Novara", "003106"),
    Place("Verbania", "103072"),
    Place("Vercelli", "002158"),
)
AROUND: dict[str, list[Place]] = {
    "Torino": [TORINO, Place("Moncalieri", "001156"), Place("Rivoli", "001219"), Place("Collegno", "001090"), Place("Settimo Torinese", "001265"),
               Place("Nichelino", "001164"), Place("Chieri", "001078"), Place("Pinerolo", "001191"), Place("Ivrea", "001125"), Place("Chivasso", "001082")],
    "Alessandria": [ALESSANDRIA, Place("Casale Monferrato", "006039"), Place("Novi Ligure", "006114"), Place("Tortona", "006174"), Place("Acqui Terme", "006001")],
    "Asti": [ASTI, Place("Canelli", "005017"), Place("Nizza Monferrato", "005080")],
    "Biella": [BIELLA, Place("Cossato", "096020")],
    "Cuneo": [CUNEO, Place("Alba", "004003"), Place("Bra", "004029"), Place("Fossano", "004089"), Place("Saluzzo", "004203"), Place("Mondovì", "004130")],
    "Novara": [NOVARA, Place("Borgomanero", "003024"), Place("Trecate", "003149")],
    "Verbania": [VERBANIA, Place("Domodossola", "103028"), Place("Omegna", "103050")],
    "Vercelli": [VERCELLI, Place("Santhià", "002133"), Place("Borgosesia", "002016")],
}  # fmt: skip
NEAR = {place.istat: places for places in AROUND.values() for place in places}


@dataclass(frozen=True, slots=True)
class NewBody:
    code: str
    name: str
    kind: BodyKind
    public: bool
    place: Place


@dataclass(frozen=True, slots=True)
class NewPartnership:
    """The first body leads."""

    code: str
    name: str
    action: int
    bodies: tuple[str, ...]


_SCHOOL_NAMES = [
    "Aurora",
    "Borgata",
    "Collina",
    "Fiume",
    "Giardino",
    "Levante",
    "Mirafiori",
    "Ponente",
    "Quercia",
    "Rondine",
    "Stella",
    "Torrente",
    "Viale",
    "Zefiro",
    "Acacia",
    "Betulla",
    "Castagno",
    "Dora",
    "Edera",
    "Faggio",
    "Ginestra",
    "Lavanda",
    "Magnolia",
    "Nocciolo",
    "Olmo",
    "Pino",
    "Rovere",
    "Sambuco",
    "Tiglio",
    "Ulivo",
    "Verbena",
    "Airone",
    "Cicogna",
    "Falco",
    "Gabbiano",
    "Lontra",
    "Marmotta",
    "Scoiattolo",
    "Tasso",
    "Volpe",
]
_PRIVATE_NAMES = [
    "Cooperativa Arcobaleno",
    "Cooperativa La Bussola",
    "Cooperativa Orizzonti",
    "Cooperativa Il Mulino",
    "Cooperativa Passaggi",
    "Cooperativa Terra Mia",
    "Cooperativa Il Filo",
    "Cooperativa Nuovi Passi",
    "Cooperativa Crocevia",
    "Cooperativa Il Sentiero",
    "Cooperativa Mosaico",
    "Cooperativa La Soglia",
    "Associazione Dialoghi",
    "Associazione Lingue in Comune",
    "Associazione Il Cortile",
    "Associazione Tante Voci",
    "Cooperativa Sottosopra",
    "Cooperativa Le Radici",
    "Cooperativa Porta Aperta",
    "Associazione Casa Insieme",
    "Cooperativa Il Faro",
    "Associazione Abitare",
    "Cooperativa Cantiere",
    "Cooperativa Tessitori",
]


def _slug(text: str) -> str:
    return strip_accents(text).lower().replace(" ", "-").replace("'", "")


def region_bodies() -> tuple[list[NewBody], list[NewPartnership]]:
    """All bodies but the lead, IRES and FIERI, and the partnerships they form. Deterministic."""
    cities = [places[0] for places in AROUND.values()]
    every_place = [place for places in AROUND.values() for place in places]
    bodies: list[NewBody] = [
        NewBody(SCHOOL_A, "IC Barriera di Torino", BodyKind.SCHOOL, True, TORINO),
        NewBody(SCHOOL_B, "IC Valle di Alessandria", BodyKind.SCHOOL, True, ALESSANDRIA),
    ]
    for number, name in enumerate(_SCHOOL_NAMES):
        place = TORINO if number % 3 == 0 else every_place[number * 7 % len(every_place)]
        bodies.append(NewBody(f"ic-{_slug(name)}", f"IC {name} di {place.name}", BodyKind.SCHOOL, True, place))
    schools = [body.code for body in bodies]

    bodies.append(NewBody(COOPERATIVE, "Cooperativa Il Ponte", BodyKind.COOPERATIVE, False, TORINO))
    for number, name in enumerate(_PRIVATE_NAMES):
        kind = BodyKind.ASSOCIATION if name.startswith("Associazione") else BodyKind.COOPERATIVE
        bodies.append(NewBody(_slug(name), name, kind, False, cities[number % len(cities)]))
    private = [COOPERATIVE, *(_slug(name) for name in _PRIVATE_NAMES)]

    bodies.append(NewBody(MUNICIPALITY, "Comune di Asti", BodyKind.MUNICIPALITY, True, ASTI))
    public = [MUNICIPALITY]
    for place in (TORINO, ALESSANDRIA, BIELLA, CUNEO, NOVARA):
        code = f"consorzio-{_slug(place.name)}"
        bodies.append(
            NewBody(code, f"Consorzio dei servizi sociali di {place.name}", BodyKind.MUNICIPALITY, True, place)
        )
        public.append(code)
    for place in (TORINO, ALESSANDRIA, CUNEO, NOVARA, VERCELLI):
        code = f"azienda-sanitaria-{_slug(place.name)}"
        bodies.append(NewBody(code, f"Azienda sanitaria di {place.name}", BodyKind.HEALTH, True, place))
        public.append(code)

    bodies.append(NewBody(ASSOCIATION, "Associazione Sankofa", BodyKind.ASSOCIATION, False, NOVARA))
    bodies.append(NewBody("comune-verbania", "Comune di Verbania", BodyKind.MUNICIPALITY, True, VERBANIA))
    voices = [ASSOCIATION]
    for number, name in enumerate(("Associazione Insieme Qui", "Associazione Nuove Generazioni", "Cooperativa Piazza", "Associazione Ponti di Parole",
                                   "Associazione Radici Future", "Cooperativa Agorà")):  # fmt: skip
        kind = BodyKind.ASSOCIATION if name.startswith("Associazione") else BodyKind.COOPERATIVE
        bodies.append(NewBody(_slug(name), name, kind, False, cities[(number * 3) % len(cities)]))
        voices.append(_slug(name))

    in_schools, in_services = private[:17], private[17:25]
    partnerships = [
        NewPartnership(f"ats-1-{n + 1}", f"ATS Scuola {n + 1}", 1, (*schools[n::9], *in_schools[n::9]))
        for n in range(9)
    ]
    partnerships += [
        NewPartnership(f"ats-2-{n + 1}", f"ATS Servizi {n + 1}", 2, (*public[n::3], *in_services[n::3]))
        for n in range(3)
    ]
    partnerships += [
        NewPartnership("ats-4-1", "ATS Partecipazione 1", 4, tuple(voices[0::2])),
        NewPartnership("ats-4-2", "ATS Partecipazione 2", 4, ("comune-verbania", *voices[1::2])),
    ]
    return bodies, partnerships
