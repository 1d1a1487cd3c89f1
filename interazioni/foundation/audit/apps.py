from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "interazioni.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from interazioni.foundation.access.permissions import Permission
        from interazioni.foundation.ui.registry import MenuItem, menu

        menu.register(
            MenuItem(
                key="audit", label=_("History"), url_name="audit:recent", icon="it-clock",
                permission=Permission.AUDIT_VIEW, order=90,
            )
        )  # fmt: skip
