from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "interazioni.front.demo"
    label = "demo"
