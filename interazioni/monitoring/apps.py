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
        _register_pages()


def _register_pages() -> None:
    """Where an entry's source is shown to its own body: a mark and a session by the register, a delivery by its page."""
    from collections.abc import Collection
    from uuid import UUID

    from interazioni.actions.activities.models import Attendance
    from interazioni.plan.ledger.registry import register_page

    def sessions(ids: Collection[UUID]) -> dict[UUID, UUID]:
        return dict(Attendance.objects.filter(pk__in=ids).values_list("pk", "session_id"))

    register_page("attendance", "activities:register", shown_by=sessions)
    register_page("session", "activities:register")
    register_page("delivery", "activities:delivery")
