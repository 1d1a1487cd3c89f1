"""Invented lists and registers in the styles of mess that schools send, each with the truth beside it.

Seeded: the same number makes the same file. The reviewer's files are unknown; these are our defence. Every style here was
seen in a real school's list (titles, two heading rows, one name column, dates as text, adjectives, totals, signatures).
"""

import io
import random
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

import xlsxwriter

from interazioni.foundation.vocabularies import taxcode

Value = str | int | float | date | None

_COUNTRIES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # code → place, ways to write the citizenship, surnames, boys, girls
    "MA": ("Z330", ("Marocco", "marocchina", "MAR", "MAROCCO", "marocchino", "MA"), ("El Amrani", "Benali", "El Fassi", "Bouzid", "Ait Taleb"),
           ("Youssef", "Ayoub", "Zakaria"), ("Khadija", "Salma", "Hajar")),
    "AL": ("Z100", ("Albania", "albanese", "ALB", "ALBANIA"), ("Hoxha", "Përmeti", "Gjoka", "Shehu"), ("Erion", "Ardit", "Klajdi"), ("Anxhela", "Elira", "Sara")),
    "PE": ("Z611", ("Perù", "PERU'", "peruviana", "Peru"), ("Quispe Mamani", "Huamán Flores", "Rojas Díaz"), ("José Luis", "Diego"), ("María Fernanda", "Lucía")),
    "CN": ("Z210", ("Cina", "cinese", "CHN", "Cina Popolare", "Rep. Pop. Cinese"), ("Zhou", "Hu", "Chen"), ("Hao", "Wei"), ("Xin Yi", "Li Na")),
    "NG": ("Z335", ("Nigeria", "nigeriana", "NGA"), ("Okafor", "Adebayo", "Eze"), ("Emmanuel", "Chidi"), ("Favour", "Precious")),
    "UA": ("Z138", ("Ucraina", "ucraina", "UKR"), ("Kovalenko", "Bondar", "Shevchenko"), ("Danylo", "Andriy"), ("Sofiia", "Yuliia")),
    "CI": ("Z313", ("Costa d'Avorio", "ivoriana", "COSTA D’AVORIO", "CIV"), ("Kouassi", "N'Guessan", "Traoré"), ("Ibrahim", "Moussa"), ("Aya", "Fatou")),
    "IT": ("L219", ("Italia", "italiana", "ITA", "italiano"), ("D'Angelo", "Ferrero", "De Luca", "Rossi"), ("Luca", "Marco"), ("Giulia", "Chiara")),
    "RO": ("Z129", ("Romania", "rumena", "ROU", "romena"), ("Ionescu", "Munteanu", "Popa"), ("Andrei", "Mihai"), ("Andreea", "Ioana")),
    "BD": ("Z249", ("Bangladesh", "bengalese", "BGD", "bangladese"), ("Rahman", "Hossain", "Miah"), ("Tanvir", "Rakib"), ("Nusrat", "Sadia")),
}  # fmt: skip
_MONTHS = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
]


@dataclass
class MadePerson:
    surname: str
    name: str
    sex: str
    birth_date: date
    citizenship: str
    tax_code: str
    row: int = 0


@dataclass
class MadeFile:
    content: bytes
    filename: str
    people: list[MadePerson]
    refused_rows: list[int] = field(default_factory=list)
    style: dict[str, object] = field(default_factory=dict)


def make_people(rng: random.Random, count: int) -> list[MadePerson]:
    """Invented pupils, no two with the same name."""
    people: list[MadePerson] = []
    seen: set[tuple[str, str]] = set()
    while len(people) < count:
        country = rng.choice(list(_COUNTRIES))
        place, _ways, surnames, boys, girls = _COUNTRIES[country]
        sex = rng.choice("MF")
        surname, name = rng.choice(surnames), rng.choice(boys if sex == "M" else girls)
        if (surname, name) in seen:
            if len(seen) > 60:
                name = f"{name} {rng.choice(boys if sex == 'M' else girls)}"
            if (surname, name) in seen:
                continue
        seen.add((surname, name))
        born = date(2004, 1, 1) + timedelta(days=rng.randrange(4300))
        people.append(MadePerson(surname, name, sex, born, country, taxcode.compose(surname, name, born, sex, place)))
    return people


def _written_date(rng: random.Random, born: date, way: str) -> Value:
    ways: dict[str, Value] = {
        "cell": born,
        "slash": f"{born:%d/%m/%Y}",
        "dash": f"{born.day}-{born.month}-{born:%Y}",
        "dots": f"{born:%d.%m.%y}",
        "iso": born.isoformat(),
        "words": f"{born.day} {_MONTHS[born.month - 1]} {born.year}",
        "serial": (born - date(1899, 12, 30)).days,
        "serial_text": str((born - date(1899, 12, 30)).days),
    }
    return ways[rng.choice(list(ways)) if way == "mixed" else way]


def people_file(seed: int) -> MadeFile:
    """A list of pupils in one style of mess."""
    rng = random.Random(seed)
    people = make_people(rng, rng.randrange(12, 30))
    style: dict[str, object] = {
        "names": rng.choice(["one", "one_reversed", "two", "two_reversed", "one_unsaid"]),
        "case": rng.choice(["title", "upper", "mixed"]),
        "dates": rng.choice(["cell", "slash", "dash", "dots", "iso", "words", "mixed", "serial_text"]),
        "codes": rng.choice(["all", "most", "lower", "spaced"]),
        "titles": rng.randrange(0, 4),
        "blank_column": rng.random() < 0.3,
        "two_rows": rng.random() < 0.25,
        "repeat_header": rng.random() < 0.25,
        "total": rng.random() < 0.6,
        "signature": rng.random() < 0.4,
        "number": rng.random() < 0.7,
        "format": rng.choice(["xlsx", "xlsx", "ods", "csv;", "csv,", "csv\t", "csv|"]),
        "encoding": rng.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
        "sex": rng.choice(["MF", "mf", "words"]),
    }
    names = style["names"]
    heads: dict[str, tuple[str, ...]] = {
        "number": ("N.", "n°", "Nr", "Progr."),
        "one": ("Cognome e Nome", "COGNOME E NOME ALUNNO", "Cognome/Nome"),
        "one_reversed": ("Nome e cognome", "NOME COGNOME"),
        "one_unsaid": ("Alunno", "Nominativo", "Studente"),
        "surname": ("Cognome", "COGNOME"),
        "name": ("Nome", "NOME"),
        "sex": ("M/F", "Sesso", "SESSO", "Genere"),
        "birth": ("Data di nascita", "DATA_NASCITA", "Nato/a il", "Data nasc."),
        "citizenship": ("Cittadinanza", "CITTADINANZA", "Nazionalità", "Citt."),
        "code": ("Codice Fiscale", "COD_FISCALE", "C.F.", "cod. fisc."),
        "class": ("Classe", "CLASSE", "Cl."),
        "phone": ("Telefono", "Cellulare", "Tel. famiglia"),
    }
    keys = ["number"] if style["number"] else []
    keys += {"two": ["surname", "name"], "two_reversed": ["name", "surname"]}.get(str(names), [str(names)])
    rest = ["sex", "birth", "citizenship", "code", "class", "phone"]
    rng.shuffle(rest)
    keys += rest
    header = {key: rng.choice(heads[key]) for key in keys}
    if style["blank_column"]:
        keys.insert(rng.randrange(1, len(keys)), "")
    rows: list[list[Value]] = [
        [f"Istituto Comprensivo – elenco alunni laboratorio L2 n. {n}"] + [None] * (len(keys) - 1)
        for n in range(int(str(style["titles"])))
    ]
    head_row: list[Value] = [header.get(key) or None for key in keys]
    if style["two_rows"]:
        upper: list[Value] = [None] * len(keys)
        lower: list[Value] = list(head_row)
        for at, key in enumerate(keys):  # group headings over the first and another column, sub-headings below
            if key in ("birth",):
                upper[at], lower[at] = "Nascita", "Data"
            elif at == 0:
                upper[at] = "Dati anagrafici"
        rows += [upper, lower]
    else:
        rows.append(head_row)
    refused: list[int] = []
    middle = rng.randrange(4, len(people))
    for at, person in enumerate(people, 1):
        if at == middle and style["repeat_header"]:
            rows.append(list(head_row))
        if rng.random() < 0.06:
            rows.append([None] * len(keys))
        rows.append([_cell(rng, key, person, at, style) for key in keys])
        person.row = len(rows)
    broken = MadePerson("Bianchi", "Paolo", "M", date(2009, 2, 28), "IT", "")
    bad: list[Value] = [_cell(rng, key, broken, len(people) + 1, style) for key in keys]
    bad[keys.index("birth")] = "31/02/2009"
    bad[keys.index("code")] = None
    rows.append(bad)
    refused.append(len(rows))
    if style["total"]:
        rows.append(["Totale alunni", len(people)] + [None] * (len(keys) - 2))
    if style["signature"]:
        rows += [[None] * len(keys), ["Firma docente"] + [None] * (len(keys) - 1)]
    content, filename = _written(rng, rows, str(style["format"]), str(style["encoding"]), "elenco")
    return MadeFile(content, filename, people, refused, style)


def _cell(rng: random.Random, key: str, person: MadePerson, number: int, style: dict[str, object]) -> Value:
    case = style["case"]

    def cased(text: str, is_surname: bool) -> str:
        return text.upper() if case == "upper" or (case == "mixed" and is_surname) else text

    surname, name = cased(person.surname, True), cased(person.name, False)
    if rng.random() < 0.15:
        surname += " "
    code: str | None = person.tax_code
    if style["codes"] == "most" and rng.random() < 0.15 and " " not in person.surname + person.name:
        code = None
    elif style["codes"] == "lower":
        code = person.tax_code.lower()
    elif style["codes"] == "spaced":
        code = f"{person.tax_code[:6]} {person.tax_code[6:11]} {person.tax_code[11:]}"
    words = {"M": ["maschio", "Maschile", "M"], "F": ["femmina", "Femminile", "F"]}[person.sex]
    return {
        "": None,
        "number": number,
        "one": f"{surname} {name}",
        "one_unsaid": f"{surname} {name}",
        "one_reversed": f"{name} {surname}",
        "surname": surname,
        "name": name,
        "sex": {"MF": person.sex, "mf": person.sex.lower()}.get(str(style["sex"]), rng.choice(words)),
        "birth": _written_date(rng, person.birth_date, str(style["dates"])),
        "citizenship": rng.choice(_COUNTRIES[person.citizenship][1]),
        "code": code,
        "class": rng.choice(["2^B", "II B", "2B", "1 A", "3ªC", "IA"]),
        "phone": rng.choice(["+39 333 1234567", "349-2686822", None, 3331234567]),
    }[key]


@dataclass
class MadeGrid:
    content: bytes
    filename: str
    people: list[MadePerson]
    sessions: list[tuple[date, Decimal, bool]]  # day, hours, held
    hours: list[Decimal]  # by person
    style: dict[str, object] = field(default_factory=dict)


def grid_file(seed: int) -> MadeGrid:
    """An attendance grid in one style of mess, with the hours of each person."""
    rng = random.Random(seed)
    people = make_people(rng, rng.randrange(6, 20))
    start = date(2018, 11, 5) + timedelta(days=rng.randrange(60))
    count = rng.randrange(5, 16)
    style: dict[str, object] = {
        "dates": rng.choice(["full", "short", "mixed", "words", "months"]),
        "hours": rng.choice(["row", "row_text", "header", "row_above"]),
        "marks": rng.choice(["letters", "signs", "binary", "hours", "mixed"]),
        "names": rng.choice(["one", "two", "reversed"]),
        "total": rng.random() < 0.6,
        "title": rng.choice(["Registro presenze a.s. 2018/19", "REGISTRO PRESENZE – anno scolastico 2018/2019"]),
        "number": rng.random() < 0.5,
        "format": rng.choice(["xlsx", "ods", "csv;"]),
    }
    if style["dates"] == "months" and style["hours"] in ("header", "row_above"):
        style["hours"] = "row"
    sessions = []
    for at in range(count):
        hours = rng.choice([Decimal("1"), Decimal("1.5"), Decimal("2"), Decimal("3")])
        sessions.append((start + timedelta(days=7 * at), hours, rng.random() < 0.85 or at == 0))
    lead = (["number"] if style["number"] else []) + (["surname", "name"] if style["names"] == "two" else ["one"])
    labels = {
        "number": "N.",
        "surname": "Cognome",
        "name": "Nome",
        "one": "Nome e cognome" if style["names"] == "reversed" else "Cognome e nome",
    }

    def heading(day: date, hours: Decimal) -> Value:
        way = str(style["dates"])
        way = rng.choice(["full", "short"]) if way == "mixed" else way
        shown: Value = {
            "full": day,
            "short": f"{day:%d/%m}",
            "words": f"{day.day} {_MONTHS[day.month - 1][:3]}",
            "months": day.day,
        }[way]
        if style["hours"] == "header":
            text = f"{shown:%d/%m/%Y}" if isinstance(shown, date) else str(shown)
            return f"{text} ({str(hours).replace('.', ',')}h)"
        return shown

    def length(hours: Decimal) -> Value:
        return str(hours).replace(".", ",") if style["hours"] == "row_text" else float(hours)

    pad: list[Value] = [None] * (len(lead) - 1)
    rows: list[list[Value]] = [[str(style["title"])], [None], ["Docente:", "Giulia Bianco"]]
    hours_row: list[Value] = [*pad, "ore", *[length(hours) for _day, hours, _held in sessions]]
    if style["hours"] == "row_above":
        rows.append(hours_row)
    if style["dates"] == "months":
        months: list[Value] = []
        for at, (day, _hours, _held) in enumerate(sessions):
            months.append(_MONTHS[day.month - 1].upper() if at == 0 or sessions[at - 1][0].month != day.month else None)
        rows.append([*pad, None, *months])
    tail: list[Value] = ["Tot. ore"] if style["total"] else []
    rows.append([*(labels[key] for key in lead), *[heading(day, hours) for day, hours, _held in sessions], *tail])
    if style["hours"] in ("row", "row_text"):
        rows.append(hours_row)
    totals = []
    for number, person in enumerate(people, 1):
        cells: list[Value] = []
        total = Decimal(0)
        for _day, hours, held in sessions:
            if not held:
                cells.append(None)
                continue
            mark, counted = _mark(rng, str(style["marks"]), hours, sure=number == 1)
            cells.append(mark)
            total += counted
        totals.append(total)
        name = {"surname": person.surname.upper(), "name": person.name, "number": number,
                "one": f"{person.name} {person.surname}" if style["names"] == "reversed" else f"{person.surname}  {person.name}".upper()}  # fmt: skip
        rows.append([*(name[key] for key in lead), *cells, *([float(total)] if style["total"] else [])])
    rows += [[None], ["Firma docente"]]
    width = max(map(len, rows))
    content, filename = _written(
        rng, [row + [None] * (width - len(row)) for row in rows], str(style["format"]), "utf-8", "registro"
    )
    return MadeGrid(content, filename, people, sessions, totals, style)


def _mark(rng: random.Random, way: str, hours: Decimal, *, sure: bool) -> tuple[Value, Decimal]:
    present = sure or rng.random() < 0.75
    if way == "mixed" and not sure and hours > Decimal("0.5") and rng.random() < 0.15:
        return rng.choice([0.5, "0,5"]), Decimal("0.5")
    marks: dict[str, tuple[list[Value], list[Value]]] = {
        "letters": (["P", "p", "X", "x", "presente"], ["A", "a", "ass.", "AG", "assente", "G"]),
        "signs": (["✓", "✔"], ["A"]),
        "binary": ([1], [0]),
        "hours": ([float(hours)], [0]),
        "mixed": (["P", "X", "p"], ["A", "ass.", "AG"]),
    }
    yes, no = marks[way]
    return (rng.choice(yes), hours) if present else (rng.choice(no), Decimal(0))


# --- writing ---------------------------------------------------------------------------------------------------------


def _written(rng: random.Random, rows: list[list[Value]], kind: str, encoding: str, stem: str) -> tuple[bytes, str]:
    if kind == "xlsx":
        return xlsx(rows), f"{stem}.xlsx"
    if kind == "ods":
        return ods(rows), f"{stem}.ods"
    return csv_bytes(rows, kind[3], encoding), f"{stem}.csv"


def xlsx(rows: list[list[Value]], *, sheets: dict[str, list[list[Value]]] | None = None) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, content in (sheets or {"Foglio1": rows}).items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(content):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)
                elif value is not None:
                    sheet.write(r, c, value)
    book.close()
    return buffer.getvalue()


def csv_bytes(rows: list[list[Value]], separator: str, encoding: str) -> bytes:
    import csv

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator)
    for row in rows:
        writer.writerow(
            [
                ""
                if cell is None
                else f"{cell:%d/%m/%Y}"
                if isinstance(cell, date)
                else f"{cell:g}".replace(".", ",")
                if isinstance(cell, float)
                else cell
                for cell in row
            ]
        )
    return buffer.getvalue().encode(encoding, errors="replace")


def ods(rows: list[list[Value]]) -> bytes:
    """The least OpenDocument spreadsheet that readers accept."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            if value is None:
                cells.append("<table:table-cell/>")
            elif isinstance(value, date):
                cells.append(
                    f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"><text:p>{value:%d/%m/%Y}</text:p></table:table-cell>'
                )
            elif isinstance(value, int | float):
                cells.append(
                    f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
                )
            else:
                cells.append(
                    f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
                )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Foglio1">{"".join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>'
    manifest = '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", manifest)
    return buffer.getvalue()
