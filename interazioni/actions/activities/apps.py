from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "interazioni.actions.activities"
    label = "activities"

    def ready(self) -> None:
        from interazioni.actions.activities import desk, following, sources
        from interazioni.actions.activities.importing_kind import ATTENDANCE
        from interazioni.foundation.audit.registry import describe, page_of
        from interazioni.foundation.imports import registry as imports
        from interazioni.foundation.privacy import registry as privacy
        from interazioni.plan.ledger.registry import register_source
        from interazioni.plan.people.registry import on_merged

        desk.hang()
        imports.register(ATTENDANCE)
        on_merged(following.join)
        privacy.register_eraser("person", "activities", following.erase)
        privacy.register_provider("person", "activities", following.sections)
        page_of("edition", "activities:edition")
        page_of("session", "activities:register")
        page_of("delivery", "activities:delivery")
        register_source("attendance", sources.ATTENDANCE)
        register_source("session", sources.SESSION)
        register_source("delivery", sources.DELIVERY)
        describe("activities.open_edition", _("opened the edition"))
        describe("activities.correct_edition", _("corrected the edition"))
        describe("activities.close_edition", _("closed the edition"))
        describe("activities.plan_sessions", _("planned sessions"))
        describe("activities.move_session", _("moved the session"))
        describe("activities.cancel_session", _("cancelled the session"))
        describe("activities.remind", _("asked for registers that are missing"))
        describe("activities.enrol", _("enrolled participants"))
        describe("activities.end_enrolment", _("ended an enrolment"))
        describe("activities.record_register", _("took the register"))
        describe("activities.unhold_session", _("took the register back"))
        describe("activities.record_delivery", _("recorded work done"))
        describe("activities.repeat_delivery", _("sent the same work again; nothing was written"))
        describe("activities.correct_delivery", _("corrected work done"))
        describe("activities.take_grid", _("took a grid of attendance"))
        describe("activities.withdraw_delivery", _("withdrew work recorded"))
