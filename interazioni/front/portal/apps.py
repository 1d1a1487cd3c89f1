from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

LISTS = [
    ("guide", _("Guides")),
    ("service", _("Services")),
    ("event", _("Events")),
    ("opportunity", _("Opportunities")),
    ("news", _("News")),
    ("plan_page", _("The plan")),
]


class PortalConfig(AppConfig):
    name = "interazioni.front.portal"
    label = "portal"

    def ready(self) -> None:
        from interazioni.foundation.ui import registry

        registry.portal_menu.register(
            registry.MenuItem(key="home", label=_("Home"), url_name="portal:home", order=0, exact=True)
        )
        registry.portal_menu.register(
            registry.MenuItem(key="search", label=_("Search"), url_name="portal:search", order=10)
        )
        for order, (key, label) in enumerate(LISTS):
            registry.portal_menu.register(
                registry.MenuItem(key=key, label=label, url_name=f"portal:{key}_list", order=2 + order)
            )
        registry.portal_menu.register(
            registry.MenuItem(key="bodies", label=_("Who takes part"), url_name="portal:bodies", order=20)
        )
