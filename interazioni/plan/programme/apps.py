from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "interazioni.plan.programme"
    label = "programme"
