from django.urls import path

from interazioni.actions.mediation.views import calendar

urlpatterns = [
    path("mediators/<uuid:mediator_id>/calendar/", calendar.calendar, name="calendar"),
    path("mediators/<uuid:mediator_id>/calendar/hand-in/", calendar.hand_in_calendar, name="hand_in_calendar"),
]
public_patterns = [
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path("calendar/<str:token>/availability.ics", calendar.feed_availability, name="feed_availability"),
]
