from django.db import migrations

from interazioni.foundation.core.rls import FIGURES, OWN, isolate

# The digest of one event: every column but the seal, in a form that no session setting changes.
SEALING = """
CREATE FUNCTION audit_digest(e audit_event) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(concat_ws(E'\\x1f', e.id, extract(epoch FROM e.at)::text, extract(epoch FROM e.created_at)::text,
        e.user_id, e.body_id, e.act, e.object_kind, coalesce(e.object_id::text, '-'), e.changed::text, e.detail::text), 'UTF8'))
$$;

-- Only the seal may be set, once, and only by the sealing function below.
CREATE FUNCTION audit_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seal_id IS NULL AND NEW.seal_id IS NOT NULL
        AND (to_jsonb(OLD) - 'seal_id') = (to_jsonb(NEW) - 'seal_id')
        AND current_setting('interazioni.sealing', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_event is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_guard();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION app_refuse_change();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION app_refuse_change();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION app_refuse_change();

-- Upkeep across bodies, as the owner: writers never wait for it, and two sealers take turns.
CREATE FUNCTION audit_seal_pending(moment timestamptz, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last audit_seal;
    batch uuid[];
    link bytea;
    next_number bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_seal'));
    SELECT * INTO last FROM audit_seal ORDER BY number DESC LIMIT 1;
    next_number := coalesce(last.number, 0) + 1;
    SELECT array_agg(id) INTO batch FROM (SELECT id FROM audit_event WHERE seal_id IS NULL ORDER BY id LIMIT at_most) waiting;
    IF batch IS NULL THEN RETURN 0; END IF;
    SELECT sha256(coalesce(last.hash, '') || string_agg(audit_digest(e), '' ORDER BY e.id)) INTO link
        FROM audit_event e WHERE e.id = ANY(batch);
    INSERT INTO audit_seal (number, sealed_at, count, previous_hash, hash)
        VALUES (next_number, moment, cardinality(batch), coalesce(last.hash, ''), link);
    PERFORM set_config('interazioni.sealing', 'on', true);
    UPDATE audit_event e SET seal_id = next_number WHERE e.id = ANY(batch);
    PERFORM set_config('interazioni.sealing', '', true);
    RETURN cardinality(batch);
END $$;

CREATE FUNCTION audit_verify(OUT seals bigint, OUT events bigint, OUT unsealed bigint, OUT broken bigint)
LANGUAGE plpgsql SECURITY DEFINER STABLE SET search_path = public, pg_temp AS $$
BEGIN
    SELECT count(*), coalesce(sum(count), 0) INTO seals, events FROM audit_seal;
    SELECT count(*) INTO unsealed FROM audit_event WHERE seal_id IS NULL;
    SELECT min(s.number) INTO broken FROM (
        SELECT number, hash, previous_hash, count, row_number() OVER (ORDER BY number) AS place,
               lag(hash, 1, ''::bytea) OVER (ORDER BY number) AS expected_previous
        FROM audit_seal) s
    LEFT JOIN (SELECT seal_id, count(*) AS n, string_agg(audit_digest(e), '' ORDER BY e.id) AS digests
               FROM audit_event e WHERE seal_id IS NOT NULL GROUP BY seal_id) d ON d.seal_id = s.number
    WHERE s.number <> s.place OR s.previous_hash <> s.expected_previous OR d.n IS DISTINCT FROM s.count
       OR s.hash <> sha256(s.previous_hash || coalesce(d.digests, ''));
END $$;

DO $$ BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_event FROM %I', app_role());
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON audit_seal FROM %I', app_role());
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("core", "0001_context")]
    operations = [
        isolate("audit_event", read=f"({FIGURES} OR user_id = app_user())", write=OWN),
        migrations.RunSQL(SEALING, migrations.RunSQL.noop),
    ]
