from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate

# The dispatch is a body of its own beside the one whose row it is.
DISPATCH = "dispatch_id = ANY(CAST((SELECT app_bodies()) AS uuid[]))"
EMPLOYER = "employer_id = ANY(CAST((SELECT app_bodies()) AS uuid[]))"
SOMEBODY = "((SELECT app_user()) IS NOT NULL OR (SELECT app_service()) = 'mediation')"
ERRAND = "(SELECT app_service()) = 'mediation'"
PLAN = "(SELECT app_plan_wide())"
ME = "user_id = (SELECT app_user())"
MINE = "mediator_user_id = (SELECT app_user())"


def any_of(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


# A mediator's own rows follow the mediator: whoever sees her sees them, whoever keeps her writes them.
OF_MEDIATOR = "EXISTS (SELECT FROM mediation_mediator m WHERE m.id = mediator_id)"
KEEPS = (
    "EXISTS (SELECT FROM mediation_mediator m WHERE m.id = mediator_id AND (m.body_id = ANY(CAST((SELECT app_bodies()) AS uuid[]))"
    " OR m.dispatch_id = ANY(CAST((SELECT app_bodies()) AS uuid[])) OR m.user_id = (SELECT app_user())))"
)
OF_CALL = "EXISTS (SELECT FROM mediation_call c WHERE c.id = call_id)"

# What a call may become. Anything else is refused, whoever writes. `docs/mechanisms/mediation.md` draws it.
CALL_MOVES = {
    "draft": "sent cancelled",
    "sent": "proposed accepted confirmed uncovered cancelled",
    "proposed": "sent declined accepted confirmed uncovered cancelled",
    "declined": "proposed accepted confirmed sent uncovered cancelled",
    "accepted": "confirmed under_way done sent cancelled mediator_absent user_absent",
    "confirmed": "under_way done sent cancelled mediator_absent user_absent",
    "under_way": "done user_absent cancelled",
    "done": "attested under_way user_absent",
    "attested": "done",
    "uncovered": "sent proposed accepted confirmed",
    "mediator_absent": "sent",
}
ASSIGNMENT_MOVES = {
    "accepted": "confirmed under_way done cancelled withdrawn mediator_absent user_absent",
    "confirmed": "accepted under_way done cancelled withdrawn mediator_absent user_absent",
    "under_way": "done cancelled user_absent",
    "done": "attested under_way user_absent",
    "attested": "done",
}
OFFER_MOVES = {"waiting": "accepted declined expired withdrawn taken"}
HOURS_MOVES = {"reported": "attested disputed", "disputed": "reported attested", "attested": "disputed reported"}


def moves(table: str, allowed: dict[str, str], first: str) -> migrations.RunSQL:
    """A trigger that refuses every change of state that is not named, and every row that begins elsewhere."""
    pairs = ", ".join(f"('{a}', '{b}')" for a, targets in allowed.items() for b in targets.split())
    begins = ", ".join(f"'{state}'" for state in first.split())
    forward = f"""
        CREATE FUNCTION {table}_moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF NEW.state NOT IN ({begins}) THEN
                    RAISE EXCEPTION '{table} cannot begin as %', NEW.state
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_moves';
                END IF;
            ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES {pairs}) THEN
                RAISE EXCEPTION '{table} cannot go from % to %', OLD.state, NEW.state
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_moves';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_moves BEFORE INSERT OR UPDATE OF state ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_moves();
    """
    return migrations.RunSQL(forward, f"DROP TRIGGER {table}_moves ON {table}; DROP FUNCTION {table}_moves();")


# The call goes with its assignment: one truth, carried along by the database. An assignment given back, or whose mediator did
# not come, opens its call again.
FOLLOW = """
CREATE FUNCTION mediation_call_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    next text := CASE NEW.state WHEN 'withdrawn' THEN 'sent' ELSE NEW.state END;
BEGIN
    IF NEW.call_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state) THEN
        UPDATE mediation_call SET state = next, state_at = NEW.changed_at, version = version + 1,
            filled_at = CASE WHEN TG_OP = 'INSERT' THEN coalesce(filled_at, NEW.changed_at) ELSE filled_at END,
            next_step_at = NULL,
            ended_by = CASE WHEN next IN ('cancelled', 'user_absent', 'mediator_absent') THEN NEW.ended_by ELSE ended_by END,
            ended_late = CASE WHEN next IN ('cancelled', 'user_absent', 'mediator_absent') THEN NEW.ended_late ELSE ended_late END,
            ended_words = CASE WHEN next IN ('cancelled', 'user_absent', 'mediator_absent') THEN NEW.ended_words ELSE ended_words END
            WHERE id = NEW.call_id AND state <> next;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mediation_call_follows AFTER INSERT OR UPDATE OF state ON mediation_assignment
    FOR EACH ROW EXECUTE FUNCTION mediation_call_follows();

CREATE FUNCTION mediation_assignment_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.starts_at, NEW.ends_at, NEW.mode, NEW.place, NEW.state, NEW.language)
        IS DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.mode, OLD.place, OLD.state, OLD.language) THEN
        NEW.sequence := OLD.sequence + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mediation_assignment_counts BEFORE UPDATE ON mediation_assignment
    FOR EACH ROW EXECUTE FUNCTION mediation_assignment_counts();
"""
UNFOLLOW = """
DROP TRIGGER mediation_call_follows ON mediation_assignment; DROP FUNCTION mediation_call_follows();
DROP TRIGGER mediation_assignment_counts ON mediation_assignment; DROP FUNCTION mediation_assignment_counts();
"""

# Nobody can be at two places with no time between. The exclusion constraint refuses an overlap; this refuses what lies too near.
# Checked at the end of the transaction, so that a plan may move several at once, under the mediator's lock, so that two transactions
# see each other. The rule of the road is the planner's: a remote call moves nobody, the first way from home takes no working time,
# and who has worked from home before going out starts from there.
TRAVEL = """
CREATE FUNCTION mediation_road_tenths(a_lat float, a_lon float, b_lat float, b_lon float, detour float) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN a_lat = b_lat AND a_lon = b_lon THEN 0 ELSE round(10 * detour * 12742.0176 * asin(sqrt(
        power(sin(radians(b_lat - a_lat) / 2), 2)
        + cos(radians(a_lat)) * cos(radians(b_lat)) * power(sin(radians(b_lon - a_lon) / 2), 2))))::integer END
$$;

CREATE FUNCTION mediation_time_between() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    who record;
    rules jsonb;
    one record;
    last record;
    lat float;
    lon float;
    needed integer;
BEGIN
    SELECT latitude, longitude, by_car, dispatch_id INTO who FROM mediation_mediator WHERE id = NEW.mediator_id FOR NO KEY UPDATE;
    SELECT travel INTO rules FROM mediation_dispatch WHERE body_id = who.dispatch_id;
    rules := coalesce(rules, '{}'::jsonb);
    last := NULL;
    FOR one IN
        SELECT id, starts_at, ends_at, mode, latitude, longitude FROM mediation_assignment
        WHERE mediator_id = NEW.mediator_id AND state NOT IN ('cancelled', 'withdrawn', 'mediator_absent')
            AND (starts_at AT TIME ZONE 'Europe/Rome')::date = (NEW.starts_at AT TIME ZONE 'Europe/Rome')::date
        ORDER BY starts_at
    LOOP
        IF last IS NULL THEN
            lat := who.latitude; lon := who.longitude;
        ELSE
            IF one.mode = 'onsite' THEN
                needed := coalesce((rules ->> 'buffer_onsite_min')::integer, 10) + CASE
                    WHEN lat IS NULL OR one.latitude IS NULL THEN 0
                    ELSE ceil(mediation_road_tenths(lat, lon, one.latitude, one.longitude, coalesce((rules ->> 'detour')::float, 1.3)) * 6.0
                        / CASE WHEN who.by_car THEN coalesce((rules ->> 'kmh_car')::integer, 50)
                               ELSE coalesce((rules ->> 'kmh_pt')::integer, 30) END)::integer END;
            ELSE
                needed := coalesce((rules ->> 'buffer_remote_min')::integer, 5);
            END IF;
            IF one.starts_at < last.ends_at + make_interval(mins => needed) THEN
                RAISE EXCEPTION 'no time to travel: % minutes are needed', needed
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'mediation_time_between', DETAIL = needed::text;
            END IF;
        END IF;
        IF one.mode = 'onsite' AND one.latitude IS NOT NULL THEN
            lat := one.latitude; lon := one.longitude;
        END IF;
        last := one;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER mediation_time_between AFTER INSERT OR UPDATE ON mediation_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state NOT IN ('cancelled', 'withdrawn', 'mediator_absent'))
    EXECUTE FUNCTION mediation_time_between();
"""
UNTRAVEL = """
DROP TRIGGER mediation_time_between ON mediation_assignment; DROP FUNCTION mediation_time_between();
DROP FUNCTION mediation_road_tenths(float, float, float, float, float);
"""

# The board listens: the id of the dispatch and nothing else.
NOTIFY = """
CREATE FUNCTION mediation_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('mediation', NEW.dispatch_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER mediation_call_tells AFTER INSERT OR UPDATE ON mediation_call FOR EACH ROW EXECUTE FUNCTION mediation_tell();
CREATE TRIGGER mediation_assignment_tells AFTER INSERT OR UPDATE ON mediation_assignment
    FOR EACH ROW EXECUTE FUNCTION mediation_tell();
CREATE TRIGGER mediation_offer_tells AFTER INSERT OR UPDATE ON mediation_offer FOR EACH ROW EXECUTE FUNCTION mediation_tell();
CREATE TRIGGER mediation_weekplan_tells AFTER INSERT OR UPDATE ON mediation_weekplan
    FOR EACH ROW EXECUTE FUNCTION mediation_tell();
"""
UNNOTIFY = """
DROP TRIGGER mediation_call_tells ON mediation_call; DROP TRIGGER mediation_assignment_tells ON mediation_assignment;
DROP TRIGGER mediation_offer_tells ON mediation_offer; DROP TRIGGER mediation_weekplan_tells ON mediation_weekplan;
DROP FUNCTION mediation_tell();
"""

CONFIDANT = (
    "EXISTS (SELECT FROM mediation_assignment a WHERE a.call_id = mediation_confidence.call_id"
    " AND a.mediator_user_id = (SELECT app_user()) AND a.state NOT IN ('cancelled', 'withdrawn', 'mediator_absent'))"
)


class Migration(migrations.Migration):
    """Calls belong to the body that called and to the dispatch; a mediator sees her own offers and promises."""

    dependencies = [("mediation", "0001_initial"), ("core", "0001_context"), ("people", "0002_guards")]
    operations = [
        isolate("mediation_dispatch", read=SOMEBODY, write=OWN),
        isolate("mediation_mediator", read=any_of(OWN, DISPATCH, ME, PLAN, ERRAND), write=any_of(OWN, DISPATCH, ME)),
        *(
            isolate(f"mediation_{table}", read=OF_MEDIATOR, write=KEEPS)
            for table in ("mediatorlanguage", "qualification", "availability", "exception", "feed")
        ),
        isolate("mediation_grant", read=any_of(OWN, DISPATCH, PLAN), write=DISPATCH),
        isolate("mediation_series", read=any_of(OWN, DISPATCH), write=any_of(OWN, DISPATCH)),
        isolate("mediation_call", read=any_of(OWN, DISPATCH, PLAN, ERRAND), write=any_of(OWN, DISPATCH)),
        isolate("mediation_calloption", read=OF_CALL, write=OF_CALL),
        isolate("mediation_confidence", read=any_of(OWN, CONFIDANT), write=any_of(OWN, DISPATCH)),
        isolate("mediation_offer", read=any_of(DISPATCH, MINE, PLAN, ERRAND), write=DISPATCH),
        isolate("mediation_presence", read=any_of(OWN, DISPATCH, PLAN), write=DISPATCH),
        isolate(
            "mediation_assignment",
            read=any_of(OWN, DISPATCH, EMPLOYER, MINE, PLAN, ERRAND),
            write=any_of(OWN, DISPATCH),
        ),
        isolate("mediation_hours", read=any_of(OWN, DISPATCH, EMPLOYER, MINE, PLAN), write=any_of(OWN, DISPATCH)),
        *(
            isolate(f"mediation_{table}", read=DISPATCH, write=DISPATCH)
            for table in ("weekplan", "plannedvisit", "gap")
        ),
        moves("mediation_call", CALL_MOVES, "draft sent"),
        moves("mediation_assignment", ASSIGNMENT_MOVES, "accepted confirmed"),
        moves("mediation_offer", OFFER_MOVES, "waiting"),
        moves("mediation_hours", HOURS_MOVES, "reported"),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.RunSQL(TRAVEL, UNTRAVEL),
        migrations.RunSQL(NOTIFY, UNNOTIFY),
    ]
