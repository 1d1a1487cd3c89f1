from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "interazioni.front.api"
    label = "api"

    def ready(self) -> None:
        from interazioni.front.api.feeds import providers

        providers.hang()
