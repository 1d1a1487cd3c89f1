"""A person's page and what can be done there."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.ui.registry import tabbed
from interazioni.foundation.vocabularies import countries, taxcode
from interazioni.plan.people import queries, rules
from interazioni.plan.people.forms import NoticeForm, OpenNameForm, PersonForm, WithdrawForm, day_asked
from interazioni.plan.people.models import GuardianKind, Person, PersonState
from interazioni.plan.people.record import LABELS, PersonData, differing, words
from interazioni.plan.people.rules.merging import together
from interazioni.plan.people.views.registering import form_context, plan_of_today


def fetched(actor: Actor, person_id: UUID) -> Person:
    """The person of the actor's body; 404 for any other, whoever it is."""
    person = queries.visible_to(actor).select_related("school").filter(pk=person_id).first()
    if person is None:
        raise Http404
    return person


def _schools(*people: Person) -> dict[UUID, str]:
    return {person.school.pk: person.school.name for person in people if person.school}


def in_words(data: PersonData, schools: dict[UUID, str]) -> dict[str, str]:
    language = (get_language() or "it")[:2]
    return {name: words(data, name, schools=schools, language=language) for name in LABELS}


@require_safe
@desk(Permission.PEOPLE_VIEW)
def detail(request: HttpRequest, person_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    data = queries.stated_of([person])[person.pk]
    language = (get_language() or "it")[:2]
    guardians = [
        {
            "kind": GuardianKind(each.kind).label,
            "name": each.full_name,
            "citizenship": countries.name_of(each.citizenship, language) if each.citizenship else "",
            "birth_country": countries.name_of(each.birth_country, language) if each.birth_country else "",
            "phone": each.phone,
        }
        for each in data.guardians
    ]
    return render(
        request,
        "people/detail.html",
        {
            **tabbed(request, "person", person_id),
            "person": person,
            "said": in_words(data, _schools(person)),
            "age": queries.facts_of([person.pk])[person.pk].age_on(clock.today()),
            "guardians": guardians,
            "doubts": _doubts(person, data),
            "may_correct": actor.can(Permission.PEOPLE_CORRECT),
            "may_note": actor.can(Permission.PEOPLE_REGISTER),
            "left": person.state == PersonState.WITHDRAWN,
            "left_why": rules.WITHDRAWAL_REASONS.get(person.withdrawn_reason, ""),
        },
    )


def _doubts(person: Person, data: PersonData) -> list[str]:
    """What on the record does not go together: a hint, never a bar."""
    from interazioni.foundation.imports.names import fits_tax_code

    found = []
    code = taxcode.decode(data.tax_code, latest=clock.today())
    if code and not code.valid:
        found.append(_("The tax code is not valid."))
    if code and code.valid and not code.provisional:
        if data.birth_date and code.birth_date and code.birth_date != data.birth_date:
            found.append(_("The tax code says another date of birth."))
        if data.sex and code.sex and code.sex != data.sex:
            found.append(_("The tax code says another sex."))
        if fits_tax_code(data.surname, data.name, code) in ("no", "swapped"):
            found.append(_("The tax code does not fit the name."))
    if data.permit_expiry_date and data.permit_situation == "dated" and data.permit_expiry_date < clock.today():
        found.append(_("The permit has expired: ask whether its renewal was requested."))
    if person.privacy_notice_date is None:
        found.append(_("It is not noted that the privacy notice was given."))
    return found


@require_safe
@desk(Permission.PEOPLE_VIEW)
def eligibility(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = fetched(request.actor, person_id)  # type: ignore[attr-defined]
    day, plan = day_asked(request.GET.get("on")), plan_of_today()
    verdicts = queries.eligibility_of(person, plan, day) if plan else []
    return render(
        request,
        "people/eligibility.html",
        {**tabbed(request, "person", person_id), "verdicts": verdicts, "day": day, "plan": plan},
    )


@require_safe
@desk(Permission.PEOPLE_VIEW)
def history(request: HttpRequest, person_id: UUID) -> HttpResponse:
    fetched(request.actor, person_id)  # type: ignore[attr-defined]
    events = [
        (line, ", ".join(str(LABELS.get(name, name)) for name in line.changed))
        for line in audit.history("person", person_id)
    ]
    return render(request, "people/history.html", {**tabbed(request, "person", person_id), "events": events})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_CORRECT)
def correct(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    """The same form as at registering. Somebody else's change meanwhile is shown beside what was typed."""
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    base = queries.stated_of([person])[person.pk]
    context: dict[str, Any] = {"person": person, "version": person.version}
    if request.method != "POST":
        return render(request, "people/correct.html", {**form_context(PersonForm(actor=actor, base=base)), **context})
    form = PersonForm(request.POST, actor=actor, base=base)
    status = 200
    if form.is_valid():
        data: PersonData = form.cleaned_data["stated"]
        version = request.POST.get("version", "")
        try:
            rules.correct_person(
                person_id=person_id, version=int(version) if version.isdigit() else 0, data=data, by=actor
            )
        except rules.Changed as changed:
            context |= {"version": changed.version, "both": _both(changed.current, data, _schools(person))}
            status = 409
        except ValidationError as error:
            _into(form, error)
        else:
            messages.success(request, _("The record is corrected."))
            return redirect("people:detail", person_id)
    if form.errors and request.htmx:  # type: ignore[attr-defined]
        status = 422
    return render(request, "people/correct.html", {**form_context(form), **context}, status=status)


def _both(current: PersonData, typed: PersonData, schools: dict[UUID, str]) -> list[tuple[str, str, str]]:
    """Each field in which what is on record now differs from what was typed: its label, and both values in words."""
    here, there = in_words(current, schools), in_words(typed, schools)
    return [(str(LABELS[name]), here[name], there[name]) for name in differing(current, typed)]


def _into(form: Any, error: ValidationError) -> None:
    """A rule's refusal, at the field that it is about."""
    if hasattr(error, "error_dict"):
        for name, sentences in error.message_dict.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
    else:
        form.add_error(None, error)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_CORRECT)
def withdraw(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    form = WithdrawForm(request.POST or None, initial={"day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            rules.withdraw_person(person_id=person_id, by=actor, **form.cleaned_data)
        except ValidationError as error:
            _into(form, error)
        else:
            messages.success(
                request, _("%(name)s has left. What was done together stays counted.") % {"name": full_name(person)}
            )
            return redirect("people:detail", person_id)
    return render(
        request,
        "ui/confirmation.html",
        {
            "title": _("Note that %(name)s has left") % {"name": full_name(person)},
            "question": _("From this day on, %(name)s is no longer offered for activities.")
            % {"name": full_name(person)},
            "explanation": _("What was done together stays counted. You can take this back."),
            "submit": _("Note it"),
            "cancel": reverse("people:detail", args=[person_id]),
            "form": form,
        },
    )


@require_POST
@desk(Permission.PEOPLE_CORRECT)
def take_back(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who had left takes part again."""
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    try:
        rules.return_person(person_id=person_id, by=actor)
        messages.success(request, _("%(name)s takes part again.") % {"name": full_name(person)})
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    return redirect("people:detail", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_REGISTER)
def notice(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    form = NoticeForm(request.POST or None, initial={"day": clock.today(), "language": tuple(person.languages[:1])})
    if request.method == "POST" and form.is_valid():
        languages = form.cleaned_data["language"]
        try:
            rules.note_privacy_notice(
                person_id=person_id, day=form.cleaned_data["day"], language=languages[0] if languages else "", by=actor
            )
        except ValidationError as error:
            _into(form, error)
        else:
            messages.success(request, _("The privacy notice is noted."))
            return redirect("people:detail", person_id)
    return render(request, "people/notice.html", {"person": person, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_CORRECT)
def merge(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    """First which other record (`?other=`), then both side by side."""
    actor = request.actor  # type: ignore[attr-defined]
    person = fetched(actor, person_id)
    other_id = as_uuid((request.POST if request.method == "POST" else request.GET).get("other", ""))
    if other_id is None or other_id == person_id:
        return render(request, "people/merge_choose.html", {"person": person, **_candidates(request, actor, person)})
    other = fetched(actor, other_id)
    stated = queries.stated_of([person, other])
    names = list(differing(stated[person_id], stated[other_id]))
    if request.method == "POST":
        take = [name for name in names if request.POST.get(f"field_{name}") == "other"]
        try:
            rules.merge_people(keep=person_id, other=other_id, take=take, by=actor)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The two records are one now."))
            return redirect("people:detail", person_id)
    schools = _schools(person, other)
    here, there = in_words(stated[person_id], schools), in_words(stated[other_id], schools)
    rows = [
        {"name": name, "label": LABELS[name], "here": here[name], "there": there[name]}
        for name in names
        if here[name] or there[name]
    ]
    proposed = together(stated[person_id], stated[other_id])
    return render(
        request,
        "people/merge.html",
        {
            "person": person,
            "other": other,
            "rows": rows,
            "same": [(LABELS[name], here[name]) for name in LABELS if here[name] and name not in names],
            "proposed": in_words(proposed, schools),
        },
    )


def _candidates(request: HttpRequest, actor: Actor, person: Person) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:100]
    if text:
        found = list(queries.named(queries.listed(actor), text).exclude(pk=person.pk)[:20])
    else:
        found = [
            each.person
            for each in queries.alike(
                actor, surname=person.surname, name=person.name, birth_date=person.birth_date, but=person.pk, limit=10
            )
        ]
    return {"found": found, "q": text}


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.PEOPLE_NAMES_ACROSS)
def open_name(request: HttpRequest) -> HttpResponse:
    """One code, opened to a name, with the reason noted. `?code=` fills the field."""
    actor = request.actor  # type: ignore[attr-defined]
    form = OpenNameForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})
    opened = None
    if request.method == "POST" and form.is_valid():
        try:
            opened = rules.open_name(code=form.cleaned_data["code"], reason=form.cleaned_data["reason"], by=actor)
        except Person.DoesNotExist:
            form.add_error("code", _("Nobody has this code, or whoever had it was erased."))
    return render(request, "people/open_name.html", {"form": form, "opened": opened})


def full_name(person: Person) -> str:
    return f"{person.surname} {person.name}"
