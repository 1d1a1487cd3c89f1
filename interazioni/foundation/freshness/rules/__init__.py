from interazioni.foundation.freshness.rules.letters import ask_owner
from interazioni.foundation.freshness.rules.problems import Find, dismiss_problem, note_problems
from interazioni.foundation.freshness.rules.suggestions import TooMany, settle_suggestion, suggest
from interazioni.foundation.freshness.rules.vouching import confirm, confirm_by_link, demote, release, vouch_for

__all__ = [
    "Find",
    "TooMany",
    "ask_owner",
    "confirm",
    "confirm_by_link",
    "demote",
    "dismiss_problem",
    "note_problems",
    "release",
    "settle_suggestion",
    "suggest",
    "vouch_for",
]
