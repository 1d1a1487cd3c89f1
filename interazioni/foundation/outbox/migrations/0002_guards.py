from django.db import migrations

# Anybody may hand a message over, also before a login; only the worker's errand reads, sends and empties it.
_ERRAND = "app_service() = 'outbox'"
FORWARD = f"""
    ALTER TABLE outbox_message ENABLE ROW LEVEL SECURITY;
    CREATE POLICY outbox_message_read ON outbox_message FOR SELECT USING ({_ERRAND});
    CREATE POLICY outbox_message_insert ON outbox_message FOR INSERT WITH CHECK (state = 'queued' AND attempts = 0);
    CREATE POLICY outbox_message_update ON outbox_message FOR UPDATE USING ({_ERRAND}) WITH CHECK ({_ERRAND});
    CREATE POLICY outbox_message_delete ON outbox_message FOR DELETE USING ({_ERRAND});
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("core", "0001_context")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
