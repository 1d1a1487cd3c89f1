from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "interazioni.foundation.ui"
    label = "ui"
