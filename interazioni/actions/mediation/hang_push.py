"""What was done with notifications, in words."""

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.audit.registry import describe


def hang() -> None:
    describe("mediation.allow_push", _("allowed notifications on a phone"))
    describe("mediation.stop_push", _("stopped notifications on a phone"))
