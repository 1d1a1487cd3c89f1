from django.urls import path

from interazioni.foundation.audit.views import desk

app_name = "audit"
urlpatterns = [path("", desk.recent, name="recent")]
