from interazioni.foundation.access.tasks import task
from interazioni.foundation.audit.sealing import seal_pending


@task("audit.seal", service="audit", every="* * * * *", attempts=1, one_transaction=False)
def seal() -> None:
    """Each minute; two at once take turns, and a link that a killed worker left unfinished was never there."""
    seal_pending()
