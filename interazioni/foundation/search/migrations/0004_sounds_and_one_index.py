from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from interazioni.foundation.search.sounds import sound


def listen(apps: Any, schema_editor: Any) -> None:
    """The token is right where the language has no stems; the others learn theirs when a thing is published anew."""
    Word = apps.get_model("search", "Word")
    words = list(Word.objects.all())
    for word in words:
        word.token, word.sound = word.surface, sound(word.surface)
    Word.objects.bulk_update(words, ["token", "sound"], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_pictures")]
    operations = [
        migrations.AddField("word", "token", models.CharField(max_length=60, default=""), preserve_default=False),
        migrations.AddField("word", "sound", models.CharField(max_length=60, default=""), preserve_default=False),
        migrations.RunPython(listen, migrations.RunPython.noop),
        migrations.DeleteModel("Token"),  # counted anew, by language
        migrations.CreateModel(
            "Token",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "language", "token", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("token", models.CharField(max_length=60)),
                ("documents", models.IntegerField()),
            ],
        ),
        migrations.RemoveIndex("document", "search_document_vector"),
        migrations.AddIndex(
            "document", GinIndex(fields=["reads_in", "vector"], name="search_document_words", fastupdate=False)
        ),
        migrations.AddIndex("word", models.Index(fields=["sound"], name="search_word_sound")),
    ]
