"""Who vouches is asked by mail, confirms by a link, is reminded, and loses the word. Line by line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as config
from django.core import signing
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from interazioni.actions.content import rules as contents
from interazioni.actions.content.tasks import let_go
from interazioni.actions.directory.models import Service
from interazioni.actions.directory.tests.cast import a_service
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import ROLES, Role
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.core.visitors import visitor
from interazioni.foundation.freshness import links, registry
from interazioni.foundation.freshness.models import Problem, ProblemKind, Suggestion, SuggestionState, Vouch, Way
from interazioni.foundation.freshness.rules import Find, TooMany, confirm, note_problems, settle_suggestion, suggest
from interazioni.foundation.freshness.tasks import keep
from interazioni.foundation.outbox import delivery
from interazioni.foundation.outbox.models import Message
from interazioni.foundation.outbox.tests.test_delivery import free_port
from interazioni.foundation.ui.formats import long_date
from interazioni.front.demo.cast import ASSOCIATION, CAST, actor, ident
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_italian(settings: Settings) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    with translation.override("it"):
        yield


def vouch_of(thing: Any) -> Vouch:
    return Vouch.objects.get(object_id=thing.pk)


def mornings(first: int, last: int) -> None:
    for day in range(first, last + 1):
        with clock.at(DEMO_DAY + timedelta(days=day)):
            keep.function()


def asked() -> list[Message]:
    with service("outbox"):
        return list(Message.objects.filter(purpose="freshness.ask").order_by("created_at"))


def the_link(thing: Any) -> str:
    return f"/still-true/{links.token(vouch_of(thing))}/"


def enter(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def an_event(login: str = "kofi", **values: Any) -> Any:
    """Of an association, written by its delegate and published by who assists the plan."""
    by = replace(actor(login), roles=frozenset({Role.SYSTEM}))
    begins = DEMO_DAY + timedelta(days=200)
    given = {
        "title": "Festa dei popoli",
        "summary": "In breve.",
        "theme": "family",
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=3),
    }
    with clock.at(DEMO_DAY):
        return contents.write(kind="event", values={**given, **values}, blocks=[("paragraph", "Venite.")], by=by)


# --- the question and its reminders -----------------------------------------------------------------------------------------


def test_the_question_two_reminders_and_the_mark_by_the_real_mail_server(settings: Settings) -> None:
    mails: list[Any] = []

    class Post:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            mails.append(message_from_bytes(envelope.content))
            return "250 taken"

    controller = Controller(Post(), hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{controller.port}"
    try:
        made, other = a_service("Sportello"), a_service("Altro sportello")
        helper = replace(actor("lucia"), roles=frozenset({Role.SYSTEM}))
        with clock.at(DEMO_DAY):
            dead = Find(vouch_of(made).pk, ProblemKind.DEAD_LINK, "https://www.morto.example/", clock.now(), "404")
            note_problems(finds=[dead], gone=[], by=helper)
        mornings(100, 125)
        delivery.deliver()
    finally:
        controller.stop()
    assert [mail["To"] for mail in mails] == ["lucia@interazioni.example"] * 4
    texts = [mail.get_payload(decode=True).decode() for mail in mails]
    assert [text.count("/still-true/") for text in texts] == [0, 2, 2, 2], (
        "what was found; then one mail for both, three times"
    )
    assert ["https://www.morto.example/" in text for text in texts] == [True, False, False, False], "told once"
    assert vouch_of(made).demoted_at == vouch_of(other).demoted_at == DEMO_DAY + timedelta(days=120)


def test_nobody_loses_the_word_unasked_where_the_worker_stood_still() -> None:
    made = a_service()
    mornings(130, 130)
    assert (vouch_of(made).asked, vouch_of(made).demoted_at) == (1, None)
    mornings(131, 133)
    assert (vouch_of(made).asked, vouch_of(made).demoted_at) == (3, None)
    mornings(134, 134)
    assert vouch_of(made).demoted_at is not None
    mornings(135, 150)
    assert len(asked()) == 3


def test_what_is_marked_is_marked_for_readers_and_listed_for_who_assists() -> None:
    made = a_service()
    mornings(100, 121)
    with clock.at(DEMO_DAY + timedelta(days=121)):
        for language in config.PORTAL_LANGUAGES:
            root = "" if language == "it" else f"/{language}"
            with translation.override(language):
                mark = translation.gettext("Not verified lately")
            assert mark in Client().get(f"{root}/services/{made.slug}/").content.decode(), language
            assert mark in Client().get(f"{root}/search/?q=corso").content.decode(), language
        board = enter("paolo").get("/desk/freshness/?state=stale").content.decode()
        home = enter("paolo").get("/desk/").content.decode()
    assert made.name in board
    assert "Comune di Asti" in board
    assert "/desk/freshness/?state=stale" in home


@pytest.mark.parametrize("language", config.PORTAL_LANGUAGES)
def test_each_page_says_who_vouches_and_since_when_in_each_language(language: str) -> None:
    made, event = a_service(), an_event()
    root = "" if language == "it" else f"/{language}"
    for path in (f"{root}/services/{made.slug}/", f"{root}/events/{event.slug}/"):
        with clock.at(DEMO_DAY):
            said = Client().get(path).content.decode()
        with translation.override(language):
            day = long_date(DEMO_DAY)
            words = translation.gettext("%(body)s vouches for it. Last verified on %(day)s.")
        body = "Comune di Asti" if "services" in path else "Associazione Sankofa"
        assert words % {"body": body, "day": day} in said, path
        assert language in ("en", "it") or "vouches for it" not in said


def test_each_kind_is_good_for_three_to_six_months() -> None:
    assert {code: kind.days for code, kind in registry.kinds.items()} == {
        "service": 120, "guide": 180, "plan_page": 180, "news": 90, "opportunity": 90, "event": 90,
    }  # fmt: skip
    for days in (89, 181):
        with pytest.raises(ValueError, match="90 to 180"):
            registry.register("x", replace(registry.kinds["service"], days=days))


def test_an_association_is_asked_by_its_delegate() -> None:
    """Nobody there keeps services; who writes for the public is asked about what they wrote."""
    event = an_event()
    Body.objects.filter(pk=ident("body", ASSOCIATION)).update(email="")
    with clock.at(DEMO_DAY + timedelta(days=80)):
        keep.function()
    assert [letter.to for letter in asked()] == ["kofi@interazioni.example"]
    with clock.at(DEMO_DAY + timedelta(days=80)):
        assert confirm(vouch=vouch_of(event), by=actor("kofi")).verified_way == Way.PAGE


def test_an_event_that_is_over_is_nobodys_to_confirm() -> None:
    once = an_event()
    weekly = an_event(title="Corso", rule="FREQ=WEEKLY", until=(DEMO_DAY + timedelta(days=300)).date())
    with clock.at(DEMO_DAY + timedelta(days=201)):
        let_go.function()
    assert not Vouch.objects.filter(object_id=once.pk).exists()
    assert Vouch.objects.filter(object_id=weekly.pk).exists()
    with clock.at(DEMO_DAY + timedelta(days=201)):
        assert Client().get(f"/events/{once.slug}/").status_code == 200


# --- the link in the mail ---------------------------------------------------------------------------------------------------------


def test_looking_never_confirms_and_the_button_does_once() -> None:
    made = a_service()
    later = DEMO_DAY + timedelta(days=110)
    address = the_link(made)
    with clock.at(later):
        for scanner in ("get", "head", "options"):
            getattr(Client(), scanner)(address)
        assert Client(enforce_csrf_checks=True).post(address).status_code == 403, "a form of ours, not anybody's"
        assert vouch_of(made).verified_at == DEMO_DAY
        assert Client().post(address).status_code == 200
    assert (vouch_of(made).verified_at, vouch_of(made).verified_way) == (later, Way.LINK)
    with clock.at(later + timedelta(days=3)):
        again = Client().post(address)
    assert "Qualcuno l'ha già" in again.content.decode().replace("&#x27;", "'") or again.status_code == 200
    assert vouch_of(made).verified_at == later, "a link of before that word is spent"


def test_a_link_is_for_one_thing_and_one_purpose() -> None:
    made, other = a_service("Uno"), a_service("Due")
    first, second = vouch_of(made), vouch_of(other)
    said = [second.pk.hex, first.body_id.hex, first.verified_at.isoformat()]
    for forged in (
        signing.dumps(said, salt="something.else"),
        signing.dumps(said, salt="something.else", key="another key"),
        links.token(first)[:-2] + "xx",
        "x" * 4000,
    ):
        assert Client().post(f"/still-true/{forged}/").status_code == 404
    elsewhere = signing.dumps([first.pk.hex, uuid4().hex, first.verified_at.isoformat()], salt=links.SALT)
    assert Client().post(f"/still-true/{elsewhere}/").status_code == 410, "the body gave it away since"
    assert Vouch.objects.filter(verified_way=Way.LINK).count() == 0


def test_a_link_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_service()
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now - links.LIFE.total_seconds() - 60)
    old = the_link(made)
    monkeypatch.setattr(signing.time, "time", lambda: now)
    assert Client().get(old).status_code == Client().post(old).status_code == 410
    assert vouch_of(made).verified_way == Way.PUBLISHED


def test_a_page_behind_a_link_is_kept_by_nobody_and_shows_what_was_found() -> None:
    made = a_service()
    helper = replace(actor("lucia"), roles=frozenset({Role.SYSTEM}))
    with clock.at(DEMO_DAY):
        dead = Find(vouch_of(made).pk, ProblemKind.DEAD_LINK, "https://www.morto.example/", clock.now(), "404")
        note_problems(finds=[dead], gone=[], by=helper)
        answer = Client().get(the_link(made))
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "https://www.morto.example/" in answer.content.decode()


def test_nobody_gives_another_bodys_word() -> None:
    made = a_service()
    for login in ("franca", "paolo"):
        with pytest.raises(Vouch.DoesNotExist):
            confirm(vouch=vouch_of(made), by=actor(login))
        assert enter(login).post(f"/desk/freshness/{vouch_of(made).pk}/still-true/").status_code == 404
    with pytest.raises(Denied):
        confirm(vouch=vouch_of(made), by=actor("giulia"))


# --- readers' suggestions -----------------------------------------------------------------------------------------------------------


def said(made: Service, who: str, text: str = "Chiuso") -> Suggestion:
    by = system_actor(made.body)
    with clock.at(DEMO_DAY):
        return suggest(kind="service", object_id=made.pk, text=text, language="it", visitor=who, by=by)


def test_ten_thousand_suggestions_from_one_address(rf: Any) -> None:
    """Ten are kept, about whatever and whomever; the rest costs a count."""
    things = [a_service(f"Servizio {n}") for n in range(3)] + [a_service("Altrove", by=actor("franca"))]
    kept = 0
    for n in range(1000):
        try:
            said(things[n % 4], "somebody")
            kept += 1
        except TooMany:
            pass
    with acting(actor("paolo")):
        assert (kept, Suggestion.objects.count()) == (10, 10)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),  # a household has as many addresses as it likes
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1:40001", "192.0.2.1:40002", True),  # as some proxies write it
        ("[2001:db8:1:2::1]:40001", "2001:db8:1:2::2", True),
        ("unknown", "_hidden", False),
    ],
)
def test_who_has_many_addresses_is_one_visitor(one: str, other: str, same: bool, rf: Any, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    first, second = (visitor(rf.get("/", headers={"X-Forwarded-For": f"6.6.6.6, {text}"})) for text in (one, other))
    assert (first == second) is same
    assert len(first) == 43


def test_a_suggestion_about_a_guide_or_an_event_is_settled_by_who_wrote_it() -> None:
    event = an_event()
    by = system_actor(Body.objects.get(pk=ident("body", ASSOCIATION)))
    with clock.at(DEMO_DAY):
        row = suggest(
            kind="event",
            object_id=event.pk,
            text="È <b>spostata</b>",
            language="it",
            visitor="x",
            contact="a@b.example",
            by=by,
        )
        kofi = enter("kofi")
        board = kofi.get("/desk/freshness/").content.decode()
        assert "È &lt;b&gt;spostata&lt;/b&gt;" in board
        assert "a@b.example" in board
        assert "a@b.example" not in enter("elena").get("/desk/freshness/").content.decode(), (
            "the Region need not write to readers"
        )
        kofi.post(f"/desk/freshness/suggestions/{row.pk}/settle/", {"taken": "yes", "words": "Corretto."})
        with pytest.raises(Denied):
            settle_suggestion(suggestion=row, taken=True, by=actor("elena"))
    with acting(actor("kofi")):
        row.refresh_from_db()
    assert (row.state, row.contact) == (SuggestionState.TAKEN, "")


def test_who_opens_the_board_is_who_writes_for_the_public() -> None:
    allowed = {role for role in Role if Permission.CONTENT_WRITE in ROLES[role]} - {Role.SYSTEM}
    assert allowed == {Role.SECRETARY, Role.COORDINATOR, Role.ASSISTANCE, Role.LEAD, Role.DELEGATE}
    assert all(ROLES[role] >= {Permission.CONTENT_WRITE} for role in Role if Permission.DIRECTORY_KEEP in ROLES[role])
    assert not Problem.objects.exists(), "and without a body's context nothing is there"
