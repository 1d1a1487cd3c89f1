from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "interazioni.plan.partners"
    label = "partners"

    def ready(self) -> None:
        from interazioni.foundation.access.actor import set_builder
        from interazioni.plan.partners.queries import build_actor

        set_builder(build_actor)
