from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "interazioni.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        from interazioni.foundation.access.permissions import Permission
        from interazioni.foundation.ui import registry
        from interazioni.monitoring import tiles

        registry.menu.register(
            registry.MenuItem(
                key="figures",
                label=_("Figures"),
                url_name="monitoring:dashboard",
                icon="it-chart-line",
                permission=Permission.FIGURES_VIEW,
                order=60,
            )
        )
        registry.tiles.register(
            registry.Tile(key="plan", build=tiles.plan, permission=Permission.FIGURES_VIEW_PLAN, order=10)
        )
        registry.tiles.register(
            registry.Tile(key="share", build=tiles.share, permission=Permission.FIGURES_VIEW, order=40)
        )
        registry.tiles.register(
            registry.Tile(key="periods", build=tiles.periods, permission=Permission.PERIODS_CERTIFY, order=15)
        )
