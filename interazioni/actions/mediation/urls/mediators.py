from django.urls import path

from interazioni.actions.mediation.views import mediators, mine

urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/offers/<uuid:offer_id>/", mine.answer_offer, name="answer_offer"),
    path("mine/<uuid:assignment_id>/", mine.promise, name="promise"),
    path("mine/<uuid:assignment_id>/arrive/", mine.arrive, name="arrive"),
    path("mine/<uuid:assignment_id>/finish/", mine.finish, name="finish"),
    path("mine/<uuid:assignment_id>/give-back/", mine.give_back, name="give_back"),
    path("mine/<uuid:assignment_id>/nobody/", mine.nobody_there, name="nobody_there"),
    path("mediators/", mediators.mediators, name="mediators"),
    path("mediators/register/", mediators.register_mediator, name="register_mediator"),
    path("mediators/settings/", mediators.dispatch_settings, name="dispatch_settings"),
    path("mediators/<uuid:mediator_id>/", mediators.mediator, name="mediator"),
    path("mediators/<uuid:mediator_id>/correct/", mediators.correct_mediator, name="correct_mediator"),
    path("mediators/<uuid:mediator_id>/availability/", mediators.availability, name="availability"),
    path("mediators/exceptions/<uuid:exception_id>/remove/", mediators.remove_exception, name="remove_exception"),
]
