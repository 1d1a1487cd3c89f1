from django.db import migrations

from interazioni.foundation.core.rls import FIGURES, isolate, same_body

TABLES = ("edition", "leading", "session", "enrolment", "attendance", "delivery")


class Migration(migrations.Migration):
    """The work itself is read as figures and codes by who may (it names nobody); written by its body alone."""

    dependencies = [("activities", "0001_initial"), ("core", "0001_context"), ("people", "0002_guards")]
    operations = [
        *(isolate(f"activities_{table}", read=FIGURES) for table in TABLES),
        same_body("activities_leading", "edition_id", "activities_edition"),
        same_body("activities_session", "edition_id", "activities_edition"),
        same_body("activities_enrolment", "edition_id", "activities_edition"),
        same_body("activities_enrolment", "person_id", "people_person"),
        same_body("activities_attendance", "session_id", "activities_session"),
        same_body("activities_attendance", "enrolment_id", "activities_enrolment"),
        same_body("activities_delivery", "person_id", "people_person"),
    ]
