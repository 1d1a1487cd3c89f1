from django.urls import path

from interazioni.foundation.freshness import views

app_name = "freshness"
urlpatterns = [path("<str:token>/", views.confirm, name="confirm")]
