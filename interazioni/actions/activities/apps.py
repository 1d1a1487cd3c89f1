from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "interazioni.actions.activities"
    label = "activities"

    def ready(self) -> None:
        from interazioni.actions.activities import sources
        from interazioni.foundation.audit.registry import describe
        from interazioni.plan.ledger.registry import register_source

        register_source("attendance", sources.ATTENDANCE)
        register_source("session", sources.SESSION)
        register_source("delivery", sources.DELIVERY)
        describe("activities.open_edition", _("opened the edition"))
        describe("activities.correct_edition", _("corrected the edition"))
        describe("activities.close_edition", _("closed the edition"))
        describe("activities.plan_sessions", _("planned sessions"))
        describe("activities.move_session", _("moved the session"))
        describe("activities.cancel_session", _("cancelled the session"))
        describe("activities.enrol", _("enrolled participants"))
        describe("activities.end_enrolment", _("ended an enrolment"))
        describe("activities.record_register", _("took the register"))
        describe("activities.unhold_session", _("took the register back"))
        describe("activities.record_delivery", _("recorded work done"))
        describe("activities.repeat_delivery", _("sent the same work again; nothing was written"))
        describe("activities.correct_delivery", _("corrected work done"))
        describe("activities.withdraw_delivery", _("withdrew work recorded"))
