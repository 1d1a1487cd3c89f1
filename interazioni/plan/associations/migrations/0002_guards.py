from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate


class Migration(migrations.Migration):
    dependencies = [("associations", "0001_initial"), ("core", "0001_context")]
    operations = [isolate("associations_association", read="true", write=f"({OWN} OR app_plan_wide())")]
