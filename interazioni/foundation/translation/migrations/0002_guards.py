from django.db import migrations

from interazioni.foundation.core.rls import isolate

# Which languages somebody translates into is their own affair.
OWN = "user_id = (SELECT app_user())"


class Migration(migrations.Migration):
    dependencies = [("translation", "0001_initial"), ("core", "0003_reads")]
    operations = [isolate("translation_translator", read=OWN, write=OWN)]
