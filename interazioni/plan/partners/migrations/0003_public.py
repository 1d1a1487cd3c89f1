from django.db import migrations

from interazioni.foundation.core.generations import bumps


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_guards"), ("core", "0002_generations")]
    operations = [bumps("partners_body", "public")]
