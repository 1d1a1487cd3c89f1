from django.urls import path

from interazioni.front.portal import views

app_name = "portal"
urlpatterns = [
    path("<language:language>", views.home, name="home"),
    path("<language:language>search/", views.search, name="search"),
    path("<language:language>services/<slug:slug>/", views.service, name="service"),
    path("<language:language>services/<slug:slug>/suggest/", views.suggest, name="suggest"),
    path("<language:language>open-data/", views.open_data, name="open_data"),
    path("<language:language>bodies/", views.bodies, name="bodies"),
]
