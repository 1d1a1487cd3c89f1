"""Links die, come back, were never any, or are laid as traps; the night finds out. Real sites on the loopback, the real mail server."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from interazioni.actions.content import rules as contents
from interazioni.actions.directory import rules as directory
from interazioni.actions.directory.models import Service
from interazioni.actions.directory.tests.cast import a_service, an_organisation, as_saved
from interazioni.actions.directory.tests.cast import source as source_of
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.core.fetching import OPEN_NET, Limits, Reach
from interazioni.foundation.core.tests.web import Web, door, page, web
from interazioni.foundation.freshness import asking, checking, judging
from interazioni.foundation.freshness.bodies import SomeFailed
from interazioni.foundation.freshness.models import LinkRound, LinkState, Problem, Vouch
from interazioni.foundation.freshness.tasks import keep
from interazioni.foundation.outbox.models import Message
from interazioni.foundation.translation.models import Segment
from interazioni.foundation.translation.rules import Edit, hand_in, write_pieces
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_italian(settings: Settings) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    with translation.override("it"):
        yield


@pytest.fixture
def net() -> Iterator[Web]:
    with web() as made:
        made.put("www.alive.example")  # so that it is never the net that is away
        yield made


def linking(net: Web, *urls: str, name: str = "Sportello", **values: Any) -> Service:
    """A service of Lucia's municipality whose sheet names these addresses, beside one that answers."""
    written = "\n".join([*(f"Vedi {url}" for url in urls), f"Vedi {net.url('www.alive.example')}"])
    return a_service(name, how=written, **values)


@contextmanager
def on_day(day: int, hour: int = 2) -> Iterator[None]:
    with clock.at(DEMO_DAY.replace(hour=hour) + timedelta(days=day)):
        yield


def night(net: Web, day: int = 1, reach: Reach | None = None, **more: Any) -> LinkRound:
    with on_day(day):
        done = checking.go_on(reach=reach or net.reach(), pause=0, **{"seconds": 60, **more})
    assert done is not None
    assert done.ended_at is not None
    return done


def state(url: str) -> LinkState:
    return LinkState.objects.get(url=url)


def problems(login: str = "lucia") -> list[tuple[str, str]]:
    with acting(actor(login)):
        return [(row.what, row.answer) for row in Problem.objects.order_by("what")]


def morning(day: int) -> None:
    with on_day(day, 6):
        keep.function()


def letters() -> list[Message]:
    with service("outbox"):
        return list(Message.objects.filter(purpose="freshness.ask").order_by("created_at"))


def enter(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


# --- a link dies and comes back ---------------------------------------------------------------------------------------------


def test_a_page_that_is_gone_two_nights_is_told_once_and_is_forgotten_when_it_is_back(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    linking(net, url)
    night(net, 1)
    assert (state(url).answer, state(url).failures) == ("404", 1)
    assert problems() == [], "once says nothing"
    night(net, 2)
    assert problems() == [(url, "404")]
    morning(2)
    morning(3)
    (letter,) = letters()
    assert letter.to == "lucia@interazioni.example"
    assert "Sportello" in letter.text
    assert url in letter.text
    assert "/desk/directory/services/" in letter.text
    net.put("www.comune.example", "/bando")
    night(net, 3)
    assert problems() == []
    assert (state(url).failing_since, state(url).failures) == (None, 0)


def test_two_looks_in_one_night_are_one(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(410))
    linking(net, url)
    night(net, 1)
    night(net, 1)
    assert state(url).failures == 1
    assert [path for _method, _name, path in net.asked if path == "/bando"] == ["/bando"] * 2, "HEAD and GET, once"


def test_a_site_that_is_not_there_is_given_four_nights(net: Web) -> None:
    """Neither a name that nobody has nor a machine that is switched off is an end after two."""
    nobody = net.url("www.nobody.example")
    linking(net, nobody)
    for day in (1, 2, 3):
        night(net, day)
    assert problems() == []
    night(net, 4)
    assert problems() == [(nobody, "address")]
    with acting(actor("lucia")):
        (problem,) = Problem.objects.all()
    assert problem.seen_at == DEMO_DAY.replace(hour=2) + timedelta(days=1), "since the first of them"


def test_a_day_between_two_failures_begins_anew(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    linking(net, url)
    night(net, 1)
    net.put("www.comune.example", "/bando")
    night(net, 2)
    net.put("www.comune.example", "/bando", page(404))
    night(net, 3)
    assert problems() == []
    assert state(url).failures == 1


@pytest.mark.parametrize("status", [401, 403, 429, 503, 451, 400, 405])
def test_what_robots_are_told_says_nothing(status: int, net: Web) -> None:
    url = net.put("www.questura.example", "/", page(status))
    linking(net, url)
    for day in range(1, 15):
        night(net, day)
    assert problems() == []
    assert state(url).failures == 0


def test_a_robot_that_is_refused_forgets_nothing(net: Web) -> None:
    url = net.put("www.questura.example", "/", page(404))
    linking(net, url)
    night(net, 1)
    net.put("www.questura.example", "/", page(403))
    night(net, 2)
    assert state(url).failures == 1
    net.put("www.questura.example", "/", page(404))
    night(net, 3)
    assert problems() == [(url, "404")]


def test_a_fault_of_the_site_is_given_ten_nights(net: Web) -> None:
    url = net.put("www.asl.example", "/", page(500))
    linking(net, url)
    for day in range(1, 10):
        night(net, day)
    assert problems() == []
    night(net, 10)
    assert problems() == [(url, "500")]


def test_a_site_that_refuses_head_is_asked_with_get(net: Web) -> None:
    for number, status in enumerate((404, 405, 403, 500, 501)):
        says = lambda handler, status=status: page(status if handler.command == "HEAD" else 200)  # noqa: E731
        linking(net, net.put(f"www{number}.head.example", "/", says), name=f"Sportello {number}")
    night(net, 1)
    night(net, 2)
    assert problems() == []
    assert [method for method, name, _path in net.asked if name.startswith("www0")][:2] == ["HEAD", "GET"]


def test_a_link_is_corrected_and_its_mark_goes_at_once(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    made = linking(net, url)
    night(net, 1)
    night(net, 2)
    assert problems() == [(url, "404")]
    as_saved(made, cost="Gratis.")
    assert problems() == [(url, "404")], "another correction mends no link"
    as_saved(made, how=f"Vedi {net.url('www.alive.example')}")
    assert problems() == []
    with on_day(3):
        vouch = Vouch.objects.get(object_id=made.pk)
    assert vouch.demoted_at is None


def test_what_is_withdrawn_is_asked_no_more(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    made = linking(net, url)
    linking(net, name="Altro")
    night(net, 1)
    night(net, 2)
    with on_day(2):
        directory.withdraw_service(service=made, by=actor("lucia"))
    assert problems() == []
    night(net, 3)
    assert not LinkState.objects.filter(url=url).exists()


# --- where links stand --------------------------------------------------------------------------------------------------------


def test_every_place_where_a_public_page_holds_a_link(net: Web) -> None:
    """Websites, texts, sources, translations. One address in five places is asked once."""
    shared = net.put("www.shared.example")
    website, offered, french = (
        net.put(name) for name in ("www.service.example", "www.office.example", "www.french.example")
    )
    made = a_service(
        "Corso", website=website, organisation_id=an_organisation(website=offered).pk, how=f"Vedi {shared}#orari"
    )
    with acting(actor("paolo")), clock.at(DEMO_DAY):
        told = {
            piece.pk: Edit(f"Fr {piece.text}".replace(shared, french), excuse="a page of their own")
            for piece in Segment.objects.filter(source__object_id=made.pk)
        }
        write_pieces(source=source_of(made), language="fr", texts=told, by=actor("paolo"))
        hand_in(source=source_of(made), language="fr", by=actor("paolo"))
    text, source, apply, meet = (
        net.put(name) for name in ("www.text.example", "www.source.example", "www.apply.example", "www.meet.example")
    )
    by, base = actor("paolo"), {"summary": "In breve.", "theme": "health"}
    with on_day(0):
        blocks = [
            ("paragraph", f"Vedi [il sito]({text}) e [quello]({shared})."),
            ("points", [f"[Ancora]({shared})", "[Scrivi](mailto:a@b.example)"]),
        ]
        contents.write(
            kind="guide",
            values={**base, "title": "Guida", "sources": f"Ministero {source}\nAltro {shared}"},
            blocks=blocks,
            by=by,
        )
        later = DEMO_DAY + timedelta(days=30)
        contents.write(
            kind="opportunity", values={**base, "title": "Bando", "deadline": later, "link": apply}, blocks=[], by=by
        )
        contents.write(
            kind="event", values={**base, "title": "Festa", "starts_at": later, "ends_at": later + timedelta(hours=2), "online": meet}, blocks=[], by=by
        )  # fmt: skip
    done = night(net, 1)
    assert {name for _method, name, _path in net.asked} == {
        f"www.{name}.example" for name in ("shared", "service", "office", "french", "text", "source", "apply", "meet")
    }
    assert len(net.asked) == done.asked == 8, "each once, with one small question"
    assert {head["User-Agent"] for head in net.heads} == {"InterAzioni (+http://127.0.0.1:8000/)"}


def test_another_bodys_problem_is_not_seen(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    linking(net, url)
    night(net, 1)
    night(net, 2)
    assert problems("lucia")
    assert problems("franca") == problems("giulia") == []
    assert problems("paolo") == problems("elena") == [(url, "404")], "who sees the plan sees every body's"


def test_our_own_pages_are_not_asked_over_the_net(net: Web, settings: Settings) -> None:
    settings.BASE_URL = net.url("www.interazioni.example").rstrip("/")
    linking(net, net.url("www.interazioni.example", "/services/altro/"), net.url("www.interazioni.example").rstrip("/"))
    assert night(net).asked == 1


# --- traps ------------------------------------------------------------------------------------------------------------------------

INSIDE = [
    "http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest/meta-data/iam/", "http://[::1]/", "http://[::ffff:169.254.169.254]/",
    "http://2130706433/", "http://0x7f.1/", "http://10.0.0.1/", "http://192.168.1.1/admin", "http://user:pw@127.0.0.1/", "http://0.0.0.0/",
]  # fmt: skip


def test_an_editor_lays_links_to_the_inside(net: Web) -> None:
    """With the reach of production, and somebody listening at every one of those ports: nobody is asked anything."""
    with ExitStack() as house:
        inner = [house.enter_context(web(address)) for address in ("127.0.0.1", "127.0.0.2")]
        ports = [(1, net.port), *((n, one.port) for n, one in enumerate(inner, 1))]
        urls = [*INSIDE, *(f"http://127.0.0.{n}:{port}/" for n, port in ports)]
        words = {
            "title": "Guida",
            "summary": "In breve.",
            "theme": "health",
            "sources": "\n".join(f"Fonte {url}" for url in urls),
        }
        with on_day(0):
            contents.write(
                kind="guide", values=words, blocks=[("points", [f"[Qui]({url})" for url in urls])], by=actor("paolo")
            )
        with on_day(1):
            done = checking.go_on(reach=OPEN_NET, pause=0, seconds=60)
    assert done is not None
    assert (done.asked, done.lost) == (len(urls), True)
    assert [one.asked for one in (net, *inner)] == [[], [], []]
    assert set(LinkState.objects.values_list("heard", flat=True)) <= {"address", "form", "port", "lookup"}


def test_a_public_site_sends_us_to_the_inside(net: Web) -> None:
    with web("127.0.0.2", net.port) as house:
        url = net.put("evil.example", "/", page(302, Location=f"http://127.0.0.2:{net.port}/secret"))
        linking(net, url)
        for day in range(1, 5):
            night(net, day)
    assert house.asked == []
    assert problems() == [(url, "address")], "and who wrote it learns no more than that it leads nowhere"


def test_a_name_of_two_faces(net: Web) -> None:
    """DNS rebinding, with a checker that asks HEAD, then GET."""
    turns: list[int] = []

    def look_up(host: str, port: int) -> list[str]:
        if host != "evil.example":
            return list(net.look_up(host, port))
        turns.append(1)
        return ["127.0.0.1"] if len(turns) % 2 else ["127.0.0.2"]

    url = net.put("evil.example", "/", page(404))
    linking(net, url)
    with web("127.0.0.2", net.port) as house:
        night(net, 1, reach=net.reach(look_up=look_up))
    assert len(turns) == 2
    assert house.asked == []
    assert [method for method, name, _path in net.asked if name == "evil.example"] == ["HEAD"]


def test_a_site_that_answers_a_byte_at_a_time_holds_up_nobody(net: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LIMITS", Limits(seconds=0.6, silence=0.4, size=0))

    def drip(line: Any) -> None:
        line.recv(4000)
        while True:
            line.sendall(b"H")
            threading.Event().wait(0.1)

    with door(drip) as port:
        slow = [f"http://slow.example:{port}/{n}" for n in range(30)]
        net.names["slow.example"] = ["127.0.0.1"]
        other = net.put("www.comune.example")
        linking(net, *slow, other)
        done = night(net, 1)
    assert done.asked == 32
    heard = list(LinkState.objects.filter(url__in=slow).values_list("heard", flat=True))
    assert sorted(heard) == ["later"] * 27 + ["timeout"] * 3, "three times is enough for one night"
    assert state(other).answer == "200"
    assert state(other).failures == 0


# --- the net is away ----------------------------------------------------------------------------------------------------------------


def test_a_machine_without_a_net_marks_nothing_and_says_so(net: Web) -> None:
    urls = [net.put(f"www{n}.comune.example") for n in range(12)]
    linking(net, *urls)
    night(net, 1)
    net.down = True
    for day in range(2, 8):
        assert night(net, day).lost
    assert not LinkState.objects.filter(failing_since__isnull=False).exists()
    assert problems() == []
    with on_day(7):
        said = enter("lucia").get("/desk/freshness/").content.decode()
    assert "19/02/2020" in said
    assert "data-lost" in said
    net.down = False
    assert not night(net, 8).lost


def test_one_site_of_many_links_that_is_away_is_no_net_that_is_away(net: Web) -> None:
    """Counted by sites: the dead links of one office among two sites that answer."""
    gone = [net.url("www.gone.example", f"/{n}") for n in range(25)]
    other = net.put("www.comune.example")
    linking(net, *gone, other)
    done = night(net, 1)
    assert (done.lost, done.hosts, done.silent_hosts) == (False, 3, 1)
    assert set(LinkState.objects.filter(url__in=gone).values_list("answer", "failures")) == {("address", 1)}
    assert net.looked_up.count("www.gone.example") == asking.ENOUGH, (
        "a site that is not there is not asked for each of its pages"
    )


@pytest.mark.parametrize(
    ("heard", "away"),
    [
        ([], False),
        ([("a", "lookup")], True),
        ([("a", "lookup"), ("b", "404")], False),
        ([(str(n), "connection") for n in range(30)] + [("x", "200")], True),
        ([(str(n), "connection") for n in range(5)] + [("x", "timeout")], False),
        ([("", "form"), ("b", "port"), ("c", "later")], False),
    ],
)
def test_when_the_net_is_away(heard: list[tuple[str, str]], away: bool) -> None:
    assert judging.lost(heard)[0] is away


# --- politeness and interruption ------------------------------------------------------------------------------------------------------


def test_a_site_is_asked_one_thing_at_a_time(net: Web) -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def says(handler: Any) -> Any:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.02)
        with lock:
            inside[0] -= 1
        return page()

    urls = [net.put("www.comune.example", f"/{n}", says) for n in range(10)]
    urls += [net.put(f"www{n}.short.example", "/", page(302, Location=urls[n])) for n in range(10)]
    linking(net, *urls)
    night(net, 1)
    assert most == [1]


def test_to_wait_for_ones_turn_is_no_slowness(net: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many sites lead to one, which takes its time with each."""
    monkeypatch.setattr(asking, "LIMITS", Limits(seconds=1, silence=1, size=0))

    def says(handler: Any) -> Any:
        threading.Event().wait(0.3)
        return page()

    urls = [
        net.put(f"www{n}.short.example", "/", page(302, Location=net.put("www.slow.example", f"/{n}", says)))
        for n in range(12)
    ]
    linking(net, *urls)
    night(net, 1)
    assert set(LinkState.objects.values_list("heard", flat=True)) == {"200"}


def test_who_says_too_many_is_left_alone_for_the_night(net: Web) -> None:
    urls = [net.put("www.tired.example", f"/{n}", page(429)) for n in range(10)]
    linking(net, *urls)
    night(net, 1)
    assert len([1 for _method, name, _path in net.asked if name == "www.tired.example"]) == 1
    assert sorted(LinkState.objects.filter(url__in=urls).values_list("heard", flat=True)) == ["429"] + ["later"] * 9


def test_a_visit_ends_and_the_next_goes_on(net: Web) -> None:
    urls = [net.put(f"www{n}.comune.example") for n in range(9)]
    linking(net, *urls)
    with on_day(1):
        first = checking.go_on(reach=net.reach(), pause=0, seconds=-1)
        assert first is not None
        assert first.ended_at is None
        assert net.asked == []
        second = checking.go_on(reach=net.reach(), pause=0, seconds=60)
        assert second is not None
        assert second.ended_at is not None
    assert len(net.asked) == 10


def test_a_night_that_grows_too_long_concludes_from_what_was_asked(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    linking(net, url)
    with on_day(1, 1):
        checking.go_on(reach=net.reach(), pause=0, seconds=-1)
    with on_day(1, 6):
        done = checking.go_on(reach=net.reach(), pause=0, seconds=60)
    assert done is not None
    assert (done.ended_at is not None, done.asked, net.asked) == (True, 0, [])


def test_a_letter_says_what_was_found_beside_the_question(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    linking(net, url)
    night(net, 106)
    night(net, 107)
    morning(107)
    (letter,) = letters()
    assert "/still-true/" in letter.text
    assert url in letter.text


def test_one_body_that_fails_keeps_no_other_waiting(net: Web) -> None:
    """A body that is in no register any more, before the others."""
    linking(net)
    with acting(actor("lucia")) as lucia:
        row = Vouch.objects.get(body_id=lucia.body_id)
    ghost = UUID(int=1)
    with acting(replace(actor("lucia"), body_id=ghost)):
        row.pk, row.object_id, row.body_id = ghost, ghost, ghost
        row._state.adding = True
        row.save(force_insert=True)
    with on_day(107, 6), pytest.raises(SomeFailed):
        keep.function()
    assert [letter.to for letter in letters()] == ["lucia@interazioni.example"]


def test_what_its_owner_has_looked_at_is_not_told_again(net: Web) -> None:
    url = net.put("www.comune.example", "/bando", page(404))
    linking(net, url)
    night(net, 1)
    night(net, 2)
    with acting(actor("lucia")):
        (problem,) = Problem.objects.all()
    lucia = enter("lucia")
    with on_day(2, 9):
        assert "bando" in lucia.get("/desk/freshness/?state=wrong").content.decode()
        lucia.post(f"/desk/freshness/problems/{problem.pk}/dismiss/")
        assert "bando" not in lucia.get("/desk/freshness/?state=wrong").content.decode()
    night(net, 3)
    morning(3)
    assert letters() == []
    net.put("www.comune.example", "/bando")
    night(net, 4)
    assert problems() == []
