"""A month's timesheets on paper: to be signed by the mediator and by who answers for the hours. In Italian: they are filed."""

from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from interazioni.actions.mediation.queries.timesheets import Month
from interazioni.foundation.core import clock
from interazioni.foundation.ui.printing import pdf_of

STYLE = Path(__file__).parent / "timesheet_printed.css"


def printed(month: Month, body: str, *, employer: str = "") -> bytes:
    """A sheet for each mediator; with `employer`, before them the list of that employer's mediators with their sums."""
    with translation.override("it"):
        html = render_to_string(
            "mediation/timesheet_printed.html", {"month": month, "body": body, "employer": employer, "printed_on": clock.today()}
        )  # fmt: skip
    return pdf_of(html, STYLE)
