"""Invented lists of services in the styles in which offices keep them, each with the truth beside it. Seeded: the same number makes the
same file."""

import io
import random
from dataclasses import dataclass, field

import xlsxwriter

NAMES = ("Sportello stranieri", "Corso di italiano A2", "Consulenza legale", "Banco alimentare", "Doposcuola", "Mediatori a scuola", "Casa di accoglienza",
         "Ricerca attiva del lavoro", "Documenti e pratiche", "Note di benvenuto", "Consultorio familiare", "Tutor per lo studio", "Totale ascolto")  # fmt: skip
KEEPERS = ("Comune di Asti", "Caritas diocesana", "Coop. Il Ponte", "A.S.L. AT", "Ass. «Sankofa» – ODV")
TOWNS = (("Asti", "005005", "AT"), ("Canelli", "005017", "AT"), ("Torino", "001272", "TO"), ("Samone", "001235", "TO"), ("Nizza Monferrato", "005080", "AT"),
         ("Alba", "004003", "CN"))  # fmt: skip
STREETS = ("Via Roma", "Piazza Alfieri", "Corso Torino", "Via S. Anna", "C.so Alba", "Largo 4 Novembre")
# Ways to write one week: (as a cell, as `hours_text.said` has it).
HOURS = (
    ("lun-ven 9-12:30", "lun, mar, mer, gio, ven 09:00-12:30"),
    ("Dal lunedì al venerdì dalle 9.00 alle 12.30", "lun, mar, mer, gio, ven 09:00-12:30"),
    ("lunedì e mercoledì 14-17", "lun, mer 14:00-17:00"),
    ("Mar: 9.00–12.00; Gio: 14.00–16.00", "mar 09:00-12:00\ngio 14:00-16:00"),
    ("lun mer ven ore 15-18", "lun, mer, ven 15:00-18:00"),
    ("L-V 8,30-12,30 / 13,30-16,30", "lun, mar, mer, gio, ven 08:30-12:30, 13:30-16:30"),
    ("lun-ven 9/12 - 14/18", None),  # kept as words
    ("", ""),
    ("su appuntamento", ""),
)  # fmt: skip
PHONES = (("0141 399111", ["0141 399111"]), ("0141/399111", ["0141/399111"]), ("tel. 0141 399111 - cell. 333 1234567", ["0141 399111", "333 1234567"]), ("", []),
          ("0141.399111 (mattina)", ["0141.399111"]))  # fmt: skip
HEADINGS = {
    "name": ("Nome del servizio", "SERVIZIO", "Denominazione servizio", "Titolo", "nome"), "organisation": ("Ente", "Organizzazione", "ENTE GESTORE", "Soggetto erogatore"),
    "description": ("Descrizione", "Descrizione del servizio", "Cosa fa"), "for_whom": ("A chi è rivolto", "Destinatari", "A CHI E' RIVOLTO", "Per chi"),
    "how": ("Come si accede", "Modalità di accesso", "Come fare"), "address": ("Indirizzo", "Via e numero", "Sede"), "municipality": ("Comune", "Città", "COMUNE"),
    "province": ("Prov.", "Provincia"), "hours": ("Orari", "Orario di apertura", "Giorni e orari"), "phones": ("Telefono", "Tel.", "Telefono/i"),
    "email": ("E-mail", "Mail", "posta elettronica"), "theme": ("Tema", "Area tematica", "Ambito"), "cost": ("Costo", "Costo/gratuito", "Tariffa"),
}  # fmt: skip


@dataclass
class Told:
    """A service as it should be understood."""

    name: str
    organisation: str
    places: list[tuple[str, str | None]] = field(default_factory=list)  # ISTAT, hours (None: kept as words)
    phones: list[str] = field(default_factory=list)


@dataclass
class MadeList:
    content: bytes
    filename: str
    services: list[Told]


def services_file(seed: int) -> MadeList:
    rng = random.Random(seed)
    columns = list(HEADINGS)
    for name in ("description", "for_whom", "how", "email", "theme", "cost", "province"):
        if rng.random() < 0.3:
            columns.remove(name)
    joined_address = rng.random() < 0.25  # "Via Roma 3 - 14100 Asti (AT)" in one cell
    if joined_address:
        columns = [name for name in columns if name not in ("municipality", "province")]
    rng.shuffle(columns)
    rows: list[list[str]] = []
    told: list[Told] = []
    joins_cells = rng.random() < 0.4  # the service's name stands once for all its places
    for name in rng.sample(NAMES, rng.randrange(4, len(NAMES))):
        one = Told(name, rng.choice(KEEPERS))
        phones, one.phones = rng.choice(PHONES)
        for place in range(rng.choice((1, 1, 1, 2, 3))):
            town, istat, province = rng.choice(
                [town for town in TOWNS if town[1] not in [known for known, _hours in one.places]]
            )
            cell, hours = rng.choice(HOURS)
            one.places.append((istat, hours))
            street = f"{rng.choice(STREETS)} {rng.randrange(1, 90)}"
            said = {
                "name": name, "organisation": one.organisation, "address": f"{street} - 14100 {town} ({province})" if joined_address else street,
                "municipality": rng.choice((town, town.upper())), "province": province, "hours": cell,
            }  # fmt: skip
            if place == 0:
                said |= {
                    "description": f"Un aiuto: {name.lower()}.", "for_whom": "Per tutti, anche senza documenti.", "how": "Si telefona, poi si viene.",
                    "phones": phones, "email": "x@example.org", "theme": "Accoglienza", "cost": "gratuito",
                }  # fmt: skip
            elif joins_cells:
                said["name"] = said["organisation"] = ""
            rows.append([said.get(column, "") for column in columns])
        told.append(one)
    headings = [rng.choice(HEADINGS[column]) for column in columns]
    titles: list[list[str]] = [["ELENCO DEI SERVIZI DEL TERRITORIO"], ["aggiornato dal consorzio"], []]
    table = [*titles[: rng.randrange(4)], headings]
    for at, row in enumerate(rows):
        if at and at % 9 == 0 and rng.random() < 0.5 and not (joins_cells and not row[columns.index("name")]):
            table.append(headings)  # printed anew on each page
        table.append(row)
    table += [[], ["Aggiornato al 31/01/2020"]][: rng.randrange(3)]
    if rng.random() < 0.3:
        table = [["", *row] for row in table]
    return _written(rng, table, told)


def _written(rng: random.Random, table: list[list[str]], told: list[Told]) -> MadeList:
    way = rng.choice(("xlsx", "csv", "cp1252", "utf-16"))
    if way == "xlsx":
        file = io.BytesIO()
        with xlsxwriter.Workbook(
            file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            sheet = book.add_worksheet("Servizi")
            for number, row in enumerate(table):
                for at, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, at, cell)
        return MadeList(file.getvalue(), "servizi.xlsx", told)
    sign = rng.choice(";,\t")
    text = "\r\n".join(
        sign.join(f'"{cell}"' if sign in cell or rng.random() < 0.2 else cell for cell in row) for row in table
    )
    encoding = {"csv": "utf-8-sig", "cp1252": "cp1252", "utf-16": "utf-16"}[way]
    return MadeList(text.encode(encoding, errors="replace"), "servizi.csv", told)
