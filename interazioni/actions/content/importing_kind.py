"""Calendars as a kind of import: an event of the file is a line, a batch of lines one call of `take_events`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interazioni.actions.content import calendars
from interazioni.actions.content.calendars import BroughtIn, is_over
from interazioni.actions.content.dates import in_words
from interazioni.actions.content.importing.events import OURS, Draft, Found, drafts
from interazioni.actions.content.importing.merging import columns, merge
from interazioni.actions.content.importing.placing import theme_named
from interazioni.actions.content.importing.reading import read_calendar
from interazioni.actions.content.importing.saying import FIELDS, NOTES, error, remark, words
from interazioni.actions.content.importing.times import Times
from interazioni.actions.content.rules.importing import EventData, take_events
from interazioni.actions.directory.models import Theme
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.core.ical.components import CalendarFile
from interazioni.foundation.imports.mapping import Column, Field, Proposal
from interazioni.foundation.imports.models import Outcome as Became
from interazioni.foundation.imports.registry import Asked, ImportKind, Line, TableView, Taken, Text, Understood, Words
from interazioni.foundation.imports.values import Finding
from interazioni.foundation.ui.formats import local_date, local_time, weekday_date
from interazioni.foundation.vocabularies import municipalities
from interazioni.foundation.vocabularies.folding import fold
from interazioni.plan.partners.models import Body, BodyKind

CATEGORIES = "categories"
MOST_CATEGORIES = 60
USUAL = Theme.ARRIVING  # where neither a category nor its own words say anything
BECAME = {"new": Became.TAKEN, "changed": Became.TAKEN, "same": Became.UNCHANGED, "refused": Became.REFUSED}


@dataclass(frozen=True, slots=True)
class ThemeProposal(Proposal):
    @property
    def explanation(self) -> str | Promise:
        return {
            "before": gettext_lazy("As before."), "heading": gettext_lazy("Its name says so."), "content": gettext_lazy("The words of its events say so."),
            "usual": gettext_lazy("Nothing says so: choose what is right."), "chosen": gettext_lazy("Chosen by you."),
        }[self.how]  # fmt: skip


def understand(asked: Asked) -> Understood:
    """Lines for what is to be looked at; what is over, called off before it came here, or of a category not wanted is left aside, and counted."""
    file: CalendarFile = asked.source
    found = drafts(file, clock.today())
    _call_off_dates(asked.by, found)
    here = calendars.brought_in(asked.by.body_id, [draft.uid for draft in found.drafts])
    groups = sorted({_group(draft) for draft in found.drafts})[:MOST_CATEGORIES]
    chosen = asked.mapping.get(CATEGORIES, {})
    before = {} if chosen else calendars.themes_chosen_before(asked.by.body_id, EVENTS.code, CATEGORIES)
    proposals = {group: _proposed(group, found.drafts, here, chosen, before) for group in groups}
    reader = _Reader(asked.by, here, proposals, found.drafts)
    lines = [line for draft in found.drafts if (line := reader.line(draft)) is not None]
    notes: list[Text] = [NOTES[code] for code in sorted(file.remarks) if code in NOTES]
    notes += [*reader.notes(), *_about(found), *_no_longer(asked.by, found.drafts)]
    tables = [TableView("notes", "", (), (), {}, (), notes)] if notes else []
    tables.append(
        TableView(
            CATEGORIES, "", (), [one.column for one in proposals.values()], {str(one.column.index): one for one in proposals.values() if one.field}, (),
            heading=gettext_lazy("Under which theme its categories stand"), each=gettext_lazy("Category"),
        )
    )  # fmt: skip
    return Understood(tables, lines)


def _call_off_dates(by: Actor, found: Found) -> None:
    """A series that is called off takes with it the dates of it that stand here as events of their own, and are in the file no longer."""
    told = {draft.uid for draft in found.drafts}
    off = {draft.uid: draft for draft in found.drafts if draft.cancelled}
    row = max((draft.row for draft in found.drafts), default=0)
    for one in calendars.dates_of(by.body_id, list(off)):
        series = off.get(one.event.external_uid.rpartition("#")[0])
        if series is not None and one.event.external_uid not in told:
            row += 1
            at = columns({"when": one.values["when"]})
            times = Times(at["starts_at"], at["ends_at"])
            found.drafts.append(
                Draft(row=row, uid=one.event.external_uid, calendar=series.calendar, title=one.values["title"], values=dict(one.said), times=times, last=times.ends_at, cancelled=True)
            )  # fmt: skip


# --- themes -----------------------------------------------------------------------------------------------------------

Group = tuple[str, str]  # ("1 category", its name), ("2 words", the theme that its words speak of) or ("3 nothing", "")
NOTHING: Group = ("3 nothing", "")


def _group(draft: Draft) -> Group:
    if draft.categories:
        return "1 category", next((one for one in draft.categories if theme_named(one)), draft.categories[0])
    return ("2 words", draft.theme) if draft.theme else NOTHING


def _column(group: Group) -> Column:
    """By a number that is the category's own, in whatever file and beside whatever others it stands: what was chosen once is known again."""
    kind, name = group
    if kind == "1 category":
        label = name
    elif name:
        label = _("Without a category, its words: %(theme)s") % {"theme": Theme(name).label}
    else:
        label = _("Without a category")
    return Column(crc32(fold(f"{kind} {name}").encode()), label)


def _proposed(
    group: Group, found: Sequence[Draft], here: Mapping[str, BroughtIn], chosen: Mapping[str, str], before: Mapping[str, str]
) -> ThemeProposal:  # fmt: skip
    """What is chosen now, was chosen before, its events here stand under, its name says, its events' words say. No theme: it is not wanted."""
    column, (kind, name) = _column(group), group
    key = str(column.index)
    for choices, how in ((chosen, "chosen"), (before, "before")):
        if key in choices:
            return ThemeProposal(column, choices[key] if choices[key] in Theme.values else "", 1.0, how)
    members = [draft for draft in found if _group(draft) == group]
    stand = Counter(here[draft.uid].said.get("theme", "") for draft in members if draft.uid in here).most_common(1)
    if stand and stand[0][0]:
        return ThemeProposal(column, stand[0][0], 0.9, "before")
    if kind == "1 category" and (named := theme_named(name)):
        return ThemeProposal(column, named, 0.8, "heading")
    spoken = Counter(draft.theme for draft in members if draft.theme).most_common(1)
    return ThemeProposal(column, spoken[0][0], 0.5, "content") if spoken else ThemeProposal(column, str(USUAL), 0.1, "usual")  # fmt: skip


# --- lines ------------------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(
        self, by: Actor, here: Mapping[str, BroughtIn], proposals: Mapping[Group, Proposal], found: Sequence[Draft]
    ) -> None:
        self.here, self.proposals, self.now = here, proposals, clock.now()
        self.body = Body.objects.get(pk=by.body_id)
        ours = {UUID(match[1]) for draft in found if (match := OURS.fullmatch(draft.uid))}
        self.from_here = calendars.published_here(ours)
        self.aside: Counter[str] = Counter()
        self.town_put = False

    def line(self, draft: Draft) -> Line | None:
        found = self.here.get(draft.uid)
        aside = self._aside(draft, found)
        if aside:
            self.aside[aside] += 1
            return None
        values, warnings = self._placed(draft, found)
        errors = list(draft.errors)
        ours = OURS.fullmatch(draft.uid)
        if ours and UUID(ours[1]) in self.from_here:
            errors.append(error("from_here"))
        if draft.cancelled:
            warnings.insert(0, remark("cancelled_public" if found and found.event.live else "cancelled_draft"))
        facts = [*_standing(draft, found, values), *_facts(values)]
        data = EventData(uid=draft.uid, calendar=draft.calendar, values=values, cancelled=draft.cancelled)
        cells = [draft.title, _when(values.get("when") or {}), values.get("where", "")]
        return Line(draft.calendar, draft.row, draft.title, facts, data, errors, warnings, cells=cells)

    def _aside(self, draft: Draft, found: BroughtIn | None) -> str:
        """Why it is not looked at at all, or ""."""
        if draft.times is None and draft.errors:
            return ""
        over = draft.last is None or draft.last <= self.now
        if over and (found is None or is_over(found.values)):
            return "over"
        if draft.cancelled and (found is None or found.cancelled):
            return "cancelled"
        return "unwanted" if found is None and not self._theme(draft, None) else ""

    def _theme(self, draft: Draft, found: BroughtIn | None) -> str:
        """No calendar says it: what is here already stays under its theme unless somebody chooses another now."""
        proposal = self.proposals.get(_group(draft))
        if found is not None and (proposal is None or proposal.how != "chosen" or not proposal.field):
            return str(found.said.get("theme") or found.values["theme"])
        return proposal.field if proposal else str(USUAL)

    def _placed(self, draft: Draft, found: BroughtIn | None) -> tuple[dict[str, Any], list[Finding]]:
        """Its values with theme and town, which the calendar alone does not say."""
        values, warnings = dict(draft.values), list(draft.warnings)
        values["theme"] = self._theme(draft, found)
        if not values.get("municipality") and not values.get("online"):
            if self.body.kind == BodyKind.MUNICIPALITY and self.body.municipality:
                values["municipality"], self.town_put = self.body.municipality, True
            elif values.get("where"):
                warnings.append(remark("town_unknown"))
        return values, warnings

    def notes(self) -> list[str]:
        over, cancelled, unwanted = (self.aside[name] for name in ("over", "cancelled", "unwanted"))
        found = []
        if over:
            found.append(
                ngettext("%(n)s event is over and was left aside.", "%(n)s events are over and were left aside.", over)
                % {"n": over}
            )
        if cancelled:
            found.append(
                ngettext(
                    "%(n)s event is called off in the calendar and was left aside.",
                    "%(n)s events are called off in the calendar and were left aside.",
                    cancelled,
                )
                % {"n": cancelled}
            )
        if unwanted:
            found.append(
                ngettext(
                    "%(n)s event is of a category that is not taken.",
                    "%(n)s events are of a category that is not taken.",
                    unwanted,
                )
                % {"n": unwanted}
            )
        if self.town_put:
            town = municipalities.by_istat(self.body.municipality)
            found.append(_("Where a place names no town, it is taken to be in %(town)s.") % {"town": town})
        return found


def _about(found: Found) -> list[str]:
    said = []
    if found.older:
        said.append(
            ngettext(
                "%(n)s older version of an event was left aside.",
                "%(n)s older versions of events were left aside.",
                found.older,
            )
            % {"n": found.older}
        )
    if found.others:
        said.append(
            ngettext(
                "%(n)s task or note is no event and was left aside.",
                "%(n)s tasks or notes are no events and were left aside.",
                found.others,
            )
            % {"n": found.others}
        )
    return said


def _no_longer(by: Actor, found: Sequence[Draft]) -> list[str]:
    """What came from these calendars once and is not in them now. Nothing is done about it: a file may hold a part of a calendar."""
    uids = [draft.uid for draft in found]
    gone = [
        one
        for name in dict.fromkeys(draft.calendar for draft in found)
        for one in calendars.no_longer_in(by.body_id, name, uids)
    ]
    if not gone:
        return []
    titles = ", ".join(f"“{one.values['title']}”" for one in gone[:10]) + (" …" if len(gone) > 10 else "")
    return [_("No longer in the calendar: %(titles)s. Take off what does not take place.") % {"titles": titles}]


def _standing(draft: Draft, found: BroughtIn | None, values: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """What will become of it."""
    if found is None:
        return [(gettext_lazy("here"), _("new"))]
    if draft.cancelled:
        return [(gettext_lazy("here"), _("called off"))]
    merged = merge(values, found.said, found.values)
    changes = ", ".join(str(FIELDS[name]) for name in merged.follows)
    said: list[tuple[Text, str]] = [
        (gettext_lazy("here"), _("changes: %(fields)s") % {"fields": changes} if changes else _("nothing new"))
    ]
    if merged.ours:
        said.append((gettext_lazy("edited here, stays"), ", ".join(str(FIELDS[name]) for name in merged.ours)))
    return said


def _facts(values: Mapping[str, Any]) -> list[tuple[Text, str]]:
    town = municipalities.by_istat(values.get("municipality", ""))
    said = [
        ("when", _when(values.get("when") or {})), ("where", values.get("where", "")), ("municipality", str(town or "")),
        ("theme", str(Theme(values["theme"]).label) if values.get("theme") else ""), ("summary", values.get("summary", "")),
        ("online", values.get("online", "")), ("sources", values.get("sources", "").rpartition(" ")[2]),
    ]  # fmt: skip
    return [(FIELDS[name], value) for name, value in said if value]


def _when(when: Mapping[str, Any]) -> str:
    if not when:
        return ""
    starts, ends = (clock.in_rome(datetime.fromisoformat(when[name])) for name in ("starts", "ends"))
    days = weekday_date(starts) if starts.date() == ends.date() else f"{weekday_date(starts)} – {weekday_date(ends)}"
    whole = (local_time(starts), local_time(ends)) == ("00:00", "23:59")
    said = [days if whole else f"{days}, {local_time(starts)}" + (f"–{local_time(ends)}" if ends != starts else "")]
    if when["rule"]:
        said.append(in_words(when["rule"]))
        said.append(_("until %(day)s") % {"day": local_date(date.fromisoformat(when["until"]))})
    if when["except"]:
        said.append(
            _("except on %(days)s") % {"days": ", ".join(local_date(date.fromisoformat(day)) for day in when["except"])}
        )
    return "; ".join(said)


def apply(lines: Sequence[Line], options: Mapping[str, str], before: frozenset[UUID], by: Actor) -> list[Taken]:
    """New and changed drafts are `taken`; nothing new, `unchanged`, also where what was edited here differs."""
    taken = take_events(events=[line.payload for line in lines], by=by)
    return [Taken(BECAME[one.outcome], one.codes, one.event_id) for one in taken]


EVENTS = ImportKind(
    code="events", label=gettext_lazy("A calendar of events"), permission=Permission.CONTENT_WRITE,
    fields=[Field(theme.value, theme.label, ()) for theme in Theme], understand=understand, apply=apply, read=read_calendar,
    formats=gettext_lazy("A calendar as any program exports it (iCalendar): ics."), codes=words(),
    words=Words(
        row=gettext_lazy("Event"), choose=gettext_lazy("Choose which event it is"), asked=gettext_lazy("events that may be one of several"),
        merged=gettext_lazy("brought up to date"), unchanged=gettext_lazy("on record already, nothing new"),
    ),
)  # fmt: skip
