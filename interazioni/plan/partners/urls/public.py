from django.urls import path

from interazioni.plan.partners.views import public

app_name = "invitations"
urlpatterns = [path("invitation/<str:token>/", public.accept, name="accept")]
