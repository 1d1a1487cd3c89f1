from django.urls import path

from interazioni.actions.content.models import KINDS
from interazioni.front.portal import views

app_name = "portal"
urlpatterns = [
    path("<language:language>", views.home, name="home"),
    path("<language:language>plan/", views.plan, name="plan_page_list"),
    path("<language:language>search/", views.search, name="search"),
    path("<language:language>services/", views.entries, {"kind": "service"}, name="service_list"),
    path("<language:language>services/<slug:slug>/", views.service, name="service"),
    path("<language:language>services/<slug:slug>/suggest/", views.suggest, name="suggest"),
    *(
        path(f"<language:language>{model.folder}/", views.entries, {"kind": kind}, name=f"{kind}_list")
        for kind, model in KINDS.items()
        if kind != "plan_page"
    ),
    *(
        path(f"<language:language>{model.folder}/<slug:slug>/", views.entry, {"kind": kind}, name=kind)
        for kind, model in KINDS.items()
    ),
    *(
        path(
            f"<language:language>{model.folder}/<slug:slug>/suggest/",
            views.suggest_on_entry,
            {"kind": kind},
            name=f"suggest_{kind}",
        )
        for kind, model in KINDS.items()
    ),
    path("<language:language>offline/", views.offline, name="offline"),
    path("<language:language>manifest.webmanifest", views.manifest, name="manifest"),
    path("<language:language>open-data/", views.open_data, name="open_data"),
    path("<language:language>bodies/", views.bodies, name="bodies"),
]
