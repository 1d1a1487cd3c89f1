"""What was done with a mediator's calendar, in words."""

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.audit.registry import describe


def hang() -> None:
    describe("mediation.open_feed", _("opened a private calendar address"))
    describe("mediation.revoke_feed", _("revoked the private calendar address"))
