"""What is opened by a signed link, without login."""

from interazioni.actions.mediation.urls.parts import gathered

app_name = "mediation_public"
urlpatterns = gathered("public_patterns")
