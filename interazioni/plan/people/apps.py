from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "interazioni.plan.people"
    label = "people"

    def ready(self) -> None:
        from interazioni.foundation.audit.registry import describe
        from interazioni.foundation.imports import registry as imports
        from interazioni.foundation.privacy import registry as privacy
        from interazioni.plan.people import desk, erasing
        from interazioni.plan.people.importing_kind import PEOPLE

        desk.hang()
        imports.register(PEOPLE)
        privacy.register_owner("person", "people", erasing.records_of)
        privacy.register_eraser("person", "people", erasing.erase)
        privacy.register_provider("person", "people", erasing.sections)

        describe("people.register", _("registered the person"))
        describe("people.register_many", _("registered people"))
        describe("people.complete", _("completed what was missing"))
        describe("people.correct", _("corrected the record"))
        describe("people.withdraw", _("noted that the person has left"))
        describe("people.return", _("noted that the person takes part again"))
        describe("people.merge", _("joined another record to this one"))
        describe("people.merged", _("joined this record to another one"))
        describe("people.note_privacy_notice", _("noted that the privacy notice was given"))
        describe("people.open_name", _("opened the code to the name"))
        describe("people.erase", _("erased the person"))
        describe("people.give_access", _("handed over what is kept about the person"))
        describe("people.export", _("took a list of people out as a workbook"))
