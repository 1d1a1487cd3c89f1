from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "interazioni.foundation.audit"
    label = "audit"
