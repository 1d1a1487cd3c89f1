from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "interazioni.front.desk"
    label = "desk"

    def ready(self) -> None:
        from interazioni.foundation.ui import registry

        registry.menu.register(
            registry.MenuItem(
                key="home", label=_("My day"), url_name="desk:home", icon="it-calendar", order=0, exact=True
            )
        )
