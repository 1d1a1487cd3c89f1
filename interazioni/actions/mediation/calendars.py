"""Calendars out and in: what a mediator promised as RFC 5545, when she works as RFC 7953, and the busy times of her own calendar.

Out: language, body, place and hour; never whom a call is for. In: only when somebody is busy is kept, no title.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Availability, Available, Calendar, Event, Timezone

from interazioni.actions.mediation import calendar_reader
from interazioni.actions.mediation.models import (
    ENDED,
    LIVE,
    Assignment,
    AssignmentState,
    AvailabilityException,
    Mediator,
    Mode,
    Offer,
    OfferState,
)
from interazioni.actions.mediation.models import Availability as Span
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.words import language_name
from interazioni.foundation.core import clock
from interazioni.foundation.core.zone import ZONE
from interazioni.foundation.vocabularies import municipalities

ROME = ZoneInfo("Europe/Rome")
AGAIN = timedelta(minutes=15)  # after which a client asks again
REMIND = timedelta(hours=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LARGEST = 1_000_000
AHEAD = timedelta(days=183)
SECONDS, PATIENCE = 8, 15  # for the reader: of the processor (a full calendar of 1 MB takes two), and by the clock


# --- out ------------------------------------------------------------------------------------------------------------------


def feed(mediator: Mediator, assignments: Iterable[Assignment], offers: Iterable[Offer]) -> bytes:
    """What is promised, and what is asked; what ended is told as CANCELLED, so that every client takes it out."""
    calendar = _calendar(_("Mediation, %(name)s") % {"name": mediator.full_name})
    for offer in offers:
        calendar.add_component(_asked(offer))
    for assignment in assignments:
        calendar.add_component(_promised(assignment))
    return bytes(calendar.to_ical())


def changed_at(assignments: Iterable[Assignment], offers: Iterable[Offer]) -> datetime | None:
    """The last change of anything in the feed; None for an empty one."""
    return max([*(one.changed_at for one in assignments), *(_stamp(one) for one in offers)], default=None)


def availability(mediator: Mediator, spans: Iterable[Span], exceptions: Iterable[AvailabilityException]) -> bytes:
    """When the mediator works, as VAVAILABILITY: the weekly pattern, above it the times off and on that go against it."""
    calendar = _calendar(_("Hours of work, %(name)s") % {"name": mediator.full_name})
    block = _block(mediator.pk, mediator.created_at)
    block.add("dtstart", at(mediator.since_date, time()).astimezone(ROME))
    if mediator.until_date:
        block.add("dtend", at(mediator.until_date + timedelta(days=1), time()).astimezone(ROME))
    for span in spans:
        begins = max(mediator.since_date, span.since_date or mediator.since_date)
        begins += timedelta(days=(span.weekday - begins.weekday()) % 7)
        if span.until_date and begins > span.until_date:  # it holds for no such day; DTSTART alone would be one
            continue
        rule: dict[str, Any] = {"freq": "weekly", "byday": DAYS[span.weekday]}
        if span.until_date:
            rule["until"] = at(span.until_date + timedelta(days=1), time())
        free = _available(span.pk, span.created_at, at(begins, span.starts), at(begins, span.ends))
        free.add("rrule", rule)
        block.add_component(free)
    calendar.add_component(block)
    for one in exceptions:
        apart = _block(one.pk, one.created_at)
        apart.add("dtstart", _wall(one.starts_at))
        apart.add("dtend", _wall(one.ends_at))
        apart.add("priority", 2 if one.available else 1)  # who is off is off, as in `roster`
        if one.available:
            apart.add_component(_available(f"{one.pk}-on", one.created_at, one.starts_at, one.ends_at))
        calendar.add_component(apart)
    return bytes(calendar.to_ical())


def _block(key: UUID, stamp: datetime) -> Availability:
    block = Availability()
    block.add("uid", f"{key}@{_host()}")
    block.add("dtstamp", stamp.astimezone(UTC))
    block.add("busytype", "BUSY-UNAVAILABLE")
    return block


def _available(key: UUID | str, stamp: datetime, starts_at: datetime, ends_at: datetime) -> Available:
    free = Available()
    free.add("uid", f"{key}@{_host()}")
    free.add("dtstamp", stamp.astimezone(UTC))
    free.add("dtstart", _wall(starts_at))
    free.add("dtend", _wall(ends_at))
    return free


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//InterAzioni//mediation//IT")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/Rome")
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    calendar.add_component(Timezone.from_ical(ZONE))
    return calendar


def _promised(row: Assignment) -> Event:
    live, over = row.state in LIVE, row.state in ENDED
    event = _event(f"{row.pk}@{_host()}", row.starts_at, row.ends_at, row.changed_at)
    what = language_name(row.language) if row.language else (row.presence.title if row.presence else row.kind.title)
    event.add("summary", f"{what}, {row.body.name}")
    event.add("sequence", row.sequence)
    event.add("status", "CANCELLED" if over else "TENTATIVE" if row.state == AssignmentState.ACCEPTED else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if over else "OPAQUE")
    told = str(Mode(row.mode).label)
    if row.mediator_user_id is not None:
        address = settings.BASE_URL.rstrip("/") + reverse("mediation:promise", args=[row.pk])
        event.add("url", address)
        told += f"\n{_('Whom to ask for, and what to prepare:')} {address}"
    event.add("description", told)
    if row.mode == Mode.ONSITE:
        event.add("location", ", ".join(filter(None, (row.body.name, row.place, _town(row.municipality)))))
        if row.latitude is not None and row.longitude is not None:
            event.add("geo", (row.latitude, row.longitude))
    if live:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", -REMIND)
        event.add_component(alarm)
    return event


def _asked(offer: Offer) -> Event:
    waiting = _waiting(offer)
    event = _event(f"{offer.pk}-offer@{_host()}", offer.starts_at, offer.ends_at, _stamp(offer))
    event.add("summary", _("Asked: %(what)s") % {"what": f"{language_name(offer.language)}, {offer.call.body.name}"})
    event.add("sequence", 0 if waiting else 1)
    event.add("status", "TENTATIVE" if waiting else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    if offer.mediator_user_id is None:  # nobody's login opens our pages
        event.add("description", _("The link to answer is in the e-mail."))
    elif waiting:
        address = f"{settings.BASE_URL.rstrip('/')}{reverse('mediation:mine')}#offer-{offer.pk}"
        event.add("url", address)
        event.add("description", f"{_('Answer here:')} {address}")
    return event


def _waiting(offer: Offer) -> bool:
    return offer.state == OfferState.WAITING and offer.expires_at > clock.now()


def _stamp(offer: Offer) -> datetime:
    return offer.asked_at if _waiting(offer) else (offer.answered_at or offer.expires_at)


def _event(uid: str, starts_at: datetime, ends_at: datetime, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", stamp.astimezone(UTC))
    event.add("dtstart", _wall(starts_at))
    event.add("dtend", _wall(ends_at))
    return event


def _wall(moment: datetime) -> datetime:
    """By the clock in Italy; in the hour that comes twice iCalendar means the first, so the second is told in UTC."""
    local = moment.astimezone(ROME)
    return moment.astimezone(UTC) if local.fold else local


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "interazioni"


def _town(istat: str) -> str:
    found = municipalities.by_istat(istat) if istat else None
    return str(found) if found else ""


# --- in -------------------------------------------------------------------------------------------------------------------


def busy_times(content: bytes) -> list[tuple[str, datetime, datetime]]:
    """(key, from, to) of what makes somebody busy in the next half year. ValidationError where it cannot be read or would not end."""
    if len(content) > LARGEST:
        raise ValidationError(_("This calendar is larger than 1 MB: export only the months to come."))
    now = clock.now()
    # -I: nothing from the environment or beside the file is imported in the place of a library.
    asked_for = (now.isoformat(), (now + AHEAD).isoformat(), _host(), str(SECONDS))
    command = [sys.executable, "-I", calendar_reader.__file__, *asked_for]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
        said: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"fault": calendar_reader.ENDLESS}
    except subprocess.TimeoutExpired:
        said = {"fault": calendar_reader.ENDLESS}
    if "fault" in said:
        raise ValidationError(_said(said["fault"]))
    return [(key, datetime.fromisoformat(start), datetime.fromisoformat(end)) for key, start, end in said["busy"]]


def _said(fault: str) -> str:
    match fault:
        case calendar_reader.TOO_OFTEN:
            return _("An event repeats more than once a day: take it out, and hand in the calendar again.")
        case calendar_reader.TOO_OLD:
            return _("An event repeats since before 1970: take it out, and hand in the calendar again.")
        case calendar_reader.MANY_EVENTS:
            return _("This calendar has more than %(most)s events.") % {"most": calendar_reader.MOST_EVENTS}
        case calendar_reader.MANY_TIMES:
            return _("This calendar has more than %(most)s busy times in half a year.") % {
                "most": calendar_reader.MOST_TIMES
            }
        case calendar_reader.ENDLESS:
            return _("The repetitions in this calendar do not come to an end: export only the months to come.")
        case _:
            return _("This is not a calendar that can be read: export it again as an .ics file (iCalendar).")
