from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate, same_body

# Across bodies only where a rule has opened names, one act at a time, audited.
_READ = f"({OWN} OR (SELECT app_names()))"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("core", "0001_context")]
    operations = [
        isolate("people_person", read=_READ),
        isolate("people_citizenship", read=_READ),
        isolate("people_guardian", read=_READ),
        same_body("people_citizenship", "person_id", "people_person"),
        same_body("people_guardian", "person_id", "people_person"),
        same_body("people_person", "merged_into_id", "people_person"),
    ]
