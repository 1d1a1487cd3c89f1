from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "interazioni.actions.activities"
    label = "activities"
