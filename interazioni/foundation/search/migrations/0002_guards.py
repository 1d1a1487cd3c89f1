from django.db import migrations

from interazioni.foundation.core.generations import bumps


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("core", "0002_generations")]
    # Every public thing has its documents made anew when it changes: they tell what is public that it changed.
    operations = [bumps("search_document", "public")]
