from django.urls import path

from interazioni.actions.mediation.views import week

urlpatterns = [
    path("week/", week.week, name="week"),
    path("week/<int:year>/<int:week>/", week.week, name="week_of_year"),
    path("week/plan/", week.plan_week, name="plan_week"),
    path("week/plan/<uuid:weekplan_id>/", week.week_plan, name="week_plan"),
    path("week/plan/<uuid:weekplan_id>/take/", week.take_plan, name="take_plan"),
    path("week/plan/<uuid:weekplan_id>/stop/", week.stop_plan, name="stop_plan"),
    path("week/visits/<uuid:visit_id>/move/", week.move_planned, name="move_planned"),
    path("week/weights/", week.weights, name="weights"),
    path("week/calls/<uuid:call_id>/lock/", week.lock, name="lock"),
    path("week/calls/<uuid:call_id>/unlock/", week.unlock, name="unlock"),
]
