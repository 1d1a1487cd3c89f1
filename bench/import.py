"""Claim: an import of 10,000 pupils, end to end through the path of the shell (read, understood, registered, audited, each row's outcome
written), takes rows at no less than 1/100 of the speed of a bare COPY of the very rows it wrote, in the same database.

    .venv/bin/python bench/import.py
"""

import io
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import compare, finish, measured, region  # noqa: E402

PUPILS = 10_000
WRITTEN = ("people_person", "people_citizenship", "people_guardian", "audit_event", "imports_importrow")


def main() -> None:
    region("import", "tests")
    import django

    django.setup()
    from datetime import date

    import psycopg
    import xlsxwriter
    from django.conf import settings

    from interazioni.foundation.access.context import acting
    from interazioni.foundation.imports.queries import totals
    from interazioni.foundation.imports.reading import read_workbook
    from interazioni.foundation.imports.registry import Asked, kind_of
    from interazioni.foundation.imports.rules import confirm, hand_in
    from interazioni.foundation.imports.running import run
    from interazioni.foundation.vocabularies.countries import name_of
    from interazioni.front.demo.bodies import TORINO
    from interazioni.front.demo.cast import actor
    from interazioni.front.demo.people import THIRD, Inventor

    inventor = Inventor("bench-import", TORINO)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Elenco")
        sheet.write_row(
            0,
            0,
            [
                "Cognome",
                "Nome",
                "Sesso",
                "Data di nascita",
                "Cittadinanza",
                "Codice Fiscale",
                "Classe",
                "Paese nascita madre",
            ],
        )
        for n in range(1, PUPILS + 1):
            one = inventor.person(THIRD, date(2019, 10, 1))
            assert one.birth_date is not None
            country = name_of(one.citizenships[0][0], "it")
            # Homonyms of ten thousand would be one person by name and day; a number of their own keeps them apart.
            name = f"{one.name} {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676 % 26)}"
            sheet.write_row(
                n, 0, [one.surname, name, one.sex, one.birth_date.strftime("%d/%m/%Y"), country, "", "2B", country]
            )
    content = file.getvalue()
    by = actor("franca")
    began = time.perf_counter()
    with acting(by):
        lines = kind_of("people").understand(Asked(read_workbook(content, "elenco.xlsx"), by)).lines
        handed = hand_in(kind="people", name="elenco.xlsx", content=content, total=len(lines), options={}, by=by)
        confirm(handed=handed, by=by)
    run(handed.pk, by)
    seconds = time.perf_counter() - began
    with acting(by):
        said = totals(handed)
    print(f"{PUPILS:,} rows in {seconds:.1f} s: {PUPILS / seconds:,.0f} rows a second; {dict(said)}")
    assert said["taken"] > PUPILS * 0.95, said

    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        for table in WRITTEN:
            owner.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")
            owner.execute(f"CREATE TABLE copy_{table} (LIKE {table} INCLUDING ALL)")
        streams = {}
        for table in WRITTEN:
            with owner.cursor().copy(f"COPY kept_{table} TO STDOUT (FORMAT binary)") as out:
                streams[table] = b"".join(bytes(part) for part in out)
        owner.commit()

        def bare() -> None:
            for table in WRITTEN:
                owner.execute(f"TRUNCATE copy_{table}")
                with owner.cursor().copy(f"COPY copy_{table} FROM STDIN (FORMAT binary)") as into:
                    into.write(streams[table])
            owner.commit()

        theirs = measured("bare COPY of the same rows, same columns and indexes", bare, runs=5)
        for table in WRITTEN:
            owner.execute(f"DROP TABLE copy_{table}")
        owner.commit()
    ours = type(theirs)("import of 10,000 pupils, end to end", seconds, seconds, 1)
    finish(compare("Import against a bare COPY", ours, theirs, wanted=100, faster=False))


if __name__ == "__main__":
    main()
