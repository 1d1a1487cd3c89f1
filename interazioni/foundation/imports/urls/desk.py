from django.urls import path

from interazioni.foundation.imports.views import desk

app_name = "imports"
urlpatterns = [
    path("", desk.imports, name="list"),
    path("upload/", desk.upload, name="upload"),
    path("empty/<slug:kind>.xlsx", desk.empty_sheet, name="empty_sheet"),
    path("<uuid:import_id>/", desk.detail, name="detail"),
    path("<uuid:import_id>/preview/", desk.preview, name="preview"),
    path("<uuid:import_id>/refused.xlsx", desk.refused, name="refused"),
    path("<uuid:import_id>/cancel/", desk.cancel, name="cancel"),
]
