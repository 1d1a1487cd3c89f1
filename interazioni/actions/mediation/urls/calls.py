from django.urls import path

from interazioni.actions.mediation.views import calls

urlpatterns = [
    path("calls/", calls.calls, name="calls"),
    path("calls/make/", calls.make_call, name="make_call"),
    path("calls/<uuid:call_id>/", calls.call, name="call"),
    path("calls/<uuid:call_id>/correct/", calls.correct_call, name="correct_call"),
    path("calls/<uuid:call_id>/send/", calls.send_call, name="send_call"),
    path("calls/<uuid:call_id>/ask/", calls.ask, name="ask"),
    path("calls/<uuid:call_id>/assign/", calls.assign, name="assign"),
    path("calls/<uuid:call_id>/confirm/", calls.confirm_call, name="confirm_call"),
    path("calls/<uuid:call_id>/cancel/", calls.cancel_call, name="cancel_call"),
    path("calls/<uuid:call_id>/give-up/", calls.give_up, name="give_up"),
    path("calls/<uuid:call_id>/absent/", calls.mediator_absent, name="mediator_absent"),
    path("calls/<uuid:call_id>/move/", calls.move_call, name="move_call"),
]
