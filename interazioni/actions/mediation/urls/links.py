from django.urls import path

from interazioni.actions.mediation.views import links

public_patterns = [
    path("offer/<str:token>/", links.offer, name="offer"),
    path("promise/<str:token>/", links.assignment, name="assignment"),
    path("hours/<str:token>/", links.hours, name="hours"),
]
