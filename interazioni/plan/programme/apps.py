from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "interazioni.plan.programme"
    label = "programme"

    def ready(self) -> None:
        from interazioni.foundation.audit.registry import describe

        describe("programme.load_plan", _("loaded the plan from its file"))
        describe("programme.certify_period", _("certified the reporting period"))
