from django.db import migrations, models

HELP = "One a line: the address of another page of this portal. Left empty, the page ends with what else there is on its theme."


class Migration(migrations.Migration):
    dependencies = [("content", "0004_picture_guards")]
    operations = [
        migrations.AddField(
            model, "see_also", models.TextField(blank=True, help_text=HELP, max_length=1000, verbose_name="read also")
        )
        for model in ("event", "guide", "news", "opportunity", "planpage")
    ]
