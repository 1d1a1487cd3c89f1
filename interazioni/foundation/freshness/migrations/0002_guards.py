from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate

# Who vouches and since when is for everybody; the worker's errand looks for what is due. Suggestions are for the body and who assists the plan.
PLAN = "(SELECT app_plan_wide())"
ERRAND = "(SELECT app_service()) = 'freshness'"
OF_VOUCH = "EXISTS (SELECT 1 FROM freshness_vouch v WHERE v.id = vouch_id AND v." + OWN + ")"


class Migration(migrations.Migration):
    dependencies = [("freshness", "0001_initial"), ("core", "0001_context")]
    operations = [
        isolate("freshness_vouch", read="true", write=OWN),
        isolate("freshness_problem", read=f"({OF_VOUCH} OR {PLAN} OR {ERRAND})", write=f"({OF_VOUCH} OR {ERRAND})"),
        isolate("freshness_suggestion", read=f"({OWN} OR {PLAN} OR {ERRAND})", write=f"({OWN} OR {ERRAND})"),
    ]
