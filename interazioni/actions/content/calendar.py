"""Wagtail reads the hour from Django; here it reads it from the house's clock, so that the demo's editors plan in the demo's year."""

from importlib import import_module
from types import SimpleNamespace

from django.utils import timezone

from interazioni.foundation.core import clock

# Where Wagtail asks what time it is for something that an editor sees. Locks and editing sessions stay with the machine's time.
READERS = (
    "wagtail.actions.publish_revision",
    "wagtail.admin.forms.models",
    "wagtail.models.revisions",
    "wagtail.models.audit_log",
    "wagtail.models.workflows",
)


def set_clock() -> None:
    ours = SimpleNamespace(**{name: getattr(timezone, name) for name in timezone.__all__} | {"now": clock.now})
    for reader in READERS:
        module = import_module(reader)
        if not hasattr(module, "timezone"):
            raise RuntimeError(f"{reader} no longer reads the time from django.utils.timezone")
        module.timezone = ours  # type: ignore[attr-defined]
