"""Services as a kind of import: what the preview shows and asks, and how a batch becomes one call of the directory's rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import columns, hsds, queries, sheet, topics
from interazioni.actions.directory.importing.draft import Draft, key_of
from interazioni.actions.directory.importing.facts import facts_of
from interazioni.actions.directory.importing.hsds_reading import MOST_SERVICES, Source, read
from interazioni.actions.directory.importing.rules import Became, Imported, import_services
from interazioni.actions.directory.importing.statements import Stated
from interazioni.actions.directory.models import State, Theme
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.imports.mapping import Column, Proposal, chosen_by_person
from interazioni.foundation.imports.models import Outcome
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.foundation.imports.registry import (
    Asked,
    ImportKind,
    Line,
    Question,
    TableView,
    Taken,
    Text,
    Understood,
    Words,
)
from interazioni.foundation.imports.tables import find_tables
from interazioni.foundation.vocabularies.folding import fold

MOST_QUESTIONS = 25
NEW = "new"
THEMES = [(theme.value, theme.label) for theme in Theme]


@dataclass(frozen=True, slots=True)
class Payload:
    """A line's statement, or None for a row that is only another place of the service of `external_id`."""

    stated: Stated | None
    external_id: str
    publish: bool = False


@dataclass(slots=True)
class _Item:
    """A line in the making. `owner`: the one whose statement speaks for it too."""

    draft: Draft
    cells: Sequence[object]
    owner: "_Item | None" = None


def understand(asked: Asked) -> Understood:
    here = queries.standing(asked.by)
    views, items = _of_json(asked.source) if isinstance(asked.source, Source) else _of_workbook(asked)
    questions = _questions(items, asked, here)
    _kept_elsewhere(items, asked.by)
    lines = _lines(items, asked, here)
    return Understood(views, lines, questions)


# --- files -----------------------------------------------------------------------------------------------------------


def _of_workbook(asked: Asked) -> tuple[list[TableView], list[_Item]]:
    found = find_tables(asked.source, columns.KIND)
    if found.row_count > MOST_SERVICES:
        raise ImportRefused("too_many_rows", _("The file holds more than %(limit)s services. Split it."), MOST_SERVICES)
    views: list[TableView] = []
    items: list[_Item] = []
    owners: dict[str, _Item] = {}
    for number, table in enumerate(found.tables):
        key = f"{table.sheet}/{number}"
        chosen = asked.mapping.get(key)
        mapping: Mapping[str, Proposal] = (
            chosen_by_person(table.columns, {int(at): name for at, name in chosen.items() if name})
            if chosen
            else table.mapping
        )
        views.append(TableView(key, table.sheet, table.titles, table.columns, mapping, table.ignored))
        rows = sheet.read_table(table, mapping)
        firsts = {one.row.number: one.draft for one in rows}
        for one in rows:
            first = firsts[one.belongs_to]
            item = _Item(one.draft, [one.row.get(column.index) for column in table.columns], owners.get(first.identity))
            if item.owner is not None:
                _add_places(item.owner.draft, first)
            elif not one.draft.errors:
                _speak_for(item.draft, first)
                owners[first.identity] = item
            items.append(item)
    if not any("name" in view.mapping for view in views):
        raise ImportRefused(
            "no_table",
            _("No table of services was recognised in this file: it needs a column with the services' names."),
        )
    return views, items


def _speak_for(own: Draft, first: Draft) -> None:
    """The first row of a service that can be taken speaks for all; the words were gathered in the very first."""
    if own is first:
        return
    own.values, own.organisation, own.places = first.values, first.organisation, first.places
    own.places_said, own.category, own.identity = first.places_said, first.category, first.identity


def _add_places(owner: Draft, other: Draft) -> None:
    """The same service in another table or sheet adds its places, never words or emptiness."""
    if owner.places is not other.places:
        known = {place.key for place in owner.places}
        owner.places += [place for place in other.places if place.key not in known]


def _own(by: Actor, here: queries.Standing) -> str:
    """The body itself, under the name that it has in the directory."""
    return next((one for one in here.organisations if fold(one) == fold(by.body_name)), by.body_name)


def _offering(asked: Asked, here: queries.Standing) -> list[str]:
    own = _own(asked.by, here)
    return list(dict.fromkeys([own, *here.organisations]))


def _is_own(asked: Asked) -> bool:
    """A spreadsheet that names nobody is of the body's own services; another directory's file is not."""
    return not isinstance(asked.source, Source)


_COLUMNS = ("id", "name", "organization", "description", "url")


def _of_json(source: Source) -> tuple[list[TableView], list[_Item]]:
    items = []
    for record, draft in zip(source.records, hsds.read_services(source), strict=True):
        node = record.node
        organisation = node.get("organization")
        node = node | {
            "organization": organisation.get("name") if isinstance(organisation, dict) else node.get("organization_id")
        }
        items.append(
            _Item(draft, [value if isinstance(value := node.get(name), str | int | float) else "" for name in _COLUMNS])
        )
    notes: list[Text] = list(source.notes)
    if unkept := hsds.unkept(source):
        notes.append(format_lazy(_("There is no place here for: {what}."), what=", ".join(unkept)))
    shown = [Column(at, name) for at, name in enumerate(_COLUMNS)]
    return [TableView("hsds/0", hsds.SHEET, (), shown, {}, (), notes)], items


# --- what is asked ---------------------------------------------------------------------------------------------------


def _category_key(category: str) -> str:
    return f"theme-{key_of(category)[:8]}"


def _questions(items: Sequence[_Item], asked: Asked, here: queries.Standing) -> list[Question]:
    drafts = [item.draft for item in items if item.owner is None and not item.draft.errors]
    found = [
        Question(
            "state", _("What becomes of new entries?"),
            [("", _("Drafts, to be looked at and published")), (State.PUBLISHED.value, _("They are public at once, and your body vouches for them"))],
        )
    ]  # fmt: skip
    if any(not draft.organisation.get("name") for draft in drafts):
        own, *others = _offering(asked, here)
        unsaid: tuple[str, Text] = ("", own) if _is_own(asked) else ("", _("They are not taken"))
        rest = others if _is_own(asked) else [own, *others]
        found.append(
            Question(
                "organisation", _("Who offers the services of which the file does not say it?"),
                [unsaid, *((key_of(name)[:8], name) for name in rest)],
            )
        )  # fmt: skip
    unknown = Counter(draft.category for draft in drafts if draft.category and not topics.theme_of(draft.category))
    for category, _number in unknown.most_common(MOST_QUESTIONS):
        found.append(
            Question(
                _category_key(category),
                format_lazy(_("What is “{category}” about?"), category=category),
                [("", _("None of these")), *THEMES],
            )
        )
    if any(not _named_theme(draft, asked) for draft in drafts):
        found.append(
            Question(
                "theme", _("What are the services about of which the file does not say it?"),
                [("", _("As their words say, where they say it")), *THEMES],
                _("A theme that was read from the words is marked row by row; where the words say nothing, the row waits for your choice."),
            )
        )  # fmt: skip
    return found


def _named_theme(draft: Draft, asked: Asked) -> str:
    """The theme that the file names, in our words or by somebody's answer."""
    if not draft.category:
        return ""
    answered = asked.answers.get(_category_key(draft.category), "")
    return topics.theme_of(draft.category) or (answered if answered in Theme.values else "")


def _theme(draft: Draft, asked: Asked, known: bool) -> str:
    """The theme to state. For an entry that stands nothing is guessed: it has one."""
    named = _named_theme(draft, asked)
    default = asked.answers.get("theme", "")
    if named or known:
        return named
    if default in Theme.values:
        return default
    guessed = topics.guess(
        draft.name, draft.category, str(draft.values.get("summary", "")), str(draft.values.get("obtained", ""))
    )
    if guessed:
        draft.warn(
            "theme_guessed",
            _("What it is about was read from its words: %(other)s."),
            draft.category,
            str(Theme(guessed).label),
        )
        return guessed
    draft.refuse("theme_missing", _("What is it about? Choose it above, or add a column “Tema”."), draft.category)
    return ""


# --- lines -----------------------------------------------------------------------------------------------------------


def _lines(items: Sequence[_Item], asked: Asked, here: queries.Standing) -> list[Line]:
    publish = asked.answers.get("state") == State.PUBLISHED.value
    told = frozenset(item.draft.identity for item in items)
    lines: dict[int, Line] = {}
    for item in items:
        draft = item.draft
        if item.owner is not None or draft.errors:
            continue
        _offered_by(draft, asked, here)
        choices, own_id = _entry(draft, asked, here, told)
        known = draft.identity in here.by_external or own_id is not None
        if not known and not draft.organisation.get("name"):
            draft.refuse("organisation_unknown", _("Who offers it? Choose it above."))
        theme = _theme(draft, asked, known)
        if not theme and known:
            draft.values.pop("theme", None)
        if not known and not draft.values.get("summary"):
            draft.warn("no_summary", _("No sentence says what it is: it stays a draft until it has one."))
        stated = draft.statement(theme, own_id)
        facts = facts_of(draft, theme, known)
        lines[id(item)] = _line(item, facts, Payload(stated, draft.identity, publish), choices)
    for item in items:
        if id(item) in lines:
            continue
        if item.owner is not None and not item.draft.errors:
            if item.owner.draft.errors:
                item.draft.refuse(
                    "first_row", _("Row %(read)s, with the same service, cannot be taken."), str(item.owner.draft.row)
                )
            facts = [(_("another place of row"), str(item.owner.draft.row))]
            lines[id(item)] = _line(item, facts, Payload(None, item.owner.draft.identity))
        else:
            lines[id(item)] = _line(item, [], Payload(None, item.draft.identity))
    return [lines[id(item)] for item in items]


def _line(
    item: _Item, facts: Sequence[tuple[Text, str]], payload: Payload, choices: Sequence[tuple[str, str]] = ()
) -> Line:
    draft = item.draft
    return Line(draft.sheet, draft.row, draft.name, facts, payload, draft.errors, draft.warnings, choices, item.cells)


def _entry(
    draft: Draft, asked: Asked, here: queries.Standing, told: frozenset[str]
) -> tuple[list[tuple[str, str]], UUID | None]:
    """Which entry of ours it is: by its id; else, where one of the same name stands that this file does not know, as somebody says."""
    if draft.identity in here.by_external:
        return [], None
    own = hsds.own_id(draft)
    if own in here.by_id:
        return [], own
    offering = fold(str(draft.organisation.get("name", "")))
    same = {
        str(one.pk): one.words
        for one in here.by_name.get(fold(draft.name), ())
        # Written by hand, or brought in by a file: then it is another one where another organisation offers it.
        if not one.external_id or (one.external_id not in told and one.organisation == offering)
    }
    if not same:
        return [], None
    choices = [*same.items(), (NEW, str(_("a new entry")))]
    answer = asked.answers.get(f"{draft.sheet}/{draft.row}", "")
    if answer in same:
        return choices, as_uuid(answer)
    if answer != NEW:
        draft.refuse("same_name", _("An entry of this name stands here already: say whether it is the same."))
    return choices, None


def _kept_elsewhere(items: Sequence[_Item], by: Actor) -> None:
    """A file that this system gave out may hold what another body keeps: it would stand here twice."""
    ids = {ident: item.draft for item in items if (ident := hsds.own_id(item.draft))}
    for ident, name in queries.kept_elsewhere(by, ids).items() if ids else ():
        ids[ident].warn(
            "kept_elsewhere", _("“%(read)s” keeps this very entry here already: it would be public twice."), name
        )


def _offered_by(draft: Draft, asked: Asked, here: queries.Standing) -> None:
    """Where the file does not say it, as somebody answered; else nobody, or the body itself in a list of its own."""
    if draft.organisation.get("name"):
        return
    chosen = asked.answers.get("organisation", "")
    names = _offering(asked, here)
    name = next((one for one in names if key_of(one)[:8] == chosen), names[0] if _is_own(asked) and not chosen else "")
    draft.organisation = {"name": name} if name else {}


# --- taking ----------------------------------------------------------------------------------------------------------


_OUTCOMES = {
    Became.CREATED: Outcome.TAKEN,
    Became.CHANGED: Outcome.MERGED,
    Became.SAME: Outcome.UNCHANGED,
    Became.REFUSED: Outcome.REFUSED,
}


def apply(lines: Sequence[Line], options: Mapping[str, str], before: frozenset[UUID], by: Actor) -> list[Taken]:
    """One call of the rule for all the statements of a batch. A row that is another place of a service shares its fate."""
    stating = [line for line in lines if line.payload.stated is not None]
    taken = import_services(
        services=[line.payload.stated for line in stating], publish=any(line.payload.publish for line in stating), by=by
    )
    by_key = {line.key: one for line, one in zip(stating, taken, strict=True)}
    by_identity = {line.payload.external_id: one for line, one in zip(stating, taken, strict=True)}
    missing = {line.payload.external_id for line in lines} - by_identity.keys()
    earlier = queries.standing(by).by_external if missing else {}
    return [_taken(by_key[line.key]) if line.key in by_key else _shared(by_identity.get(line.payload.external_id), earlier.get(line.payload.external_id), before) for line in lines]  # fmt: skip


def _taken(one: Imported) -> Taken:
    return Taken(_OUTCOMES[one.became], one.codes, one.service_id)


def _shared(here: Imported | None, earlier: UUID | None, before: frozenset[UUID]) -> Taken:
    ident = here.service_id if here else earlier
    if ident is None:
        return Taken(Outcome.REFUSED, here.codes if here else ["first_row_refused"])
    changed = here.became in (Became.CREATED, Became.CHANGED) if here else ident in before
    return Taken(Outcome.MERGED if changed else Outcome.UNCHANGED, (), ident)


SERVICES = ImportKind(
    code="services", label=_("Services for the public"), permission=Permission.DIRECTORY_KEEP, fields=columns.KIND.fields, understand=understand, apply=apply,
    read=read, formats=_("A spreadsheet or a CSV, as you have it; or JSON from another directory (Open Referral HSDS 3)."),
    words=Words(
        row=_("Service"), choose=_("Choose which entry it is"), asked=_("services of which an entry of the same name stands here"),
        merged=_("added to an entry on record, or brought it up to date"), unchanged=_("on record already, nothing new"),
    ),
    codes={
        "kept_as_draft": _("It stays a draft: a public entry needs a sentence and a way to reach it."),
        "place_gone": _("A place on record is no longer in the file; it stays."),
        "place_removed_here": _("A place of the file was taken away here; it stays away."),
        "first_row_refused": _("The first row of this service was not taken."),
        "stale": _("Somebody else was changing it at the same moment: bring the file in again."),
        "differs:closures": _("The file has other closures than the record, which stay."),
        "differs:note": _("The file has another word on the hours than the record, which stays."),
        "differs:holidays": _("The file says something else of public holidays than the record, which stays."),
        "differs:latitude": _("The place was moved on the map here; it stays there."),
        "differs:longitude": _("The place was moved on the map here; it stays there."),
        "differs:accessibility": _("The file says something else of getting in than the record, which stays."),
        "differs:area": _("The file names other municipalities that it is for than the record, which stay."),
        "differs:sensitive": _("Whether its page can be left at once differs from the record, which stays."),
    },
    headings=columns.HEADINGS, after=(_("Look at the entries and publish them"), "directory:imported"),
)  # fmt: skip
