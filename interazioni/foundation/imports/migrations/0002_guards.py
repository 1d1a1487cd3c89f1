from django.db import migrations

from interazioni.foundation.core.rls import isolate, same_body


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("files", "0002_guards"), ("core", "0001_context")]
    operations = [
        isolate("imports_import"),
        isolate("imports_importrow"),
        same_body("imports_import", "file_id", "files_privatefile"),
        same_body("imports_importrow", "import_id", "imports_import"),
    ]
