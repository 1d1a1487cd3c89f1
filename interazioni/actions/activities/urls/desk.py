from django.urls import path

from interazioni.actions.activities.views import deliveries, editions, enrolling, printing, registers, sessions

app_name = "activities"
urlpatterns = [
    path("", editions.editions, name="editions"),
    path("open/", editions.open_edition, name="open"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<uuid:session_id>/register/", registers.register, name="register"),
    path("sessions/<uuid:session_id>/register.pdf", printing.session_register, name="session_pdf"),
    path("sessions/<uuid:session_id>/move/", sessions.move, name="move"),
    path("sessions/<uuid:session_id>/cancel/", sessions.cancel, name="cancel"),
    path("sessions/<uuid:session_id>/take-back/", sessions.take_back, name="take_back"),
    path("enrolments/<uuid:enrolment_id>/end/", enrolling.end, name="end_enrolment"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/record/", deliveries.choose, name="choose_kind"),
    path("deliveries/record/<uuid:kind_id>/", deliveries.record, name="record_delivery"),
    path("deliveries/<uuid:delivery_id>/", deliveries.detail, name="delivery"),
    path("deliveries/<uuid:delivery_id>/correct/", deliveries.correct, name="correct_delivery"),
    path("deliveries/<uuid:delivery_id>/withdraw/", deliveries.withdraw, name="withdraw_delivery"),
    path("people/<uuid:person_id>/", sessions.person, name="person"),
    path("<uuid:edition_id>/", editions.detail, name="edition"),
    path("<uuid:edition_id>/enrolled/", enrolling.enrolled, name="enrolled"),
    path("<uuid:edition_id>/enrol/", enrolling.enrol, name="enrol"),
    path("<uuid:edition_id>/attendance/", editions.attendance, name="attendance"),
    path("<uuid:edition_id>/history/", editions.history, name="history"),
    path("<uuid:edition_id>/correct/", editions.correct, name="correct"),
    path("<uuid:edition_id>/close/", editions.close, name="close"),
    path("<uuid:edition_id>/plan/", sessions.plan, name="plan"),
    path("<uuid:edition_id>/register.pdf", printing.month_register, name="month_pdf"),
]
