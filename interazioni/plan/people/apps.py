from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "interazioni.plan.people"
    label = "people"
