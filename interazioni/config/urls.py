"""The doors: each room brings its own, the house only says where they hang."""

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

DESK = {
    "people": "interazioni.plan.people",
    "associations": "interazioni.plan.associations",
    "plan": "interazioni.plan.programme",
    "bodies": "interazioni.plan.partners",
    "mediation": "interazioni.actions.mediation",
    "activities": "interazioni.actions.activities",
    "contents": "interazioni.actions.content",
    "directory": "interazioni.actions.directory",
    "figures": "interazioni.monitoring",
    "imports": "interazioni.foundation.imports",
    "files": "interazioni.foundation.files",
    "translation": "interazioni.foundation.translation",
    "freshness": "interazioni.foundation.freshness",
    "audit": "interazioni.foundation.audit",
    "privacy": "interazioni.foundation.privacy",
}

urlpatterns = [
    path("", include("interazioni.foundation.ui.urls")),
    path("language/", set_language, name="set_language"),
    path("account/", include("interazioni.plan.partners.urls.public")),
    path("account/", include("allauth.urls")),
    path("mediation/", include("interazioni.actions.mediation.urls.public")),
    path("translation/", include("interazioni.foundation.translation.urls.public")),
    path("still-true/", include("interazioni.foundation.freshness.urls.public")),
    path("cms/", include("interazioni.actions.content.urls.cms")),
    path("pictures/", include("interazioni.actions.content.urls.public")),
]
for prefix, room in DESK.items():
    if (settings.ROOT / room.replace(".", "/") / "urls" / "desk.py").exists():
        urlpatterns.append(path(f"desk/{prefix}/", include(f"{room}.urls.desk")))
if "interazioni.front.desk" in settings.INSTALLED_APPS:
    urlpatterns.append(path("desk/", include("interazioni.front.desk.urls")))
if "interazioni.front.api" in settings.INSTALLED_APPS:
    urlpatterns.append(path("", include("interazioni.front.api.urls")))
if "interazioni.front.portal" in settings.INSTALLED_APPS:
    urlpatterns.append(path("", include("interazioni.front.portal.urls")))

handler400 = "interazioni.foundation.ui.views.bad_request"
handler403 = "interazioni.foundation.ui.views.permission_denied"
handler404 = "interazioni.foundation.ui.views.not_found"
handler500 = "interazioni.foundation.ui.views.server_error"
