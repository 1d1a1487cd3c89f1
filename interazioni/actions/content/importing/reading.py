"""A file that should be a calendar: read, or refused with what to do."""

import re

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.ical.components import TOO_MUCH, CalendarFile, read
from interazioni.foundation.imports.reading import ImportRefused

LARGEST = 5_000_000
MOST_EVENTS = 3_000


def read_calendar(content: bytes, filename: str) -> CalendarFile:
    """Raises ImportRefused: `too_large`, `empty`, `wrong_kind`, `web_page`, `old_kind`, `no_events`, `too_many_rows`."""
    if len(content) > LARGEST:
        raise ImportRefused("too_large", _("This calendar is larger than %(limit)s MB: export only the months to come."), LARGEST // 1_000_000)  # fmt: skip
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ImportRefused("empty", _("The file is empty."))
    file = read(content)
    if not file.calendars:
        raise _refused(content)
    if any(calendar.text("VERSION") == "1.0" for calendar in file.calendars):
        raise ImportRefused("old_kind", _("This is a vCalendar of the old kind (.vcs): export it as iCalendar (.ics)."))
    count = sum(1 for calendar in file.calendars for _event in calendar.walk("VEVENT"))
    if count > MOST_EVENTS or TOO_MUCH in file.remarks:
        raise ImportRefused("too_many_rows", _("This calendar has more than %(limit)s events: export only the months to come."), MOST_EVENTS)  # fmt: skip
    if not count:
        raise ImportRefused("no_events", _("There is no event in this calendar."))
    return file


def _refused(content: bytes) -> ImportRefused:
    start = content[:4000].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if re.match(rb"<(?:!doctype\s+html|html|head|body)", start, re.IGNORECASE):
        return ImportRefused("web_page", _("This is a web page and no calendar, perhaps one that asks to log in: fetch the .ics file itself, or make the calendar public."))  # fmt: skip
    if start.startswith((b"PK", b"\x1f\x8b", b"Rar!", b"7z")):
        return ImportRefused("wrong_kind", _("This is an archive: unpack it, and upload the .ics file inside."))
    return ImportRefused("wrong_kind", _("This is no calendar: export it as an .ics file (iCalendar)."))
