from django.db import migrations

from interazioni.foundation.core.generations import bumps

# What the portal's first page tells of the plan.
TABLES = ("plan", "action", "activity", "recipientgroup", "indicator")


class Migration(migrations.Migration):
    dependencies = [("programme", "0001_initial"), ("core", "0002_generations")]
    operations = [bumps(f"programme_{table}", "public") for table in TABLES]
