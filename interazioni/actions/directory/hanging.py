"""What this room gives to those below: kinds of things to translate and keep fresh, and what was done, in words."""

from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory import keeping, publishing
from interazioni.actions.directory.importing import kind
from interazioni.actions.directory.themes import Theme
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe, page_of
from interazioni.foundation.freshness import registry as freshness
from interazioni.foundation.imports import registry as imports
from interazioni.foundation.translation import registry as translation
from interazioni.foundation.ui import registry


def hang() -> None:
    translation.register(publishing.KIND, _("Service"), publishing.reindex, about=dict(Theme.choices))
    freshness.register(
        publishing.KIND,
        freshness.Kind(
            _("Service"), publishing.DAYS, publishing.reindex, keeping.page, keeping.withdraw, Permission.DIRECTORY_KEEP,
            links=keeping.links, never_open=keeping.never_open,
        ),
    )  # fmt: skip
    registry.menu.register(
        registry.MenuItem(
            key="directory",
            label=_("Services"),
            url_name="directory:services",
            permission=Permission.DIRECTORY_KEEP,
            order=45,
            icon="it-map-marker",
        )
    )
    page_of("service", "directory:service")
    describe("directory.save_organisation", _("kept an organisation"))
    describe("directory.save_service", _("changed a service"))
    describe("directory.save_place", _("changed a place or its hours"))
    describe("directory.remove_place", _("took a place away"))
    describe("directory.publish_service", _("published a service"))
    describe("directory.withdraw_service", _("withdrew a service"))
    describe("directory.renew_openings", _("laid opening hours over the coming weeks"))
    describe("directory.import_services", _("took services out of a file"))
    describe("directory.publish_all", _("published the drafts of an import"))
    imports.register(kind.SERVICES)
