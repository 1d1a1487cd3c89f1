from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "interazioni.foundation.files"
    label = "files"

    def ready(self) -> None:
        from interazioni.foundation.audit.registry import describe

        describe("files.keep", _("handed in a file"))
        describe("files.drop", _("removed a file"))
