from django.urls import path

from interazioni.actions.content.views import desk

app_name = "content"
urlpatterns = [
    path("", desk.entries, name="entries"),
    path("pictures/<uuid:picture_id>/", desk.picture, name="picture"),
    path("<slug:kind>/<uuid:content_id>/", desk.entry, name="entry"),
    path("<slug:kind>/<uuid:content_id>/take-off/", desk.take_off, name="take_off"),
    path("<slug:kind>/<uuid:content_id>/still-true/", desk.still_true, name="still_true"),
    path("send-brought-in/", desk.send_brought_in, name="send_brought_in"),
]
