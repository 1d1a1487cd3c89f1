from django.db import migrations

# One row for each thing, language and day. Written by the processes that serve the pages, in batches: see `core.reads`.
FORWARD = """
CREATE TABLE core_read (
    kind varchar(30) NOT NULL, object_id uuid NOT NULL, language varchar(12) NOT NULL, day date NOT NULL, n bigint NOT NULL CHECK (n > 0),
    PRIMARY KEY (kind, object_id, language, day)
);
CREATE INDEX core_read_day ON core_read (day);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_generations")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE core_read;")]
