from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "interazioni.foundation.search"
    label = "search"
