from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "interazioni.actions.mediation"
    label = "mediation"

    def ready(self) -> None:
        from interazioni.actions.mediation import hanging

        hanging.hang()
