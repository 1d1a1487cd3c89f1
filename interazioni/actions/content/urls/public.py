from django.urls import path

from interazioni.actions.content.views import public

app_name = "pictures"
urlpatterns = [path("<slug:digest>/<int:width>.webp", public.picture, name="picture")]
