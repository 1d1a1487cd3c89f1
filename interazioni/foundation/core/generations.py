"""How often something public changed: what cached answers and ETags are held against, without touching the rows themselves.

A table is tied to a topic in its migration (`bumps`); every statement that changes it counts. `current` is one small query.
"""

from collections.abc import Iterable

from django.db import connection, migrations


def bumps(table: str, *topics: str) -> migrations.RunSQL:
    said = ", ".join(f"'{topic}'" for topic in topics)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION app_bump({said});",
        f"DROP TRIGGER {table}_bump ON {table};",
    )


def current(topics: Iterable[str]) -> str:
    """A text that differs as soon as anything in these topics was committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n), 0) FROM core_generation WHERE topic = ANY(%s)", [list(topics)])
        return str(cursor.fetchone()[0])


def compact() -> None:
    """Many rows become one with their sum. By the worker; who reads meanwhile sees the same sum before and after."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM core_generation RETURNING topic, n)"
            " INSERT INTO core_generation (topic, n) SELECT topic, sum(n) FROM gone GROUP BY topic"
        )
