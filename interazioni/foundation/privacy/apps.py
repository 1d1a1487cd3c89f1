from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "interazioni.foundation.privacy"
    label = "privacy"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from interazioni.foundation.audit.registry import describe

        describe("privacy.erase", _("erased everything personal"))
        describe("privacy.give_access", _("took out everything that is kept about the person"))
