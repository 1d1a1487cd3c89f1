from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate

# A member sees the own memberships (that is how the actor is found) and those of the body acted as; who runs the plan
# appoints the first coordinator of a body.
_RUNS = f"({OWN} OR app_plan_wide())"


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial"), ("core", "0001_context")]
    operations = [
        isolate(
            "partners_membership",
            read=f"(user_id = app_user() OR {_RUNS})",
            write=f"({_RUNS} OR app_service() = 'invitation')",
        ),
        isolate(
            "partners_invitation",
            read=f"({_RUNS} OR app_service() = 'invitation')",
            write=f"({_RUNS} OR app_service() = 'invitation')",
        ),
    ]
