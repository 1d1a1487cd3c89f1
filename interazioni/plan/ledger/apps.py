from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "interazioni.plan.ledger"
    label = "ledger"

    def ready(self) -> None:
        from interazioni.plan.ledger.rules import rebuild
        from interazioni.plan.programme.registry import on_counting_changed

        on_counting_changed(rebuild)
