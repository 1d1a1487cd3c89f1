from django.urls import path

from interazioni.monitoring.views import desk

app_name = "monitoring"
urlpatterns = [
    path("", desk.dashboard, name="dashboard"),
    path("overview.svg", desk.overview_chart, name="overview_chart"),
    path("table/", desk.table, name="table"),
    path("periods/", desk.periods, name="periods"),
    path("periods/<uuid:period_id>/", desk.period, name="period"),
    path("periods/<uuid:period_id>/certify/", desk.certify, name="certify"),
    path("as-of/", desk.as_of, name="as_of"),
    path("entries/<uuid:entry_id>/", desk.entry, name="entry"),
    path("quality/", desk.quality, name="quality"),
    path("<uuid:indicator_id>/", desk.figure, name="figure"),
    path("<uuid:indicator_id>/course.svg", desk.course_chart, name="course_chart"),
    path("<uuid:indicator_id>/by/<slug:dimension>/", desk.breakdown, name="breakdown"),
    path("<uuid:indicator_id>/by/<slug:dimension>.svg", desk.breakdown_chart, name="breakdown_chart"),
    path("<uuid:indicator_id>/entries/", desk.entries, name="entries"),
]
