"""Every write of the room. Editions and sessions, registers, work that is not a session."""

from interazioni.actions.activities.rules.deliveries import correct_delivery, record_delivery, withdraw_delivery
from interazioni.actions.activities.rules.editions import (
    cancel_session,
    close_edition,
    correct_edition,
    end_enrolment,
    enrol,
    move_session,
    open_edition,
    plan_sessions,
)
from interazioni.actions.activities.rules.registers import (
    HERE,
    Conflict,
    Mark,
    NotEnrolled,
    RegisterTaken,
    record_register,
    unhold_session,
)
from interazioni.actions.activities.rules.reminding import remind_missing_registers

__all__ = [
    "HERE",
    "Conflict",
    "Mark",
    "NotEnrolled",
    "RegisterTaken",
    "cancel_session",
    "close_edition",
    "correct_delivery",
    "correct_edition",
    "end_enrolment",
    "enrol",
    "move_session",
    "open_edition",
    "plan_sessions",
    "record_delivery",
    "record_register",
    "remind_missing_registers",
    "unhold_session",
    "withdraw_delivery",
]
