"""What this room says of its rows."""

from django.utils.translation import gettext as _

from interazioni.foundation.freshness.judging import said
from interazioni.foundation.freshness.models import Problem, ProblemKind
from interazioni.foundation.ui.formats import long_date


def problem_words(problem: Problem) -> str:
    """In one sentence: what, and since when."""
    if problem.kind == ProblemKind.DEAD_LINK:
        return _("The link %(link)s leads nowhere since %(day)s: %(why)s.") % {
            "link": problem.what, "day": long_date(problem.seen_at), "why": said(problem.answer),
        }  # fmt: skip
    return _("“%(place)s” has opening hours and no opening in the coming half year.") % {"place": problem.what}
