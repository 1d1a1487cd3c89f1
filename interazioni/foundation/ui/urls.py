from django.urls import path

from interazioni.foundation.ui import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("sw.js", views.service_worker, name="service_worker"),
]
