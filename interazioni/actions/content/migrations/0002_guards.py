from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate

# Without a body's context (a public page) what is published is read; within one, a body's own alone: so Wagtail's lists, editors and
# histories show no other body's. Who assists the plan reads and publishes everybody's; the worker's errand looks for what is due.
PLAN = "(SELECT app_plan_wide())"
NOBODY = "(SELECT app_user()) IS NULL"
ERRAND = "(SELECT app_service()) = 'content'"
KINDS = ("guide", "planpage", "news", "opportunity", "event")
# A revision holds its draft as JSON, with the body in it.
OF_BODY = OWN.replace("body_id", "CAST(content ->> 'body' AS uuid)")
MINE = "user_id = (SELECT app_user())"  # what somebody is typing
REVIEW = """
INSERT INTO django_content_type (app_label, model) VALUES ('content', 'review') ON CONFLICT DO NOTHING;
WITH task AS (
    INSERT INTO wagtailcore_task (name, active, content_type_id)
    SELECT 'Verifica', true, id FROM django_content_type WHERE app_label = 'content' AND model = 'review' RETURNING id
), review AS (
    INSERT INTO content_review (task_ptr_id) SELECT id FROM task
), workflow AS (
    INSERT INTO wagtailcore_workflow (name, active) VALUES ('Verifica dell''assistenza tecnica', true) RETURNING id
)
INSERT INTO wagtailcore_workflowtask (workflow_id, task_id, sort_order) SELECT workflow.id, task.id, 0 FROM workflow, task;
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial"), ("core", "0001_context"), ("wagtailadmin", "0006_formstate")]
    operations = [
        *(
            isolate(
                f"content_{kind}",
                read=f"((live AND {NOBODY}) OR {OWN} OR {PLAN} OR {ERRAND})",
                write=f"({OWN} OR {PLAN})",
            )
            for kind in KINDS
        ),
        isolate("wagtailcore_revision", read=f"({OF_BODY} OR {PLAN} OR {ERRAND})", write=f"({OF_BODY} OR {PLAN})"),
        isolate("wagtailadmin_formstate", read=MINE, write=MINE),
        migrations.RunSQL(REVIEW, migrations.RunSQL.noop),
    ]
