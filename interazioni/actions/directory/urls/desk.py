from django.urls import path

from interazioni.actions.directory.views import desk as views

app_name = "directory"
urlpatterns = [
    path("", views.services, name="services"),
    path("imports/<uuid:import_id>/", views.imported, name="imported"),
    path("organisations/add/", views.add_organisation, name="add_organisation"),
    path("organisations/<uuid:organisation_id>/", views.organisation, name="organisation"),
    path("services/add/", views.add_service, name="add_service"),
    path("services/<uuid:service_id>/", views.service, name="service"),
    path("services/<uuid:service_id>/correct/", views.correct_service, name="correct_service"),
    path("services/<uuid:service_id>/publish/", views.publish, name="publish"),
    path("services/<uuid:service_id>/withdraw/", views.withdraw, name="withdraw"),
    path("services/<uuid:service_id>/still-true/", views.still_true, name="still_true"),
    path("services/<uuid:service_id>/places/add/", views.add_place, name="add_place"),
    path("services/<uuid:service_id>/places/<uuid:place_id>/", views.correct_place, name="correct_place"),
    path("services/<uuid:service_id>/places/<uuid:place_id>/remove/", views.remove_place, name="remove_place"),
]
