"""The book's guards, and the triggers that keep first-reached rows and tallies. See docs/mechanisms/ledger.md."""

from django.db import migrations

from interazioni.foundation.core.rls import FIGURES, OWN, append_only, derived, isolate

NIL = "'00000000-0000-0000-0000-000000000000'::uuid"
LOCKS = 1818584167  # the class of our advisory locks: "ledg"

FUNCTIONS = """
-- The one place that knows which human being a record stands for. Linkage across bodies will answer here.
CREATE FUNCTION ledger_identity(person uuid, association uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT coalesce(person, association) $$;

-- The records that stand for one human being: the inverse of ledger_identity.
CREATE FUNCTION ledger_records(identity uuid) RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS
    $$ SELECT identity $$;

-- Whether an entry feeds an indicator.
CREATE FUNCTION ledger_feeds(e ledger_entry, i programme_indicator) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT e.plan_id = i.plan_id AND e.measure = ANY (i.measures)
       AND (i.activities = '{}' OR e.activity_id = ANY (i.activities))
       AND (i.group_codes = '{}' OR i.group_codes && e.groups)
       AND (i.counts <> 'people' OR e.person_id IS NOT NULL)
       AND (i.counts <> 'associations' OR e.association_id IS NOT NULL)
$$;

-- The plan's own tallies are spread over 32 rows, a body always in the same one: bodies do not wait for each other.
CREATE FUNCTION ledger_shard(body uuid) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (uuid_hash(body) & 31)::smallint $$;
"""


def of_entry(alias: str) -> str:
    """An entry's eight columns that matter to tallies. Grouped by them before it is spread, a bulk becomes few lines."""
    return (
        f"{alias}.body_id, {alias}.action_id, {alias}.activity_id, to_char({alias}.happened_date, 'YYYY-MM') AS month,"
        f" {alias}.municipality, {alias}.sex, {alias}.age_band, {alias}.citizenship"
    )


# The dimensions by which a figure is broken down, of a grouped line `g`. What is empty is not known: no row.
DIMENSIONS = """(VALUES ('total', ''), ('month', g.month), ('action', g.action_id::text), ('activity', g.activity_id::text),
        ('municipality', g.municipality), ('sex', g.sex), ('age_band', g.age_band), ('citizenship', g.citizenship))
        AS d (dimension, value)"""

TALLY_COLUMNS = "indicator_id, scope_action_id, dimension, scope_body_id, value, shard"

ADD = f"""ON CONFLICT ({TALLY_COLUMNS}) DO UPDATE SET amount = ledger_tally.amount + excluded.amount"""


def sums(source: str) -> str:
    """Tallies of quantities and of net numbers of entries, over the entries in `source`."""
    return f"""
    WITH grouped AS MATERIALIZED (
        SELECT i.id AS indicator_id, {of_entry("f")},
               sum(CASE i.counts WHEN 'quantity' THEN f.quantity ELSE sign(f.quantity) END) AS amount
        FROM {source} f
        JOIN programme_indicator i ON i.plan_id = f.plan_id AND i.counts IN ('quantity', 'entries') AND f.measure = ANY (i.measures)
        WHERE ledger_feeds(f::ledger_entry, i)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    )
    SELECT g.indicator_id, scope.action AS scope_action_id, d.dimension, scope.body AS scope_body_id, d.value, scope.shard, sum(g.amount) AS amount
    FROM grouped g
    CROSS JOIN LATERAL (VALUES ({NIL}, {NIL}, ledger_shard(g.body_id)), ({NIL}, g.action_id, ledger_shard(g.body_id)),
        (g.body_id, {NIL}, 0::smallint), (g.body_id, g.action_id, 0::smallint)) AS scope (body, action, shard)
    CROSS JOIN LATERAL {DIMENSIONS}
    WHERE d.value <> '' OR d.dimension = 'total'
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(g.amount) <> 0 ORDER BY 1, 2, 3, 4, 5, 6"""


def heads(source: str) -> str:
    """Tallies of identities, over rows `(first-reached columns, entry_id, weight)` in `source`."""
    return f"""
    WITH grouped AS MATERIALIZED (
        SELECT r.indicator_id, r.scope_body_id, r.scope_action_id, {of_entry("e")}, sum(r.weight) AS amount
        FROM {source} r JOIN ledger_entry e ON e.id = r.entry_id
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    )
    SELECT g.indicator_id, g.scope_action_id, d.dimension, g.scope_body_id, d.value,
           CASE WHEN g.scope_body_id = {NIL} THEN ledger_shard(g.body_id) ELSE 0::smallint END AS shard, sum(g.amount) AS amount
    FROM grouped g CROSS JOIN LATERAL {DIMENSIONS}
    WHERE d.value <> '' OR d.dimension = 'total'
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(g.amount) <> 0 ORDER BY 1, 2, 3, 4, 5, 6"""


def firsts(source: str, standing: str) -> str:
    """The earliest of the entries in `source` that satisfy `standing`, for each indicator, identity and scope."""
    return f"""
    SELECT DISTINCT ON (i.id, identity, scope.body, scope.action)
           i.id AS indicator_id, ledger_identity(f.person_id, f.association_id) AS identity, scope.body AS scope_body_id,
           scope.action AS scope_action_id, f.id AS entry_id, f.body_id, f.happened_date
    FROM {source} f
    JOIN programme_indicator i ON i.plan_id = f.plan_id AND i.counts IN ('people', 'associations') AND f.measure = ANY (i.measures)
    CROSS JOIN LATERAL (VALUES ({NIL}, {NIL}), (f.body_id, {NIL}), ({NIL}, f.action_id), (f.body_id, f.action_id)) AS scope (body, action)
    WHERE {standing} AND ledger_feeds(f::ledger_entry, i)
    ORDER BY i.id, identity, scope.body, scope.action, f.happened_date, f.id"""


STANDS = "f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry x WHERE x.reverses_id = f.id)"
FIRST_KEY = "indicator_id, identity_id, scope_body_id, scope_action_id"
ALL_FIRSTS = """(SELECT r.*, 1 AS weight FROM ledger_firstreached r)"""

FOLD = f"""
CREATE FUNCTION ledger_fold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    closed text;
    taken_back uuid[];
BEGIN
    -- An association works with several bodies: the few posts that name one are one after the other.
    IF EXISTS (SELECT 1 FROM fresh WHERE association_id IS NOT NULL) THEN
        PERFORM pg_advisory_xact_lock({LOCKS}, 32);
    END IF;
    -- The posts of one body (and of the few that share its shard) are one after the other: nobody's rows are locked
    -- crosswise, and what follows sees all that its predecessor committed.
    PERFORM pg_advisory_xact_lock({LOCKS}, shard) FROM (SELECT DISTINCT ledger_shard(body_id)::int AS shard FROM fresh ORDER BY 1) s;
    -- A period cannot be certified while something is being posted into it, nor the other way round.
    PERFORM 1 FROM programme_period WHERE id IN (SELECT period_id FROM fresh) ORDER BY id FOR SHARE;
    SELECT p.code INTO closed FROM programme_period p WHERE p.id IN (SELECT period_id FROM fresh) AND p.state = 'certified' LIMIT 1;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'the period % is certified: nothing is posted into it', closed USING ERRCODE = 'restrict_violation';
    END IF;
    taken_back := ARRAY(SELECT reverses_id FROM fresh WHERE reverses_id IS NOT NULL);
    IF cardinality(taken_back) > 0 AND EXISTS (
        SELECT 1 FROM fresh f JOIN ledger_entry o ON o.id = f.reverses_id
        WHERE (o.plan_id, o.action_id, o.activity_id, o.body_id, o.measure, -o.quantity, o.unit, o.happened_date, o.source_kind, o.source_id)
              IS DISTINCT FROM (f.plan_id, f.action_id, f.activity_id, f.body_id, f.measure, f.quantity, f.unit, f.happened_date, f.source_kind, f.source_id)
           OR (o.person_id, o.association_id, o.groups, o.sex, o.age_band, o.citizenship, o.municipality)
              IS DISTINCT FROM (f.person_id, f.association_id, f.groups, f.sex, f.age_band, f.citizenship, f.municipality)
           OR o.reverses_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a reversal mirrors the entry it reverses' USING ERRCODE = 'check_violation';
    END IF;

    INSERT INTO ledger_tally ({TALLY_COLUMNS}, amount) {sums("fresh")} {ADD};

    -- Identities: the earliest of the new entries, where it comes before what stands. An entry posted and reversed by
    -- one statement reaches nothing.
    INSERT INTO ledger_firstreached AS r ({FIRST_KEY}, entry_id, body_id, happened_date)
    SELECT n.* FROM ({firsts("fresh", "f.reverses_id IS NULL AND NOT f.id = ANY (taken_back)")}) n
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger_firstreached s
        WHERE (s.indicator_id, s.identity_id, s.scope_body_id, s.scope_action_id) = (n.indicator_id, n.identity, n.scope_body_id, n.scope_action_id)
          AND (s.happened_date, s.entry_id) <= (n.happened_date, n.entry_id))
    ON CONFLICT ({FIRST_KEY})
        DO UPDATE SET entry_id = excluded.entry_id, body_id = excluded.body_id, happened_date = excluded.happened_date
        WHERE (excluded.happened_date, excluded.entry_id) < (r.happened_date, r.entry_id);

    IF cardinality(taken_back) > 0 THEN
        PERFORM ledger_refind(taken_back);
    END IF;
    RETURN NULL;
END $$;

-- First-reached rows that stood on entries now reversed: under the rows' locks, the next standing entry, or none.
CREATE FUNCTION ledger_refind(reversed uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    -- A statement of its own: the next one sees what others committed while this one waited.
    PERFORM 1 FROM ledger_firstreached WHERE entry_id = ANY (reversed) ORDER BY {FIRST_KEY} FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH gone AS MATERIALIZED (
        SELECT * FROM ledger_firstreached WHERE entry_id = ANY (reversed)
    ), candidates AS MATERIALIZED (
        SELECT g.indicator_id, g.identity_id, g.scope_body_id, g.scope_action_id, n.id, n.body_id, n.happened_date
        FROM gone g JOIN programme_indicator i ON i.id = g.indicator_id AND i.counts = 'people'
        CROSS JOIN LATERAL (
            SELECT f.id, f.body_id, f.happened_date FROM ledger_records(g.identity_id) AS record JOIN ledger_entry f ON f.person_id = record
            WHERE f.measure = ANY (i.measures) AND ledger_feeds(f, i) AND {STANDS}
              AND (g.scope_body_id = {NIL} OR f.body_id = g.scope_body_id) AND (g.scope_action_id = {NIL} OR f.action_id = g.scope_action_id)
            ORDER BY f.happened_date, f.id LIMIT 1) n
        UNION ALL
        SELECT g.indicator_id, g.identity_id, g.scope_body_id, g.scope_action_id, n.id, n.body_id, n.happened_date
        FROM gone g JOIN programme_indicator i ON i.id = g.indicator_id AND i.counts = 'associations'
        CROSS JOIN LATERAL (
            SELECT f.id, f.body_id, f.happened_date FROM ledger_entry f
            WHERE f.association_id = g.identity_id AND f.measure = ANY (i.measures) AND ledger_feeds(f, i) AND {STANDS}
              AND (g.scope_body_id = {NIL} OR f.body_id = g.scope_body_id) AND (g.scope_action_id = {NIL} OR f.action_id = g.scope_action_id)
            ORDER BY f.happened_date, f.id LIMIT 1) n
    ), moved AS (
        UPDATE ledger_firstreached r SET entry_id = c.id, body_id = c.body_id, happened_date = c.happened_date
        FROM candidates c
        WHERE (r.indicator_id, r.identity_id, r.scope_body_id, r.scope_action_id) = (c.indicator_id, c.identity_id, c.scope_body_id, c.scope_action_id)
    )
    DELETE FROM ledger_firstreached r USING gone g
    WHERE (r.indicator_id, r.identity_id, r.scope_body_id, r.scope_action_id) = (g.indicator_id, g.identity_id, g.scope_body_id, g.scope_action_id)
      AND NOT EXISTS (SELECT 1 FROM candidates c
                      WHERE (c.indicator_id, c.identity_id, c.scope_body_id, c.scope_action_id) = (g.indicator_id, g.identity_id, g.scope_body_id, g.scope_action_id));
END $$;

-- Tallies of identities follow the first-reached rows, whoever moved them.
CREATE FUNCTION ledger_reached() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ledger_tally ({TALLY_COLUMNS}, amount) {heads("(SELECT a.*, 1 AS weight FROM added a)")} {ADD};
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO ledger_tally ({TALLY_COLUMNS}, amount) {heads("(SELECT a.*, -1 AS weight FROM removed a)")} {ADD};
    ELSE
        INSERT INTO ledger_tally ({TALLY_COLUMNS}, amount)
        {heads("(SELECT a.*, 1 AS weight FROM added a UNION ALL SELECT a.*, -1 FROM removed a)")} {ADD};
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_fold AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_fold();
CREATE TRIGGER ledger_firstreached_added AFTER INSERT ON ledger_firstreached
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_reached();
CREATE TRIGGER ledger_firstreached_moved AFTER UPDATE ON ledger_firstreached
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_reached();
CREATE TRIGGER ledger_firstreached_removed AFTER DELETE ON ledger_firstreached
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ledger_reached();
"""

REBUILD = f"""
-- What first-reached rows and tallies should be, from the entries alone. With the reader's rights: plan-wide, or partial.
CREATE VIEW ledger_expected_first WITH (security_invoker = true) AS {firsts("ledger_entry", STANDS)};
CREATE VIEW ledger_expected_tally WITH (security_invoker = true) AS
    SELECT * FROM ({sums("ledger_entry")}) s UNION ALL SELECT * FROM ({heads(ALL_FIRSTS)}) h;

-- Makes a plan's derived rows anew from its entries: after its indicators changed, or after a damage. Nobody posts
-- meanwhile. SECURITY DEFINER: derived rows are written by nobody else; the outcome is the same whoever calls it.
CREATE FUNCTION ledger_rebuild(of_plan uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    LOCK TABLE ledger_entry IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ledger_firstreached WHERE indicator_id IN (SELECT id FROM programme_indicator WHERE plan_id = of_plan);
    DELETE FROM ledger_tally WHERE indicator_id IN (SELECT id FROM programme_indicator WHERE plan_id = of_plan);
    INSERT INTO ledger_firstreached ({FIRST_KEY}, entry_id, body_id, happened_date)
        SELECT x.* FROM ledger_expected_first x JOIN programme_indicator i ON i.id = x.indicator_id AND i.plan_id = of_plan;
    INSERT INTO ledger_tally ({TALLY_COLUMNS}, amount)
        SELECT x.* FROM ({sums("ledger_entry")}) x JOIN programme_indicator i ON i.id = x.indicator_id AND i.plan_id = of_plan;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0001_context"), ("partners", "0001_initial")]
    operations = [
        isolate("ledger_entry", read=FIGURES, write=OWN),
        isolate("ledger_firstreached", read=FIGURES, write="false"),
        isolate("ledger_tally", read=FIGURES.replace("body_id", "scope_body_id"), write="false"),
        append_only("ledger_entry"),
        derived("ledger_firstreached"),
        derived("ledger_tally"),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, migrations.RunSQL.noop),
        migrations.RunSQL(REBUILD, migrations.RunSQL.noop),
    ]
