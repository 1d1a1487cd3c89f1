from django.apps import AppConfig


class FreshnessConfig(AppConfig):
    name = "interazioni.foundation.freshness"
    label = "freshness"

    def ready(self) -> None:
        from interazioni.foundation.freshness import hanging

        hanging.hang()
