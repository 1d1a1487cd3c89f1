"""The region many times over, in SQL, for the benches: every person, edition, register, delivery and entry again, with ids of
their own. Runs as the owner, through the ledger's own triggers; `interazioni ledger verify` must pass afterwards.

Encrypted values are bound to their row and cannot be copied: the copies have none.
"""

from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import connection as ours
from psycopg import sql

# table → columns whose ids belong to the copy; and columns that a copy cannot have
COPIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "people_person": (("id",), ("phone", "tax_code", "tax_code_hash", "tax_code_valid", "permit_number", "permit_number_hash", "merged_into_id")),
    "people_citizenship": (("id", "person_id"), ()),
    "people_guardian": (("id", "person_id"), ("full_name", "phone")),
    "activities_edition": (("id",), ()),
    "activities_leading": (("id", "edition_id"), ()),
    "activities_session": (("id", "edition_id"), ()),
    "activities_enrolment": (("id", "edition_id", "person_id"), ()),
    "activities_attendance": (("id", "session_id", "enrolment_id", "client_id"), ()),
    "activities_delivery": (("id", "person_id", "client_id"), ()),
    "ledger_entry": (("id", "person_id", "source_id", "reverses_id"), ()),
}  # fmt: skip


def multiply(times: int, say: Callable[[str], None]) -> None:
    """Makes the region `times` as large: `times - 1` copies, each in a transaction of its own."""
    if not settings.DATABASE_OWNER_URL:
        raise RuntimeError("DATABASE_OWNER_URL is not set: the region is multiplied by the tables' owner")
    ours.close()
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as connection:
        for table in COPIED:  # the originals, so that a copy is never copied
            connection.execute(
                sql.SQL("CREATE TEMP TABLE {} AS TABLE {}").format(
                    sql.Identifier(f"one_{table}"), sql.Identifier(table)
                )
            )
        for number in range(1, times):
            with connection.transaction():
                for table in COPIED:
                    connection.execute(_copy(connection, table, number))
            say(f"copy {number} of {times - 1}")
        connection.execute("ANALYZE")


def _copy(connection: psycopg.Connection, table: str, number: int) -> sql.Composed:
    own, left_out = COPIED[table]
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = [name for (name,) in rows.fetchall()]
    values: list[sql.Composable] = []
    for name in columns:
        column = sql.Identifier(name)
        if name in left_out:
            values.append(sql.SQL("NULL"))
        elif name in own:
            values.append(sql.SQL("md5({}::text || {})::uuid").format(column, sql.Literal(f"/{number}")))
        elif (table, name) == ("activities_edition", "code"):
            values.append(sql.SQL("{} || {}").format(column, sql.Literal(f"x{number}")))
        else:
            values.append(column)
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(values),
        sql.Identifier(f"one_{table}"),
    )
