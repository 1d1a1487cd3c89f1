from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "interazioni.foundation.access"
    label = "access"
