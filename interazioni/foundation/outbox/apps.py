from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "interazioni.foundation.outbox"
    label = "outbox"
