"""What was done about freshness, in words."""

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.audit.registry import describe


def hang() -> None:
    describe("freshness.confirm", _("confirmed that it is still true"))
    describe("freshness.ask", _("asked who vouches for it whether it is still true"))
    describe("freshness.demote", _("marked what nobody vouched for any more"))
    describe("freshness.suggest", _("received a reader's suggestion"))
    describe("freshness.settle_suggestion", _("settled a reader's suggestion"))
