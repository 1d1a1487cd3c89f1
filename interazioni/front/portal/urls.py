from django.conf import settings
from django.urls import URLPattern, path

from interazioni.front.portal import views

app_name = "portal"
urlpatterns: list[URLPattern] = []
# Italian lives at the root, every other language below its own code.
for language, _name in settings.LANGUAGES:
    root = "" if language == settings.LANGUAGE_CODE else f"{language}/"
    suffix = "" if language == settings.LANGUAGE_CODE else f"_{language}"
    urlpatterns += [
        path(root, views.home, {"language": language}, name=f"home{suffix}"),
        path(f"{root}bodies/", views.bodies, {"language": language}, name=f"bodies{suffix}"),
    ]
