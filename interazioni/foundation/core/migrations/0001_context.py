from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION app_role() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{role}' $$;

CREATE FUNCTION app_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('interazioni.user', true), '')::uuid $$;

CREATE FUNCTION app_bodies() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(string_to_array(nullif(current_setting('interazioni.bodies', true), ''), ',')::uuid[], '{{}}') $$;

CREATE FUNCTION app_figure_bodies() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(string_to_array(nullif(current_setting('interazioni.figures', true), ''), ',')::uuid[], '{{}}') $$;

CREATE FUNCTION app_plan_wide() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT current_setting('interazioni.plan_wide', true) IS NOT DISTINCT FROM 'on' $$;

CREATE FUNCTION app_names() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT current_setting('interazioni.names', true) IS NOT DISTINCT FROM 'on' $$;

CREATE FUNCTION app_service() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(current_setting('interazioni.service', true), '') $$;

CREATE FUNCTION app_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

DROP = """
DROP FUNCTION app_refuse_change(); DROP FUNCTION app_service(); DROP FUNCTION app_names(); DROP FUNCTION app_plan_wide();
DROP FUNCTION app_figure_bodies(); DROP FUNCTION app_bodies(); DROP FUNCTION app_user(); DROP FUNCTION app_role();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(FUNCTIONS.format(role=settings.DATABASE_APP_ROLE.replace("'", "''")), DROP),
    ]
