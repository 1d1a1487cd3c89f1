"""The desk's pages of this room: each part brings its own."""

from interazioni.actions.mediation.urls.parts import gathered

app_name = "mediation"
urlpatterns = gathered("urlpatterns")
