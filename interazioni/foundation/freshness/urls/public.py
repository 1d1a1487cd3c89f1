from django.urls import path

from interazioni.foundation.freshness.views import public as views

app_name = "freshness_public"
urlpatterns = [path("<str:token>/", views.confirm, name="confirm")]
