"""Every write of this room."""

from interazioni.actions.mediation.rules.assignments import (
    EARLY,
    NoRoom,
    arrive,
    confirm_assignment,
    end_assignment,
    move_assignment,
    report_absence,
    report_nobody_there,
    withdraw,
)
from interazioni.actions.mediation.rules.calls import (
    CallData,
    Option,
    cancel_call,
    correct_call,
    family_code,
    give_up,
    lock_call,
    make_call,
    send_call,
)
from interazioni.actions.mediation.rules.hours import attest_hours, dispute_hours, reopen_hours, report_hours
from interazioni.actions.mediation.rules.mediators import (
    MediatorData,
    Span,
    add_exception,
    correct_mediator,
    grant_hours,
    register_mediator,
    remove_exception,
    set_availability,
    set_dispatch,
    take_calendar,
)
from interazioni.actions.mediation.rules.offers import (
    TooLate,
    accept_offer,
    ask,
    ask_as_planned,
    ask_next,
    assign,
    decline_offer,
    take_next_step,
)
from interazioni.actions.mediation.rules.presences import PresenceData, begin_presence, end_presence

__all__ = [
    "EARLY", "CallData", "MediatorData", "NoRoom", "Option", "PresenceData", "Span", "TooLate", "accept_offer", "add_exception", "arrive", "ask",
    "ask_as_planned", "ask_next", "assign", "attest_hours", "begin_presence", "cancel_call", "confirm_assignment", "correct_call",
    "correct_mediator", "decline_offer", "dispute_hours", "end_assignment", "end_presence", "family_code", "give_up", "grant_hours", "lock_call",
    "make_call", "move_assignment", "register_mediator", "remove_exception", "reopen_hours", "report_absence", "report_hours",
    "report_nobody_there", "send_call", "set_availability", "set_dispatch", "take_calendar", "take_next_step", "withdraw",
]  # fmt: skip
