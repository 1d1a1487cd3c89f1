from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "interazioni.foundation.imports"
    label = "imports"

    def ready(self) -> None:
        from interazioni.foundation.access.permissions import Permission
        from interazioni.foundation.audit.registry import describe
        from interazioni.foundation.imports.rules import forget
        from interazioni.foundation.privacy.registry import register_eraser
        from interazioni.foundation.ui import registry

        register_eraser("person", "imports", forget)
        registry.menu.register(
            registry.MenuItem(
                key="imports",
                label=_("Imports"),
                url_name="imports:list",
                icon="it-upload",
                permission=Permission.IMPORTS_RUN,
                order=60,
            )
        )
        describe("imports.hand_in", _("handed in a list to import"))
        describe("imports.answer", _("said how a list is to be read"))
        describe("imports.confirm", _("confirmed an import"))
        describe("imports.take_batch", _("took rows of an import"))
        describe("imports.finish", _("finished an import"))
        describe("imports.cancel", _("cancelled an import"))
