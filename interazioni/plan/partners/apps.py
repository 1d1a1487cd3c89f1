from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "interazioni.plan.partners"
    label = "partners"

    def ready(self) -> None:
        from interazioni.foundation.access.actor import set_builder
        from interazioni.foundation.audit.registry import describe, page_of
        from interazioni.foundation.freshness.registry import Keepers, set_keepers
        from interazioni.plan.partners import desk, keeping
        from interazioni.plan.partners.queries import build_actor

        set_builder(build_actor)
        set_keepers(Keepers(keeping.actor, keeping.addresses))
        desk.hang()
        page_of("body", "partners:body")
        page_of("partnership", "partners:partnership")
        describe("partners.register_body", _("entered the body in the register"))
        describe("partners.correct_body", _("corrected what the register says of the body"))
        describe("partners.register_site", _("added a site"))
        describe("partners.set_closures", _("set the days on which the body is closed"))
        describe("partners.form_partnership", _("formed the partnership"))
        describe("partners.appoint", _("gave somebody roles in the body"))
        describe("partners.end_membership", _("ended a membership"))
        describe("partners.invite", _("invited somebody into the body"))
        describe("partners.withdraw_invitation", _("withdrew an invitation"))
        describe("partners.join", _("came into the body with a new account"))
        describe("partners.accept_invitation", _("accepted the invitation and joined the body"))
