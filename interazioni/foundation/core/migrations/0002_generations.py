from django.db import migrations

# One row for each change; what counts is their sum. No row is ever locked, so that two who publish never wait for each other, and a change
# is seen by the readers in the moment of its commit (a sequence would move before, and they would keep what was there before for ever).
FORWARD = """
CREATE TABLE core_generation (topic text NOT NULL, n bigint NOT NULL);
CREATE INDEX core_generation_topic ON core_generation (topic) INCLUDE (n);
CREATE FUNCTION app_bump() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_generation (topic, n) SELECT unnest(TG_ARGV), 1;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_context")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION app_bump(); DROP TABLE core_generation;")]
