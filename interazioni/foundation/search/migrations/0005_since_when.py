from django.db import migrations, models

from interazioni.foundation.core import clock


class Migration(migrations.Migration):
    dependencies = [("search", "0004_sounds_and_one_index")]
    operations = [
        *(
            migrations.AddField("document", name, models.DateTimeField(default=clock.now))
            for name in ("published_at", "changed_at")
        ),
        # Of what is there already the day on which it was last written is the nearest that is known.
        migrations.RunSQL(
            "UPDATE search_document SET published_at = created_at, changed_at = created_at", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            "document", models.Index(fields=["-changed_at", "-object_id"], name="search_document_newest")
        ),
    ]
