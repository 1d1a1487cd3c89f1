from interazioni.foundation.translation.rules.files import bring_in, hand_file_in, take_file
from interazioni.foundation.translation.rules.glossary import remove_concept, set_concept
from interazioni.foundation.translation.rules.sources import sync, withdraw
from interazioni.foundation.translation.rules.translators import set_languages
from interazioni.foundation.translation.rules.work import Edit, Written, hand_in, set_pivot, validate, write_pieces

__all__ = [
    "Edit", "Written", "bring_in", "hand_file_in", "hand_in", "remove_concept", "set_concept", "set_languages", "set_pivot", "sync", "take_file", "validate", "withdraw",
    "write_pieces",
]  # fmt: skip
