from interazioni.foundation.translation.queries.board import Asked, Board, Progress, Wanted, board, progress
from interazioni.foundation.translation.queries.reading import Marked, Reading, readings, wordings
from interazioni.foundation.translation.queries.sheet import Line, Sheet, languages_of, sheet

__all__ = [
    "Asked", "Board", "Line", "Marked", "Progress", "Reading", "Sheet", "Wanted", "board", "languages_of", "progress", "readings", "sheet",
    "wordings",
]  # fmt: skip
