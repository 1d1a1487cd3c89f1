"""Every permission there is. `roles.py` says who has which; nothing else decides."""

from enum import StrEnum


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
    # upkeep
    AUDIT_VIEW = "audit.view"
    DATA_QUALITY_VIEW = "data_quality.view"
    SYSTEM_UPKEEP = "system.upkeep"  # the worker's own errands
