from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from interazioni.foundation.core import clock


class Migration(migrations.Migration):
    dependencies = [("search", "0004_sounds_and_one_index")]
    operations = [
        *(
            migrations.AddField("document", name, models.DateTimeField(default=clock.now))
            for name in ("published_at", "changed_at")
        ),
        *(
            migrations.AddField("document", name, ArrayField(models.FloatField(), default=list))
            for name in ("latitudes", "longitudes")
        ),
        # Of what is there already the day on which it was last written is the nearest that is known.
        migrations.RunSQL(
            "UPDATE search_document SET published_at = created_at, changed_at = created_at,"
            " latitudes = array_remove(ARRAY[latitude], NULL), longitudes = array_remove(ARRAY[longitude], NULL)",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField("document", "latitude"),
        migrations.RemoveField("document", "longitude"),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=models.Q(latitudes__len=models.F("longitudes__len")), name="search_document_points"
            ),
        ),
        migrations.AddIndex(
            "document", models.Index(fields=["-changed_at", "-object_id"], name="search_document_newest")
        ),
    ]
