from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "interazioni.actions.content"
    label = "content"

    def ready(self) -> None:
        from interazioni.actions.content import calendar, hanging, signals
        from interazioni.actions.content.importing_kind import EVENTS
        from interazioni.foundation.imports import registry as imports

        calendar.set_clock()
        signals.connect()
        hanging.hang()
        imports.register(EVENTS)
