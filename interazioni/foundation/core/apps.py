from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "interazioni.foundation.core"
    label = "core"
