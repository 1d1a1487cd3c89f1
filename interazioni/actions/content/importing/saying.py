"""What an import of events says to people: errors, remarks on an event, remarks on the file, names of fields."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from interazioni.actions.content.importing import times
from interazioni.foundation.core.ical import components, text
from interazioni.foundation.imports.values import Finding

# What a calendar says of an event, each kept or followed by itself. `when` is one: hour, rule and last day only hold together.
FIELDS: dict[str, Promise] = {
    "title": _("title"), "summary": _("in one sentence"), "theme": _("theme"), "text": _("text"), "when": _("when"), "where": _("place"),
    "municipality": _("municipality"), "online": _("address of the online meeting"), "sources": _("sources"),
}  # fmt: skip

ERRORS: dict[str, Promise] = {
    "no_title": _("It has no title."),
    times.NO_START: _("It has no day on which it begins, or none that can be read."),
    times.TOO_LONG: _("It lasts longer than a year."),
    times.TOO_OFTEN: _("It repeats by the hour or more often: events here repeat by the day at most."),
    times.UNUSABLE: _("The way it repeats cannot be said here (%(read)s): write it by hand."),
    times.MANY_DATES: _("Its dates follow no rule that can be said here, and they are too many to stand one by one."),
    times.ENDLESS_FILE: _("The repetitions in this file are too many: export only the months to come."),
    "private": _("The calendar marks it as private."),
    "only_busy": _("The calendar shows only that somebody is busy, not with what: export it with all details."),
    "this_and_future": _(
        "It changes a series from one day on: the series was taken until then, write the rest by hand."
    ),
    "from_here": _("It comes from this system's own calendar: it is on the portal already."),
}

REMARKS: dict[str, Promise] = {
    times.NO_END: _("The calendar does not say when it ends."),
    times.ENDS_BEFORE: _("In the calendar it ends before it begins: the end was left out."),
    times.CUT: _("It repeats without an end, or far ahead: it is taken until %(read)s."),
    times.HOUR_STAYS: _("The calendar counts its hours elsewhere (%(read)s): when the clocks change, the hour here stays. Look whether that is right."),
    times.DATES_APART: _("Some of its dates follow no rule: they stand below, each as an event of its own."),
    times.UNREAD_DATES: _("Some dates that the calendar adds or takes out could not be read."),
    "apart": _("One date of a series, as an event of its own."),
    "moved": _("One date of a series that the calendar tells differently: it stands as an event of its own."),
    "stopped": _("The calendar changes this series on %(read)s: it is taken until the day before."),
    "title_cut": _("The title was too long and was cut."),
    "text_cut": _("The text was too long: the rest was left out."),
    "where_cut": _("The place was too long and was cut."),
    "tentative": _("The calendar says that it is not certain yet."),
    "online_public": _("The address of the online meeting will be public."),
    "meeting_left_out": _("Telephone numbers and codes for joining the meeting were left out."),
    "link_left_out": _("An address was left out: it is none of a web page, or too long."),
    "attachments_left_out": _("Its attachments were left out."),
    "contact_left_out": _("A contact was left out, as it may be a person's: write under “how to book” what may be public."),
    "other_language": _("It is marked as written in another language (%(read)s): contents are written in Italian and then translated."),
    "no_uid": _("The calendar gives it no number of its own: if title or time change there, it will come in as another event."),
    "uid_shared": _("The calendar gives the same number to several events."),
    "zone_unknown": _("Nobody knows the time zone “%(read)s”: its hours were taken for Italian ones."),
    "town_unknown": _("The place names no town of the region: it is shown for the whole region."),
    "cancelled_public": _("The calendar says that it does not take place: it is taken off the portal."),
    "cancelled_draft": _("The calendar says that it does not take place: the draft stays here, and is not sent to be reviewed."),
}  # fmt: skip

# Of the file as a whole.
NOTES: dict[str, Promise] = {
    text.GUESSED: _("The file says that it is UTF-8 and is not: some lines were read as Windows letters. Look at the accents."),
    text.DAMAGED: _("Some letters in the file are damaged."),
    text.TWICE: _("Some lines of the file were encoded twice on their way: they were set right. Look at the accents."),
    text.CONTROLS: _("The file holds signs that belong in no text: they were left out."),
    components.BROKEN_LINES: _("Some lines of the file are broken: they were read as well as possible."),
    components.MISSING_END: _("An event in the file is not closed before the next begins."),
    components.CUT_OFF: _("The file breaks off before its end: the last event may not be whole, and some may be missing."),
    components.NO_FRAME: _("The events in the file stand outside of a calendar."),
}  # fmt: skip

# Codes of what became of a line, known only when it is taken.
OUTCOMES: dict[str, Promise | str] = {
    "new": _("A draft was written."),
    "wrong": _("It cannot be kept as it is: write it by hand."),
    "again": _("The calendar had called it off and tells it again: open it and send it to be reviewed."),
    "locked": _("Somebody has locked it against changes."),
    "cancelled": _("It does not take place, says the calendar."),
    "taken_off": _("It was taken off the portal."),
    "stays_off": _("It had been taken off the portal here, and stays off; the draft follows the calendar."),
    **{f"changed:{name}": format_lazy("{} {}.", _("Follows the calendar:"), label) for name, label in FIELDS.items()},
    **{f"differs:{name}": format_lazy("{} {}.", _("Was edited here and stays, whatever the calendar says:"), label) for name, label in FIELDS.items()},
}  # fmt: skip


def words() -> dict[str, Promise | str]:
    """Every code in words, also where what was read is no longer known."""
    return {code: _without_reading(message) for code, message in (ERRORS | REMARKS).items()} | OUTCOMES


def _said(message: Promise) -> str:
    return str(message) % {"read": "…", "other": ""}


_without_reading: Callable[[Promise], Any] = lazy(_said, str)


def error(code: str, read: str = "") -> Finding:
    return Finding(code, ERRORS[code], read)


def remark(code: str, read: str = "") -> Finding:
    return Finding(code, REMARKS[code], read)
