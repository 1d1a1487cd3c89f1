"""Each VEVENT as what it says in the words of this house: drafts with their errors and remarks. Nothing of its organiser or its guests is read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from interazioni.actions.content.importing import times, words
from interazioni.actions.content.importing.placing import theme_of, town
from interazioni.actions.content.importing.saying import error, remark
from interazioni.actions.content.importing.times import Budget, Laid, Span, Times, day_of, lay, span
from interazioni.foundation.core.ical.components import CalendarFile, Component
from interazioni.foundation.core.ical.moments import Unreadable, Zones, moment
from interazioni.foundation.imports.values import Finding
from interazioni.foundation.ui.formats import local_date

OURS = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@interazioni(?:#.*)?")
BUSY = frozenset(
    {"busy", "occupato", "occupata", "free", "libero", "tentative", "out of office", "fuori sede", "unavailable"}
)
_is_page = URLValidator(schemes=["http", "https"])


@dataclass(slots=True, kw_only=True)
class Draft:
    """`values`: what the calendar says, field by field (`saying.FIELDS`), as it is remembered and compared. `last`: when its last time ends."""

    row: int
    uid: str
    calendar: str
    title: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    times: Times | None = None
    last: datetime | None = None
    cancelled: bool = False
    categories: Sequence[str] = ()
    theme: str = ""  # guessed from its words
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    drafts: list[Draft]
    older: int = 0  # versions of an event that a newer one in the same file overtakes
    others: int = 0  # tasks and notes


@dataclass(slots=True)
class _Told:
    """A VEVENT with its number in the file and the calendar it stands in."""

    row: int
    event: Component
    calendar: str
    zones: Zones
    withdrawn: bool  # the whole file says METHOD:CANCEL
    name: str = ""

    @property
    def version(self) -> tuple[int, str, int]:
        sequence = self.event.text("SEQUENCE")
        changed = self.event.text("LAST-MODIFIED") or self.event.text("DTSTAMP")
        return int(sequence) if re.fullmatch(r"\d{1,9}", sequence) else 0, changed, self.row

    @property
    def cancelled(self) -> bool:
        return self.withdrawn or self.event.text("STATUS").upper() == "CANCELLED"


def drafts(file: CalendarFile, today: date) -> Found:
    """In the order of the file; dates that stand apart from their series come last. The same file on the same day gives the same rows."""
    told = list(_told(file))
    found = Found(
        [], others=sum(1 for one in file.calendars for kind in ("VTODO", "VJOURNAL") for _part in one.walk(kind))
    )
    series: dict[str, list[_Told]] = {}
    for one in told:
        series.setdefault(one.name, []).append(one)
    budget = Budget()
    apart: list[Draft] = []
    for name, members in series.items():
        heads = _newest([one for one in members if one.event.first("RECURRENCE-ID") is None])
        exceptions = [one for one in members if one.event.first("RECURRENCE-ID") is not None]
        found.older += len(members) - len(exceptions) - len(heads)
        for number, head in enumerate(heads):
            uid = name if len(heads) == 1 else f"{name}#{head.event.text('DTSTART')}"[:250]
            made = _Event(head, uid, shared=len(heads) > 1)
            draft = made.read(exceptions if number == len(heads) - 1 else [], today, budget)
            if draft.errors or draft.times is not None or not made.apart:
                found.drafts.append(draft)
            found.drafts += made.moved
            apart += made.apart
            found.older += made.older
        if not heads:
            dated = {_dated(name, one): one for one in sorted(exceptions, key=lambda one: one.version)}
            found.drafts += [_Event(one, uid).read([], today, budget, single=True) for uid, one in dated.items()]
            found.older += len(exceptions) - len(dated)
    found.drafts.sort(key=lambda draft: draft.row)
    for number, draft in enumerate(apart, start=len(told) + 1):
        draft.row = number
        found.drafts.append(draft)
    return found


def _told(file: CalendarFile) -> Iterator[_Told]:
    row = 0
    for calendar in file.calendars:
        name = re.sub(r"\s+", " ", calendar.text("X-WR-CALNAME") or calendar.text("NAME"))[:80]
        if "@" in name:  # a private calendar is called after its owner's address
            name = ""
        zones = Zones(calendar)
        said = calendar.text("X-WR-TIMEZONE")
        if said:
            zones.floating = zones.named(said)
            zones.unknown.discard(said)
        withdrawn = calendar.text("METHOD").upper() == "CANCEL"
        for event in calendar.walk("VEVENT"):
            row += 1
            told = _Told(row, event, name, zones, withdrawn)
            told.name = _name(event, name or calendar.text("PRODID"))
            yield told


def _name(event: Component, calendar: str) -> str:
    """By which it is known again: its UID; with the calendar's name where that is a mere number; its words where it has none."""
    uid = re.sub(r"\s+", "", event.text("UID"))
    if not uid:
        parts = (event.text(name) for name in ("SUMMARY", "DTSTART", "LOCATION", "RECURRENCE-ID"))
        return "words:" + sha256("\n".join([calendar, *parts]).encode()).hexdigest()[:40]
    if len(uid) < 12 and "@" not in uid:
        uid = f"{uid}|{calendar}"
    return uid if len(uid) <= 200 else "long:" + sha256(uid.encode()).hexdigest()


def _dated(name: str, told: _Told) -> str:
    """A date of a series by its day, whether its series stands in the file or not."""
    said = told.event.first("RECURRENCE-ID")
    try:
        day = moment(said.value, told.zones.of(said)) if said else None
    except Unreadable:
        day = None
    return f"{name}#{day:%Y%m%d}"[:250] if day else f"{name}#{told.event.text('RECURRENCE-ID')}"[:250]


def _newest(heads: list[_Told]) -> list[_Told]:
    """One of each event: its newest version. Some programs give one number to all: what differs in title and day is several events."""
    if len(heads) < 2:
        return heads
    by_words: dict[tuple[str, str], _Told] = {}
    for one in sorted(heads, key=lambda one: one.version):
        by_words[one.event.text("SUMMARY"), one.event.text("DTSTART")] = one
    several = len({one.version[0] for one in heads}) == 1 and len({key[0] for key in by_words}) == len(by_words) == len(
        {key[1] for key in by_words}
    )
    kept = list(by_words.values()) if several else [max(heads, key=lambda one: one.version)]
    return sorted(kept, key=lambda one: one.row)


class _Event:
    """One VEVENT, with what its series tells apart."""

    def __init__(self, told: _Told, uid: str, *, shared: bool = False) -> None:
        self.told, self.event, self.uid, self.zones = told, told.event, uid, told.zones
        self.draft = Draft(row=told.row, uid=uid, calendar=told.calendar, cancelled=told.cancelled)
        self.moved: list[Draft] = []
        self.apart: list[Draft] = []
        self.older = 0
        if shared:
            self._say("uid_shared")
        if uid.startswith("words:"):
            self._say("no_uid")

    def _say(self, code: str, read: str = "") -> None:
        self.draft.warnings.append(remark(code, read))

    def _refuse(self, code: str, read: str = "") -> None:
        self.draft.errors.append(error(code, read))

    def read(self, exceptions: Sequence[_Told], today: date, budget: Budget, *, single: bool = False) -> Draft:
        self._words()
        try:
            first = span(self.event, self.zones)
            gone, stop = self._exceptions(exceptions, first, today, budget)
            once = Times(first.starts_at, first.ends_at)
            laid = Laid(once, once.ends_at, remarks=first.remarks) if single else lay(self.event, first, self.zones, today, budget, gone=gone, stop=stop)  # fmt: skip
        except times.Refused as refused:
            rules = " ".join(one.value for one in self.event.all("RRULE"))[:80]
            self._refuse(refused.code, rules)
            return self.draft
        self._times(laid, first, stop)
        return self.draft

    # --- when ---------------------------------------------------------------------------------------------------------

    def _times(self, laid: Laid, first: Span, stop: date | None) -> None:
        draft = self.draft
        draft.times, draft.last = laid.times, laid.last
        reads = {
            times.CUT: local_date(laid.times.until) if laid.times and laid.times.until else "",
            times.HOUR_STAYS: str(getattr(first.start, "tzinfo", "")),
        }
        for code in dict.fromkeys(laid.remarks):
            self._say(code, reads.get(code, ""))
        if stop is not None:
            self._say("stopped", local_date(stop))
        for name in sorted(
            self.zones.unknown & {one.parameters.get("TZID", "") for one in self.event.all("DTSTART", "DTEND")}
        ):
            self._say("zone_unknown", name[:60])
        if laid.times is not None:
            draft.values["when"] = laid.times.said()
        for one in laid.apart:
            self.apart.append(self._copy(one))

    def _copy(self, at: Times) -> Draft:
        draft = self.draft
        said = at.starts_at.astimezone(UTC).strftime("%Y%m%dT%H%MZ")
        kept = [
            one for one in draft.warnings if one.code not in (times.CUT, times.DATES_APART, times.NO_END, "stopped")
        ]
        return Draft(
            row=0, uid=f"{self.uid}#+{said}"[:250], calendar=draft.calendar, title=draft.title, values={**draft.values, "when": at.said()}, times=at,
            last=at.ends_at, cancelled=draft.cancelled, categories=draft.categories, theme=draft.theme, errors=list(draft.errors),
            warnings=[remark("apart"), *kept],
        )  # fmt: skip

    def _exceptions(
        self, told: Sequence[_Told], first: Span, today: date, budget: Budget
    ) -> tuple[set[date], date | None]:
        """Days of the series that the calendar tells by themselves, and from which day on it tells another series."""
        newest: dict[date, _Told] = {}
        for one in sorted(told, key=lambda one: one.version):
            said = one.event.first("RECURRENCE-ID")
            try:
                day = day_of(moment(said.value, one.zones.of(said)), first) if said else None
            except Unreadable:
                day = None
            if day is None:
                self._say(times.UNREAD_DATES)
                continue
            self.older += day in newest
            newest[day] = one
        gone, stop = set(), None
        for day, one in newest.items():
            said = one.event.first("RECURRENCE-ID")
            onwards = said is not None and said.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
            if onwards:
                stop = min(stop or day, day)
            elif not one.cancelled and self._same(one.event, first, day):
                continue
            gone.add(day)
            made = _Event(one, f"{self.uid}#{day:%Y%m%d}"[:250]).read([], today, budget, single=True)
            made.warnings.insert(0, remark("moved"))
            if onwards:
                made.errors.append(error("this_and_future"))
            if not made.title:  # it says only what is different
                made.title = self.draft.title
                made.values = {**self.draft.values, **{name: value for name, value in made.values.items() if value}}
                made.categories, made.theme = made.categories or self.draft.categories, made.theme or self.draft.theme
                made.errors = [one for one in made.errors if one.code != "no_title"]
            self.moved.append(made)
        return gone, stop

    def _same(self, other: Component, first: Span, day: date) -> bool:
        """An answer to an invitation makes an exception of a date without changing it."""
        try:
            theirs = span(other, self.zones)
        except times.Refused:
            return False
        usual = first.on(day)
        alike = all(
            not other.text(name) or other.text(name) == self.event.text(name)
            for name in ("SUMMARY", "DESCRIPTION", "LOCATION")
        )
        return alike and (theirs.starts_at, theirs.ends_at) == (usual.starts_at, usual.ends_at)

    # --- what ---------------------------------------------------------------------------------------------------------

    def _words(self) -> None:
        event, draft = self.event, self.draft
        title = _line(event.text("SUMMARY"))
        draft.title = title if len(title) <= 160 else title[:159].rstrip() + "…"
        if draft.title != title:
            self._say("title_cut")
        if not title:
            self._refuse("no_title")
        if event.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"):
            self._refuse("private")
        if title.casefold() in BUSY and not event.text("DESCRIPTION"):
            self._refuse("only_busy")
        if event.text("STATUS").upper() == "TENTATIVE":
            self._say("tentative")
        said = event.first("SUMMARY")
        language = said.parameters.get("LANGUAGE", "") if said else ""
        if language and not language.lower().startswith("it"):
            self._say("other_language", language[:20])
        described = event.text("DESCRIPTION") or event.text("X-ALT-DESC")
        bare, joined = words.without_meeting(described[: words.MOST_READ * 2])
        if bare != described[: words.MOST_READ * 2]:
            self._say("meeting_left_out")
        blocks, cut = words.read(bare)
        if cut or len(described) > words.MOST_READ * 2:
            self._say("text_cut")
        summary, text = words.summary(blocks)
        where, online = self._place(joined)
        draft.categories = list(
            dict.fromkeys(item[:60] for one in event.all("CATEGORIES") for item in one.items if item)
        )[:10]
        draft.theme = theme_of([title, title, described])
        draft.values = {
            "title": draft.title, "summary": summary or where or draft.title, "theme": "", "text": [[kind, said] for kind, said in text], "when": {},
            "where": where, "municipality": town(where), "online": online, "sources": self._source(),
        }  # fmt: skip
        if event.first("ATTACH") or event.first("IMAGE"):
            self._say("attachments_left_out")
        if event.first("CONTACT"):
            self._say("contact_left_out")

    def _place(self, joined: str) -> tuple[str, str]:
        said = _line(self.event.text("LOCATION").replace("\n", ", "))
        addresses = [
            joined, *(self.event.text(name) for name in ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")),
            *re.findall(r"https?://\S+", said),
        ]  # fmt: skip
        where = re.sub(r"https?://\S+", "", said).strip(" ,;–-")
        given = [one for one in addresses if one]
        online = next((one for one in given if _page(one)), "")
        if online:
            self._say("online_public")
        elif given:
            self._say("link_left_out")
        if len(where) > 200:
            self._say("where_cut")
            where = where[:199].rstrip() + "…"
        return where, online

    def _source(self) -> str:
        address = self.event.text("URL")
        if address and not _page(address):
            self._say("link_left_out")
            return ""
        return f"{(urlsplit(address).hostname or '').removeprefix('www.')} {address}" if address else ""


def _line(text: str) -> str:
    if words.is_html(text):
        text = re.sub(r"<[^<>]*>", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def _page(address: str) -> bool:
    """A public page's address: http, no name and password in it, no longer than a field."""
    try:
        _is_page(address)
        return len(address) <= 300 and "@" not in urlsplit(address).netloc
    except (ValidationError, ValueError):
        return False
