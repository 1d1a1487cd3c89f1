from django.apps import AppConfig


class AssociationsConfig(AppConfig):
    name = "interazioni.plan.associations"
    label = "associations"
