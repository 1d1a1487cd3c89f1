from django.db import migrations

from interazioni.foundation.core.rls import OWN, isolate, same_body

# A picture is public while a published entry shows it, and no longer: nobody has to remember to hide it again.
PLAN = "(SELECT app_plan_wide())"
NOBODY = "(SELECT app_user()) IS NULL"
ERRAND = "(SELECT app_service()) = 'content'"
KINDS = ("guide", "planpage", "news", "opportunity", "event")
SHOWN = " OR ".join(
    f"EXISTS (SELECT 1 FROM content_{kind} e WHERE e.picture_id = content_picture.id AND e.live)" for kind in KINDS
)
# A file is read with its picture; written by who may write its picture.
ITS = "EXISTS (SELECT 1 FROM content_picture p WHERE p.id = picture_id{})"


class Migration(migrations.Migration):
    dependencies = [("content", "0003_pictures"), ("core", "0001_context")]
    operations = [
        isolate(
            "content_picture",
            read=f"({OWN} OR {PLAN} OR {ERRAND} OR ({NOBODY} AND ({SHOWN})))",
            write=f"({OWN} OR {PLAN})",
        ),
        isolate("content_rendition", read=ITS.format(""), write=ITS.format(f" AND ({OWN} OR {PLAN})")),
        *(same_body(f"content_{kind}", "picture_id", "content_picture") for kind in KINDS),
    ]
