from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "interazioni.actions.mediation"
    label = "mediation"

    def ready(self) -> None:
        from interazioni.actions.mediation import following, hanging
        from interazioni.foundation.core.preparing import on_prepare
        from interazioni.foundation.privacy import registry as privacy
        from interazioni.plan.people.registry import on_merged

        hanging.hang()
        on_prepare(compile_planner)
        on_merged(following.join)
        privacy.register_eraser("person", "mediation", following.erase)
        privacy.register_provider("person", "mediation", following.sections)


def compile_planner() -> None:
    """So that the first plan is not spent compiling: some seconds once, one where it was done before."""
    from interazioni.actions.mediation.planning.warm import compile_all

    compile_all()
