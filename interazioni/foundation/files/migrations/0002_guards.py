from django.db import migrations

from interazioni.foundation.core.rls import isolate


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("core", "0001_context")]
    operations = [isolate("files_privatefile")]
