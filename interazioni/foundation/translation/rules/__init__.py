from interazioni.foundation.translation.rules.files import bring_in
from interazioni.foundation.translation.rules.glossary import set_concept
from interazioni.foundation.translation.rules.sources import sync, withdraw
from interazioni.foundation.translation.rules.work import hand_in, set_pivot, validate, write_pieces

__all__ = ["bring_in", "hand_in", "set_concept", "set_pivot", "sync", "validate", "withdraw", "write_pieces"]
