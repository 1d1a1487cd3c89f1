from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "interazioni.actions.content"
    label = "content"

    def ready(self) -> None:
        from interazioni.actions.content import calendar, hanging, signals

        calendar.set_clock()
        signals.connect()
        hanging.hang()
