from django.urls import path

from interazioni.actions.mediation.views import hours, presences, timesheets

urlpatterns = [
    path("hours/", hours.hours_to_confirm, name="hours_to_confirm"),
    path("hours/<uuid:assignment_id>/", hours.confirm_hours, name="confirm_hours"),
    path("hours/<uuid:assignment_id>/dispute/", hours.dispute_hours, name="dispute_hours"),
    path("hours/<uuid:assignment_id>/correct/", hours.correct_hours, name="correct_hours"),
    path("hours/<uuid:assignment_id>/reopen/", hours.reopen_hours, name="reopen_hours"),
    path("timesheets/", timesheets.timesheets, name="timesheets"),
    path("timesheets/mine/", timesheets.my_timesheet, name="my_timesheet"),
    path("timesheets/mine/pdf/", timesheets.my_timesheet_pdf, name="my_timesheet_pdf"),
    path("timesheets/<uuid:mediator_id>/<int:year>/<int:month>/", timesheets.timesheet, name="timesheet"),
    path("timesheets/<uuid:mediator_id>/<int:year>/<int:month>/pdf/", timesheets.timesheet_pdf, name="timesheet_pdf"),
    path("timesheets/employer/<uuid:body_id>/<int:year>/<int:month>/", timesheets.employer_timesheet, name="employer_timesheet"),
    path(
        "timesheets/employer/<uuid:body_id>/<int:year>/<int:month>/pdf/", timesheets.employer_timesheet_pdf, name="employer_timesheet_pdf",
    ),
    path("grants/", timesheets.grants, name="grants"),
    path("grants/grant/", timesheets.grant_hours, name="grant_hours"),
    path("presences/", presences.presences, name="presences"),
    path("presences/begin/", presences.begin_presence, name="begin_presence"),
    path("presences/<uuid:presence_id>/", presences.presence, name="presence"),
    path("presences/<uuid:presence_id>/end/", presences.end_presence, name="end_presence"),
    path("presences/day/<uuid:assignment_id>/", presences.presence_day, name="presence_day"),
]  # fmt: skip
