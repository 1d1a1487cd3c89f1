"""Who may do what: the one table of roles × permissions. Read it from top to bottom; nothing else decides.

A membership gives a person one or more roles *in one body*; the person acts as one body at a time.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.permissions import Permission as P


class Role(StrEnum):
    OPERATOR = "operator"  # teacher, operator
    SECRETARY = "secretary"
    MEDIATOR = "mediator"
    DISPATCHER = "dispatcher"
    COORDINATOR = "coordinator"
    ASSISTANCE = "assistance"  # IRES
    LEAD = "lead"  # Region
    EVALUATOR = "evaluator"  # FIERI
    DELEGATE = "delegate"  # of a migrants' association
    SYSTEM = "system"  # the worker; nobody can be given it


ROLE_LABELS = {
    Role.OPERATOR: _("Teacher or operator"),
    Role.SECRETARY: _("Secretary"),
    Role.MEDIATOR: _("Mediator"),
    Role.DISPATCHER: _("Dispatcher of mediation"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ASSISTANCE: _("Technical assistance"),
    Role.LEAD: _("Lead of the plan"),
    Role.EVALUATOR: _("Evaluator"),
    Role.DELEGATE: _("Delegate of an association"),
    Role.SYSTEM: _("The system"),
}

_work = {P.FIGURES_VIEW, P.EDITIONS_VIEW, P.ATTENDANCE_RECORD, P.DELIVERIES_RECORD, P.ASSOCIATIONS_VIEW}
_people = {P.PEOPLE_VIEW, P.PEOPLE_REGISTER}
_office = {P.PEOPLE_CORRECT, P.PEOPLE_EXPORT, P.IMPORTS_RUN, P.EDITIONS_MANAGE, P.ASSOCIATIONS_MANAGE} | {
    P.DIRECTORY_KEEP,
    P.CONTENT_WRITE,
}

ROLES: dict[Role, frozenset[P]] = {
    Role.OPERATOR: frozenset(_work | _people | {P.EDITIONS_MANAGE, P.CALLS_MAKE}),
    Role.SECRETARY: frozenset(_work | _people | _office | {P.AUDIT_VIEW, P.CALLS_MAKE}),
    Role.MEDIATOR: frozenset(
        {P.DELIVERIES_RECORD, P.EDITIONS_VIEW, P.CALLS_ANSWER, P.TRANSLATIONS_WRITE, P.TRANSLATIONS_VALIDATE}
    ),
    Role.DISPATCHER: frozenset(
        {P.FIGURES_VIEW, P.EDITIONS_VIEW, P.DELIVERIES_RECORD, P.CALLS_MAKE, P.CALLS_DISPATCH, P.MEDIATORS_KEEP}
        | {P.TIMESHEETS_VIEW, P.CALLS_ANSWER}  # answers that come by phone are typed in
    ),
    Role.COORDINATOR: frozenset(
        _work
        | _people
        | _office
        | {P.AUDIT_VIEW, P.MEMBERS_MANAGE, P.PEOPLE_ERASE, P.DATA_QUALITY_VIEW}
        | {P.CALLS_MAKE, P.TIMESHEETS_VIEW}
    ),
    Role.ASSISTANCE: frozenset(
        {P.FIGURES_VIEW, P.FIGURES_VIEW_PLAN, P.DATA_QUALITY_VIEW, P.BODIES_MANAGE, P.AUDIT_VIEW, P.MEMBERS_MANAGE}
        | {P.EDITIONS_VIEW, P.EDITIONS_MANAGE, P.DELIVERIES_RECORD, P.ASSOCIATIONS_VIEW, P.ASSOCIATIONS_MANAGE}
        | {P.ATTENDANCE_RECORD, P.DIRECTORY_KEEP, P.DIRECTORY_REVIEW, P.TRANSLATIONS_WRITE, P.GLOSSARY_KEEP}
        | {P.CONTENT_WRITE, P.CONTENT_REVIEW, P.IMPORTS_RUN}
    ),
    Role.LEAD: frozenset(
        {P.FIGURES_VIEW, P.FIGURES_VIEW_PLAN, P.PERIODS_CERTIFY, P.PLAN_LOAD, P.BODIES_MANAGE, P.MEMBERS_MANAGE}
        | {
            P.PEOPLE_NAMES_ACROSS,
            P.AUDIT_VIEW,
            P.DATA_QUALITY_VIEW,
            P.EDITIONS_VIEW,
            P.DELIVERIES_RECORD,
            P.CONTENT_WRITE,
            P.IMPORTS_RUN,
        }
    ),
    Role.EVALUATOR: frozenset({P.FIGURES_VIEW, P.FIGURES_VIEW_PLAN}),
    Role.DELEGATE: frozenset(
        {P.FIGURES_VIEW, P.ASSOCIATIONS_VIEW, P.EDITIONS_VIEW, P.CONTENT_WRITE, P.IMPORTS_RUN}  # its calendar
    ),
    Role.SYSTEM: frozenset(P),
}

# Whoever can see a recipient's name must log in with a second factor.
PERSONAL_DATA = frozenset({P.PEOPLE_VIEW, P.PEOPLE_NAMES_ACROSS, P.PEOPLE_ERASE})
