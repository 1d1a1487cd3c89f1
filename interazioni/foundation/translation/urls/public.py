from django.urls import path

from interazioni.foundation.translation.views import public

app_name = "translation_public"
urlpatterns = [path("answers/<str:token>/", public.answer, name="answer")]
