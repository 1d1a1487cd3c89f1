from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate, same_body

# What is published is for everybody, also without a context; a draft for the body and for who assists the plan.
PUBLIC = "state = 'published'"
EVERYBODY = "true"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("core", "0001_context")]
    operations = [
        isolate("directory_service", read=f"({PUBLIC} OR {OWN} OR (SELECT app_plan_wide()))", write=OWN),
        isolate("directory_organisation", read=EVERYBODY, write=OWN),
        isolate("directory_location", read=EVERYBODY, write=OWN),
        isolate("directory_serviceatlocation", read=EVERYBODY, write=OWN),
        isolate("directory_schedule", read=EVERYBODY, write=OWN),
        same_body("directory_service", "organisation_id", "directory_organisation"),
        same_body("directory_location", "organisation_id", "directory_organisation"),
        same_body("directory_serviceatlocation", "service_id", "directory_service"),
        same_body("directory_serviceatlocation", "location_id", "directory_location"),
        same_body("directory_schedule", "place_id", "directory_serviceatlocation"),
    ]
