from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "interazioni.plan.ledger"
    label = "ledger"
