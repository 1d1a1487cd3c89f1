"""Mails about calls. They say language, day, hour, length and town; never whom a call is for, nor what it is about.

Written inside rules, sent by the outbox once the act is committed. A feed is never the only notice of a change.
"""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from interazioni.actions.mediation.links import Link, Purpose, address
from interazioni.actions.mediation.models import Assignment, Call, Hours, Mediator, Mode, Offer
from interazioni.actions.mediation.words import hours, language_name
from interazioni.foundation.outbox.models import Message
from interazioni.foundation.outbox.rules import notify, send, send_each
from interazioni.foundation.ui.formats import local_time, weekday_date
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners.models import Body


def _when(one: Offer | Assignment) -> str:
    return f"{weekday_date(one.starts_at)}, {local_time(one.starts_at)}–{local_time(one.ends_at)}"


def _town(istat: str) -> str:
    found = municipalities.by_istat(istat) if istat else None
    return str(found) if found else ""


def _lines(one: Offer | Assignment, town: str) -> list[str]:
    minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
    where = Mode(one.mode).label if one.mode != Mode.ONSITE else f"{Mode(one.mode).label}, {town}"
    return [
        _("When: %(when)s (%(long)s)") % {"when": _when(one), "long": hours(minutes)},
        _("Language: %(language)s") % {"language": language_name(one.language)},
        _("How: %(how)s") % {"how": where},
    ]


def _mail(to: str, subject: str, lines: Iterable[str], purpose: str) -> None:
    if to:
        send(to=to, subject=subject, text="\n".join(lines) + "\n", purpose=purpose)


def _push(one: Offer | Assignment, title: str, town: str, url: str) -> None:
    """To the mediator's devices: what a locked screen may show."""
    if one.mediator_user_id:
        where = Mode(one.mode).label if one.mode != Mode.ONSITE else town
        text = f"{_when(one)}\n{language_name(one.language) if one.language else ''} · {where}".strip()
        notify(user_id=one.mediator_user_id, title=title, text=text, url=url, purpose="mediation push")


def offered(offer: Offer, call: Call, mediator: Mediator) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        link = address(Link(Purpose.OFFER, offer.pk, mediator.pk, offer.dispatch_id))
        _mail(
            mediator.email, _("Can you come? %(when)s") % {"when": _when(offer)},
            [
                _("Somebody needs you (%(code)s).") % {"code": call.code}, "", *_lines(offer, _town(call.municipality)), "",
                _("Accept or decline here, without logging in:"), link, "",
                _("The offer stands until %(when)s.") % {"when": f"{weekday_date(offer.expires_at)}, {local_time(offer.expires_at)}"},
            ],
            "mediation offer",
        )  # fmt: skip
        _push(offer, _("Can you come?"), _town(call.municipality), reverse("mediation:mine"))


def no_longer_needed(offers: Iterable[Offer], call: Call, words: str) -> None:
    """To those who were asked and had not answered yet."""
    with translation.override(settings.LANGUAGE_CODE):
        mails = [
            Message(
                to=offer.mediator.email, subject=_("No longer needed: %(when)s") % {"when": _when(offer)}, purpose="mediation offer",
                text="\n".join([words, "", *_lines(offer, _town(call.municipality))]) + "\n",
            )
            for offer in offers
            if offer.mediator.email
        ]  # fmt: skip
        if mails:
            send_each(mails)


def promised(assignment: Assignment, mediator: Mediator) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        link = address(Link(Purpose.ASSIGNMENT, assignment.pk, mediator.pk, assignment.dispatch_id))
        _mail(
            mediator.email, _("You are expected: %(when)s") % {"when": _when(assignment)},
            [
                *_lines(assignment, _town(assignment.municipality)), "",
                _("Say when you are there and when you are done, or give it back in time:"), link,
            ],
            "mediation promise",
        )  # fmt: skip


def covered(assignment: Assignment, call: Call, body: Body) -> None:
    """To the body that called."""
    with translation.override(settings.LANGUAGE_CODE):
        _mail(
            body.email, _("A mediator is coming: %(when)s") % {"when": _when(assignment)},
            [
                _("Call %(code)s: %(name)s has accepted.") % {"code": call.code, "name": assignment.mediator_name}, "",
                *_lines(assignment, _town(assignment.municipality)),
            ],
            "mediation call",
        )  # fmt: skip


def uncovered(call: Call, body: Body) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        _mail(
            body.email, _("No mediator found yet for %(code)s") % {"code": call.code},
            [_("Nobody could take it at the time asked for. Open the call to see what else is possible:"),
             settings.BASE_URL.rstrip("/") + f"/desk/mediation/calls/{call.pk}/"],
            "mediation call",
        )  # fmt: skip


def ended(assignment: Assignment, to: str, words: str) -> None:
    """A promise that ends early: to the side that did not end it."""
    with translation.override(settings.LANGUAGE_CODE):
        _mail(
            to, _("Cancelled: %(when)s") % {"when": _when(assignment)},
            [words, "", *_lines(assignment, _town(assignment.municipality))], "mediation promise",
        )  # fmt: skip
        if to == assignment.mediator.email:
            _push(
                assignment,
                _("Cancelled"),
                _town(assignment.municipality),
                reverse("mediation:promise", args=[assignment.pk]),
            )


def moved(assignment: Assignment, mediator: Mediator) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        _mail(
            mediator.email, _("Changed: now %(when)s") % {"when": _when(assignment)},
            _lines(assignment, _town(assignment.municipality)), "mediation promise",
        )  # fmt: skip
        _push(
            assignment, _("Changed"), _town(assignment.municipality), reverse("mediation:promise", args=[assignment.pk])
        )


def to_be_attested(reported: Hours, assignment: Assignment, body: Body) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        link = address(Link(Purpose.HOURS, reported.pk, None, reported.dispatch_id))
        _mail(
            body.email, _("Please confirm: %(hours)s on %(day)s") % {"hours": hours(reported.minutes), "day": weekday_date(reported.happened_date)},
            [
                _("%(name)s has written down %(hours)s.") % {"name": assignment.mediator_name, "hours": hours(reported.minutes)},
                _("Confirm or say what is wrong, without logging in:"), link,
            ],
            "mediation hours",
        )  # fmt: skip


def disputed(reported: Hours, mediator: Mediator) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        _mail(
            mediator.email, _("Your hours of %(day)s are in doubt") % {"day": weekday_date(reported.happened_date)},
            [_("The body that called does not agree with %(hours)s. Log in to read why and to correct.") % {"hours": hours(reported.minutes)}],
            "mediation hours",
        )  # fmt: skip
