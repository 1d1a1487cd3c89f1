from interazioni.foundation.freshness.rules.suggestions import TooMany, settle_suggestion, suggest
from interazioni.foundation.freshness.rules.vouching import (
    ask_owner,
    confirm,
    confirm_by_link,
    demote,
    release,
    vouch_for,
)

__all__ = [
    "TooMany",
    "ask_owner",
    "confirm",
    "confirm_by_link",
    "demote",
    "release",
    "settle_suggestion",
    "suggest",
    "vouch_for",
]
