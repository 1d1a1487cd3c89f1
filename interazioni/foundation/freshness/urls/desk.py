from django.urls import path

from interazioni.foundation.freshness.views import desk as views

app_name = "freshness"
urlpatterns = [
    path("", views.board, name="board"),
    path("<uuid:vouch_id>/still-true/", views.still_true, name="still_true"),
    path("problems/<uuid:problem_id>/dismiss/", views.dismiss, name="dismiss"),
    path("suggestions/<uuid:suggestion_id>/settle/", views.settle, name="settle"),
]
