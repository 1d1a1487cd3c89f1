"""Every write to the records of people. See docs/mechanisms/people.md."""

from interazioni.plan.people.record import GuardianData, PersonData
from interazioni.plan.people.rules.correcting import (
    WITHDRAWAL_REASONS,
    Changed,
    correct_person,
    note_privacy_notice,
    return_person,
    withdraw_person,
)
from interazioni.plan.people.rules.forgetting import erase_person, give_access
from interazioni.plan.people.rules.merging import merge_people
from interazioni.plan.people.rules.opening import OPENING_REASONS, OpenedName, export_people, open_name
from interazioni.plan.people.rules.registering import Outcome, Registered, register_people, register_person

__all__ = [
    "OPENING_REASONS",
    "WITHDRAWAL_REASONS",
    "Changed",
    "GuardianData",
    "OpenedName",
    "Outcome",
    "PersonData",
    "Registered",
    "correct_person",
    "erase_person",
    "export_people",
    "give_access",
    "merge_people",
    "note_privacy_notice",
    "open_name",
    "register_people",
    "register_person",
    "return_person",
    "withdraw_person",
]
