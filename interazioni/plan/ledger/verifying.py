"""The invariant, over the whole database: derived rows follow from entries, entries from the rooms' own rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from interazioni.plan.ledger import registry

SHOWN = 20  # differences named; the rest is counted


@dataclass(frozen=True, slots=True)
class Verification:
    """`differences` are sentences (ids only), at most `SHOWN` of each kind; none: the book is right."""

    entries: int
    sources: int
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


_FIRSTS = """
    SELECT coalesce(a.indicator_id, x.indicator_id), coalesce(a.identity_id, x.identity), coalesce(a.scope_body_id, x.scope_body_id),
           coalesce(a.scope_action_id, x.scope_action_id), a.entry_id, x.entry_id
    FROM ledger_firstreached a FULL JOIN ledger_expected_first x
      ON (a.indicator_id, a.identity_id, a.scope_body_id, a.scope_action_id) = (x.indicator_id, x.identity, x.scope_body_id, x.scope_action_id)
    WHERE (a.entry_id, a.body_id, a.happened_date) IS DISTINCT FROM (x.entry_id, x.body_id, x.happened_date)
"""
# Per shard the rows may differ (a hash may change with PostgreSQL's version): the sum over them may not.
_TALLIES = """
    SELECT indicator_id, scope_body_id, scope_action_id, dimension, value, sum(have), sum(want)
    FROM (SELECT indicator_id, scope_body_id, scope_action_id, dimension, value, amount AS have, 0 AS want FROM ledger_tally
          UNION ALL
          SELECT indicator_id, scope_body_id, scope_action_id, dimension, value, 0, amount FROM ledger_expected_tally) t
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(have) <> sum(want)
"""
_SOURCES = """
    SELECT %(kind)s, source_id, measure, person_id, association_id, sum(have), sum(want)
    FROM (SELECT source_id, measure, person_id, association_id, quantity AS have, 0 AS want FROM ledger_entry WHERE source_kind = %(kind)s
          UNION ALL
          SELECT source_id, measure, person_id, association_id, 0, quantity FROM ({sql}) s (source_id, measure, person_id, association_id, quantity)) t
    GROUP BY 2, 3, 4, 5 HAVING sum(have) <> sum(want)
"""


def verify() -> Verification:
    """Recomputes everything the actor may see: run it plan-wide. Seconds for a region's book; nothing is locked."""
    found: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry")
        entries: int = cursor.fetchone()[0]
        found += _differences(
            cursor,
            _FIRSTS,
            "indicator {}: identity {} in scope {}/{} was first reached by entry {}, by the entries it is {}",
        )
        found += _differences(
            cursor, _TALLIES, "indicator {}: tally of scope {}/{}, {} '{}' is {}, by the entries it is {}"
        )
        known = registry.sources()
        for source in known:
            found += _differences(
                cursor, _SOURCES.format(sql=source.sql.replace("%", "%%")), "source {} {}: {} of person {} / association {} is {} in the book, {} in the room",
                {"kind": source.kind},
            )  # fmt: skip
        cursor.execute(
            "SELECT source_kind, count(*) FROM ledger_entry WHERE NOT source_kind = ANY (%s) GROUP BY 1 ORDER BY 1",
            [[source.kind for source in known]],
        )
        found += [
            f"source {kind}: {count} entries, and no room has said what should stand"
            for kind, count in cursor.fetchall()
        ]
    return Verification(entries, len(known), tuple(found))


def _differences(cursor: Any, sql: str, sentence: str, parameters: dict[str, str] | None = None) -> list[str]:
    cursor.execute(sql, parameters)
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    shown = [sentence.format(*("–" if value is None else value for value in row)) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        shown.append(f"… and {len(rows) - SHOWN} more of this kind")
    return shown
