"""Every permission there is. `roles.py` says who has which; nothing else decides."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    # the plan
    FIGURES_VIEW = "figures.view"  # own body's share (and the partnership's, for who coordinates one)
    FIGURES_VIEW_PLAN = "figures.view_plan"  # every body's figures, down to entries with person codes
    PERIODS_CERTIFY = "periods.certify"
    PLAN_LOAD = "plan.load"
    # bodies
    MEMBERS_MANAGE = "members.manage"  # invite into the own body, change roles, end memberships
    BODIES_MANAGE = "bodies.manage"  # register bodies, partnerships, sites of any body
    # people
    PEOPLE_VIEW = "people.view"
    PEOPLE_REGISTER = "people.register"
    PEOPLE_CORRECT = "people.correct"  # correct, withdraw, merge within the body
    PEOPLE_EXPORT = "people.export"
    PEOPLE_ERASE = "people.erase"  # erasure and subject access
    PEOPLE_NAMES_ACROSS = "people.names_across"  # open a code to a name, one at a time, with a reason, audited
    IMPORTS_RUN = "imports.run"
    # associations
    ASSOCIATIONS_VIEW = "associations.view"
    ASSOCIATIONS_MANAGE = "associations.manage"
    # the work
    EDITIONS_VIEW = "editions.view"
    EDITIONS_MANAGE = "editions.manage"  # open, plan sessions, enrol, close
    ATTENDANCE_RECORD = "attendance.record"
    DELIVERIES_RECORD = "deliveries.record"
    # mediation
    CALLS_MAKE = "calls.make"  # call for a mediator on behalf of the own body, confirm the hours
    CALLS_ANSWER = "calls.answer"  # a mediator's own offers, promises, availability and hours
    CALLS_DISPATCH = "calls.dispatch"  # every call that comes to the body: ask mediators, plan the week, the board
    MEDIATORS_KEEP = "mediators.keep"  # the body's mediators: languages, places, hours granted, regular presences
    TIMESHEETS_VIEW = "timesheets.view"  # the hours of the body's mediators
    # information
    DIRECTORY_KEEP = "directory.keep"  # the own body's organisation, services, places, opening hours; vouch for them
    DIRECTORY_REVIEW = "directory.review"  # every body's entries, suggestions from readers, what went stale
    CONTENT_WRITE = (
        "content.write"  # the own body's guides, news, opportunities and events: drafts, sent to be reviewed
    )
    CONTENT_REVIEW = "content.review"  # read what every body wrote, publish it or ask for changes
    TRANSLATIONS_WRITE = "translations.write"
    TRANSLATIONS_VALIDATE = "translations.validate"  # what somebody else has translated
    GLOSSARY_KEEP = "glossary.keep"
    # upkeep
    AUDIT_VIEW = "audit.view"
    DATA_QUALITY_VIEW = "data_quality.view"
    SYSTEM_UPKEEP = "system.upkeep"  # the worker's own errands


PERMISSION_LABELS = {
    Permission.FIGURES_VIEW: _("See the figures of the own body, and of the partnership that it leads"),
    Permission.FIGURES_VIEW_PLAN: _("See every body's figures, down to entries with codes of people"),
    Permission.PERIODS_CERTIFY: _("Certify a reporting period"),
    Permission.PLAN_LOAD: _("Load the plan"),
    Permission.MEMBERS_MANAGE: _("Invite into the body, change roles, end memberships"),
    Permission.BODIES_MANAGE: _("Register bodies, sites and partnerships"),
    Permission.PEOPLE_VIEW: _("See the body's people by name"),
    Permission.PEOPLE_REGISTER: _("Register people"),
    Permission.PEOPLE_CORRECT: _("Correct, withdraw and merge people"),
    Permission.PEOPLE_EXPORT: _("Take lists of people out as a workbook"),
    Permission.PEOPLE_ERASE: _("Erase a person, hand over what is kept about a person"),
    Permission.PEOPLE_NAMES_ACROSS: _("Open a code to a name, one at a time, with a reason"),
    Permission.IMPORTS_RUN: _("Bring in lists and calendars from files"),
    Permission.ASSOCIATIONS_VIEW: _("See the register of associations"),
    Permission.ASSOCIATIONS_MANAGE: _("Keep the register of associations"),
    Permission.EDITIONS_VIEW: _("See editions and their sessions"),
    Permission.EDITIONS_MANAGE: _("Open editions, plan sessions, enrol, close"),
    Permission.ATTENDANCE_RECORD: _("Take the register"),
    Permission.DELIVERIES_RECORD: _("Record work that is not a session"),
    Permission.CALLS_MAKE: _("Call for a mediator, and confirm the hours"),
    Permission.CALLS_ANSWER: _("Answer calls as a mediator, report the own hours"),
    Permission.CALLS_DISPATCH: _("Send mediators where they are called, and plan their week"),
    Permission.MEDIATORS_KEEP: _("Keep the register of the body's mediators and their hours"),
    Permission.TIMESHEETS_VIEW: _("See the timesheets of the body's mediators"),
    Permission.DIRECTORY_KEEP: _("Keep the body's services, places and opening hours, and vouch for them"),
    Permission.DIRECTORY_REVIEW: _("Review every body's services and what readers suggest"),
    Permission.CONTENT_WRITE: _("Write the body's guides, news, opportunities and events"),
    Permission.CONTENT_REVIEW: _("Review and publish what every body wrote"),
    Permission.TRANSLATIONS_WRITE: _("Translate what is published"),
    Permission.TRANSLATIONS_VALIDATE: _("Validate what somebody else has translated"),
    Permission.GLOSSARY_KEEP: _("Keep the glossary"),
    Permission.AUDIT_VIEW: _("See who did what in the body"),
    Permission.DATA_QUALITY_VIEW: _("See what is missing or doubtful in the data"),
    Permission.SYSTEM_UPKEEP: _("The worker's own errands"),
}
