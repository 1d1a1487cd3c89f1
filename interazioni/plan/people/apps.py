from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "interazioni.plan.people"
    label = "people"

    def ready(self) -> None:
        from interazioni.foundation.audit.registry import describe

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
        describe("people.export", _("took a list of people out as a workbook"))
