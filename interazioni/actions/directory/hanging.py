"""What this room gives to those below: kinds of things to translate and keep fresh, and what was done, in words."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory import publishing
from interazioni.foundation.audit.registry import describe, page_of
from interazioni.foundation.freshness import registry as freshness
from interazioni.foundation.translation import registry as translation


def hang() -> None:
    translation.register(publishing.KIND, _("Service"), publishing.reindex)
    freshness.register(publishing.KIND, freshness.Kind(_("Service"), publishing.DAYS, publishing.reindex, _page))
    page_of("service", "directory:service")
    describe("directory.save_organisation", _("kept an organisation"))
    describe("directory.save_service", _("changed a service"))
    describe("directory.publish_service", _("published a service"))
    describe("directory.withdraw_service", _("withdrew a service"))
    describe("directory.review_service", _("reviewed a service"))


def _page(service_id: UUID) -> str:
    return reverse("directory:service", args=[service_id])
