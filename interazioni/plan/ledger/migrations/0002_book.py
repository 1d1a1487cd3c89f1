"""The book's guards, and the triggers that keep first-reached rows and tallies. See docs/mechanisms/ledger.md."""

from django.db import migrations

from interazioni.foundation.core.rls import FIGURES, OWN, append_only, derived, isolate

NIL = "'00000000-0000-0000-0000-000000000000'::uuid"

IDENTITY = """
-- The one place that knows which human being a record stands for. Linkage across bodies will answer here.
CREATE FUNCTION ledger_identity(person uuid, association uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT coalesce(person, association) $$;

-- Whether an entry feeds an indicator.
CREATE FUNCTION ledger_feeds(e ledger_entry, i programme_indicator) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT e.plan_id = i.plan_id AND e.measure = ANY (i.measures)
       AND (i.activities = '{}' OR e.activity_id = ANY (i.activities))
       AND (i.group_code = '' OR i.group_code = ANY (e.groups))
       AND (i.counts <> 'people' OR e.person_id IS NOT NULL)
       AND (i.counts <> 'associations' OR e.association_id IS NOT NULL)
$$;

-- The dimensions by which a figure is broken down.
CREATE FUNCTION ledger_dimensions(e ledger_entry) RETURNS TABLE (dimension text, value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES ('total', ''), ('month', to_char(e.happened_date, 'YYYY-MM')), ('action', e.action_id::text),
           ('activity', e.activity_id::text), ('municipality', e.municipality), ('sex', e.sex),
           ('age_band', e.age_band), ('citizenship', e.citizenship)
$$;
"""

FOLD = f"""
CREATE FUNCTION ledger_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    closed text;
BEGIN
    -- One body's posts are one after the other, so that its tallies are never locked crosswise.
    PERFORM pg_advisory_xact_lock(hashtextextended(body::text, 1)) FROM (SELECT DISTINCT body_id AS body FROM fresh ORDER BY 1) b;
    -- A period cannot be certified while something is being posted into it, nor the other way round.
    PERFORM 1 FROM programme_period WHERE id IN (SELECT period_id FROM fresh) ORDER BY id FOR SHARE;
    SELECT p.code INTO closed FROM programme_period p WHERE p.id IN (SELECT period_id FROM fresh) AND p.state = 'certified' LIMIT 1;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'the period % is certified: nothing is posted into it', closed USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM fresh f JOIN ledger_entry o ON o.id = f.reverses_id
               WHERE (o.plan_id, o.activity_id, o.body_id, o.measure, -o.quantity, o.happened_date, o.source_id)
                     IS DISTINCT FROM (f.plan_id, f.activity_id, f.body_id, f.measure, f.quantity, f.happened_date, f.source_id)
                  OR (o.person_id, o.association_id, o.groups, o.sex, o.age_band, o.citizenship, o.municipality)
                     IS DISTINCT FROM (f.person_id, f.association_id, f.groups, f.sex, f.age_band, f.citizenship, f.municipality)
                  OR o.reverses_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a reversal mirrors the entry it reverses' USING ERRCODE = 'check_violation';
    END IF;

    -- Sums: quantities, and net numbers of entries.
    INSERT INTO ledger_tally (indicator_id, scope_body_id, scope_action_id, body_id, dimension, value, amount)
    SELECT i.id, {NIL}, scope.action, f.body_id, d.dimension, d.value,
           sum(CASE i.counts WHEN 'quantity' THEN f.quantity ELSE sign(f.quantity) END)
    FROM fresh f
    JOIN programme_indicator i ON i.plan_id = f.plan_id AND i.counts IN ('quantity', 'entries') AND f.measure = ANY (i.measures)
    CROSS JOIN LATERAL (VALUES ({NIL}), (f.action_id)) AS scope (action)
    CROSS JOIN LATERAL ledger_dimensions(f::ledger_entry) d
    WHERE ledger_feeds(f::ledger_entry, i)
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (indicator_id, scope_body_id, scope_action_id, dimension, body_id, value)
        DO UPDATE SET amount = ledger_tally.amount + excluded.amount;

    -- Identities: the earliest of the new entries, where it comes before what stands.
    INSERT INTO ledger_firstreached AS r (indicator_id, identity_id, scope_body_id, scope_action_id, entry_id, body_id, happened_date)
    SELECT DISTINCT ON (i.id, identity, scope.body, scope.action)
           i.id, ledger_identity(f.person_id, f.association_id) AS identity, scope.body, scope.action, f.id, f.body_id, f.happened_date
    FROM fresh f
    JOIN programme_indicator i ON i.plan_id = f.plan_id AND i.counts IN ('people', 'associations') AND f.measure = ANY (i.measures)
    CROSS JOIN LATERAL (VALUES ({NIL}, {NIL}), (f.body_id, {NIL}), ({NIL}, f.action_id), (f.body_id, f.action_id)) AS scope (body, action)
    WHERE f.reverses_id IS NULL AND ledger_feeds(f::ledger_entry, i)
    ORDER BY i.id, identity, scope.body, scope.action, f.happened_date, f.id
    ON CONFLICT (indicator_id, identity_id, scope_body_id, scope_action_id)
        DO UPDATE SET entry_id = excluded.entry_id, body_id = excluded.body_id, happened_date = excluded.happened_date
        WHERE (excluded.happened_date, excluded.entry_id) < (r.happened_date, r.entry_id);

    IF EXISTS (SELECT 1 FROM fresh WHERE reverses_id IS NOT NULL) THEN
        PERFORM ledger_refind(ARRAY(SELECT reverses_id FROM fresh WHERE reverses_id IS NOT NULL));
    END IF;
    RETURN NULL;
END $$;

-- First-reached rows that stood on entries now reversed: under the row's lock, the next standing entry, or none.
CREATE FUNCTION ledger_refind(reversed uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    row ledger_firstreached;
    indicator programme_indicator;
    next ledger_entry;
BEGIN
    FOR row IN SELECT * FROM ledger_firstreached WHERE entry_id = ANY (reversed)
               ORDER BY indicator_id, identity_id, scope_body_id, scope_action_id FOR UPDATE LOOP
        SELECT * INTO indicator FROM programme_indicator WHERE id = row.indicator_id;
        SELECT e.* INTO next FROM ledger_entry e
        WHERE (indicator.counts = 'people' AND e.person_id IN (SELECT ledger_records(row.identity_id))
               OR indicator.counts = 'associations' AND e.association_id = row.identity_id)
          AND e.measure = ANY (indicator.measures) AND ledger_feeds(e, indicator)
          AND (row.scope_body_id = {NIL} OR e.body_id = row.scope_body_id)
          AND (row.scope_action_id = {NIL} OR e.action_id = row.scope_action_id)
          AND e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id)
        ORDER BY e.happened_date, e.id LIMIT 1;
        IF next.id IS NULL THEN
            DELETE FROM ledger_firstreached r WHERE (r.indicator_id, r.identity_id, r.scope_body_id, r.scope_action_id)
                = (row.indicator_id, row.identity_id, row.scope_body_id, row.scope_action_id);
        ELSE
            UPDATE ledger_firstreached r SET entry_id = next.id, body_id = next.body_id, happened_date = next.happened_date
            WHERE (r.indicator_id, r.identity_id, r.scope_body_id, r.scope_action_id)
                = (row.indicator_id, row.identity_id, row.scope_body_id, row.scope_action_id);
        END IF;
    END LOOP;
END $$;

-- The records that stand for one human being: the inverse of ledger_identity.
CREATE FUNCTION ledger_records(identity uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$ SELECT identity $$;

-- Tallies of identities follow the first-reached rows, whoever moved them.
CREATE FUNCTION ledger_tally_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO ledger_tally (indicator_id, scope_body_id, scope_action_id, body_id, dimension, value, amount)
    SELECT r.indicator_id, r.scope_body_id, r.scope_action_id, r.body_id, d.dimension, d.value, count(*)
    FROM added r JOIN ledger_entry e ON e.id = r.entry_id CROSS JOIN LATERAL ledger_dimensions(e) d
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (indicator_id, scope_body_id, scope_action_id, dimension, body_id, value)
        DO UPDATE SET amount = ledger_tally.amount + excluded.amount;
    RETURN NULL;
END $$;
CREATE FUNCTION ledger_tally_removed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO ledger_tally (indicator_id, scope_body_id, scope_action_id, body_id, dimension, value, amount)
    SELECT r.indicator_id, r.scope_body_id, r.scope_action_id, r.body_id, d.dimension, d.value, -count(*)
    FROM removed r JOIN ledger_entry e ON e.id = r.entry_id CROSS JOIN LATERAL ledger_dimensions(e) d
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (indicator_id, scope_body_id, scope_action_id, dimension, body_id, value)
        DO UPDATE SET amount = ledger_tally.amount + excluded.amount;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_fold AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_check();
CREATE TRIGGER ledger_firstreached_added AFTER INSERT ON ledger_firstreached
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_tally_added();
CREATE TRIGGER ledger_firstreached_moved_to AFTER UPDATE ON ledger_firstreached
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_tally_added();
CREATE TRIGGER ledger_firstreached_moved_from AFTER UPDATE ON ledger_firstreached
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ledger_tally_removed();
CREATE TRIGGER ledger_firstreached_removed AFTER DELETE ON ledger_firstreached
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ledger_tally_removed();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0001_context"), ("partners", "0001_initial")]
    operations = [
        isolate("ledger_entry", read=FIGURES, write=OWN),
        isolate("ledger_firstreached", read=FIGURES, write="false"),
        isolate("ledger_tally", read=FIGURES, write="false"),
        append_only("ledger_entry"),
        derived("ledger_firstreached"),
        derived("ledger_tally"),
        migrations.RunSQL(IDENTITY, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, migrations.RunSQL.noop),
    ]
