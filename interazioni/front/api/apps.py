from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "interazioni.front.api"
    label = "api"
