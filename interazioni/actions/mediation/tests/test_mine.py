"""A mediator's own pages, and the register that the dispatcher keeps. Wednesday 12 February 2020, 9:30 in Italy."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from interazioni.actions.mediation.models import Assignment, AssignmentState, Availability, Mediator, Offer
from interazioni.actions.mediation.tests.cast import (
    TORINO,
    a_call,
    a_dispatch,
    a_mediator,
    asked,
    dispatcher,
    fixed,
    promised,
    seen,
)
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def enter(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def opened(client: Client, name: str, *args: Any, moment: Any = DEMO_DAY, **data: Any) -> Any:
    with clock.at(moment), translation.override("en"):
        method = client.post if data else client.get
        return method(reverse(f"mediation:{name}", args=args), data or None)


def amina(**values: Any) -> Mediator:
    a_dispatch()
    return a_mediator("Amina Diallo", login="amina", **values)


def test_amina_reads_what_is_asked_and_says_yes_with_one_touch() -> None:
    mediator = amina()
    (offer,) = asked(a_call(place="Ufficio alunni, scala B", preparation="Pagella di Mariam"), mediator)
    client = enter("amina")
    page = opened(client, "mine").content.decode()
    assert "Bambara" in page
    assert "Yes, I will be there" in page
    # before she accepts: the body and the town, not whom it is about nor what to prepare
    assert "Mariam" not in page
    answered = opened(client, "answer_offer", offer.pk, accept="1")
    with acting(dispatcher()):
        made = Assignment.objects.get(call_id=offer.call_id)
    assert answered.url == reverse("mediation:promise", args=[made.pk])
    page = opened(client, "promise", made.pk).content.decode()
    assert "Pagella di Mariam" in page
    assert "Ufficio alunni, scala B" in page


def test_a_get_of_the_address_for_answers_answers_nothing() -> None:
    (offer,) = asked(a_call(), amina())
    assert opened(enter("amina"), "answer_offer", offer.pk).status_code == 405
    assert seen(Offer, offer.pk).state == "waiting"


def test_declining_needs_a_reason_and_says_so() -> None:
    (offer,) = asked(a_call(), amina())
    client = enter("amina")
    opened(client, "answer_offer", offer.pk, words="no")
    assert seen(Offer, offer.pk).state == "waiting"
    assert "choose a reason" in opened(client, "mine").content.decode()
    opened(client, "answer_offer", offer.pk, reason="far")
    assert (seen(Offer, offer.pk).state, seen(Offer, offer.pk).decline_reason) == ("declined", "far")


def test_the_day_on_the_phone_there_done_hours() -> None:
    made = promised(a_call(), amina())
    client = enter("amina")
    early = opened(client, "promise", made.pk).content.decode()
    assert "I am there" not in early
    assert "I cannot come after all" in early
    opened(client, "arrive", made.pk, moment=made.starts_at - timedelta(minutes=10), here="1")
    assert seen(Assignment, made.pk).state == AssignmentState.UNDER_WAY
    wrong = opened(client, "finish", made.pk, moment=made.ends_at, minutes="0", travel_km="12,5")
    assert wrong.status_code == 200
    assert 'value="12,5"' in wrong.content.decode()  # what was typed stays
    opened(client, "finish", made.pk, moment=made.ends_at, minutes="75", travel_km="12,5", travel_minutes="30")
    done = seen(Assignment, made.pk)
    assert done.state == AssignmentState.DONE
    page = opened(client, "mine", moment=made.ends_at).content.decode()
    assert "1 h 15" in page


def test_she_gives_it_back_and_somebody_else_is_looked_for() -> None:
    made = promised(a_call(), amina())
    client = enter("amina")
    opened(client, "give_back", made.pk, words="mio figlio sta male")
    assert seen(Assignment, made.pk).state == AssignmentState.WITHDRAWN


def test_what_was_said_in_confidence_is_gone_from_her_page_some_days_after() -> None:
    made = promised(a_call(preparation="Pagella di Mariam"), amina())
    client = enter("amina")
    assert "Mariam" in opened(client, "promise", made.pk, moment=made.ends_at + timedelta(days=1)).content.decode()
    late = opened(client, "promise", made.pk, moment=made.ends_at + timedelta(days=30)).content.decode()
    assert "Mariam" not in late


def test_another_mediators_promise_and_offer_do_not_exist() -> None:
    amina()
    other = a_mediator("Sara Keita", login="")
    made = promised(a_call(), other)
    (offer,) = asked(a_call(options=[fixed(hour=time(15))]), other)
    client = enter("amina")
    assert opened(client, "promise", made.pk).status_code == 404
    assert opened(client, "answer_offer", offer.pk, accept="1").status_code == 404
    assert opened(client, "mediator", other.pk).status_code == 404


def test_who_is_on_no_register_is_told_whom_to_ask() -> None:
    a_dispatch()
    assert "not on a register" in opened(enter("amina"), "mine").content.decode()


def test_the_dispatcher_types_in_a_yes_by_phone() -> None:
    a_dispatch()
    (offer,) = asked(a_call(), a_mediator())
    opened(enter("davide"), "answer_offer", offer.pk, accept="1")
    assert seen(Offer, offer.pk).state == "accepted"


SAID = {
    "full_name": "Fatou Ba", "gender": "F", "sectors": ["school", "health"], "municipality": "Torino", "radius_km": "30", "week_hours": "18",
    "since": "2020-02-12", "language_0": "wo", "level_0": "3", "language_1": "fr", "level_1": "2", "email": "fatou@mediatori.example",
}  # fmt: skip


def test_the_dispatcher_enters_a_mediator_and_her_week() -> None:
    a_dispatch()
    client = enter("davide")
    sent = opened(client, "register_mediator", **SAID)
    with acting(dispatcher()):
        made = Mediator.objects.get(full_name="Fatou Ba")
        assert sorted(made.languages.values_list("tag", "level")) == [("fr", 2), ("wo", 3)]
    assert (made.week_cap_minutes, made.municipality) == (18 * 60, TORINO)
    assert sent.url == reverse("mediation:availability", args=[made.pk])
    week = {"day_0": "0", "from_0": "09:00", "to_0": "13:00", "day_1": "3", "from_1": "14:00", "to_1": "18:00"}
    opened(client, "availability", made.pk, **week)
    with acting(dispatcher()):
        assert [(one.weekday, one.starts.hour) for one in Availability.objects.filter(mediator=made)] == [
            (0, 9),
            (3, 14),
        ]
    page = opened(client, "mediator", made.pk).content.decode()
    assert "Wolof" in page
    assert "09:00–13:00" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"level_0": ""}, "Say how well."),
        ({"language_1": "wo"}, "This language is there twice."),
        ({"municipality": "Nowhere"}, "Write a municipality of Italy"),
        ({"until": "2019-01-01"}, "The last day lies before the first."),
    ],
)
def test_a_wrong_entry_says_what_is_wrong_and_keeps_what_was_typed(wrong: dict[str, str], sentence: str) -> None:
    a_dispatch()
    page = opened(enter("davide"), "register_mediator", **{**SAID, **wrong}).content.decode()
    assert sentence in page
    assert 'value="Fatou Ba"' in page


def test_two_dispatchers_correct_the_same_entry_and_the_second_is_told() -> None:
    mediator = amina()
    client = enter("davide")
    first = opened(client, "correct_mediator", mediator.pk, **SAID, version=str(mediator.version))
    assert first.status_code == 302
    second = opened(client, "correct_mediator", mediator.pk, **SAID, version=str(mediator.version))
    assert second.status_code == 200
    assert "meanwhile" in second.content.decode()


def test_she_writes_down_her_holidays_and_takes_them_out_again() -> None:
    mediator = amina()
    client = enter("amina")
    opened(client, "availability", mediator.pk, add="1", first="2020-02-20", last="2020-02-21", available="off")
    with acting(dispatcher()):
        off = mediator.exceptions.get()
    assert off.ends_at - off.starts_at == timedelta(days=2)
    assert "20 February 2020" in opened(client, "availability", mediator.pk).content.decode()
    opened(client, "remove_exception", off.pk, out="1")
    with acting(dispatcher()):
        assert not mediator.exceptions.exists()
    back = {"first": "2020-02-21", "last": "2020-02-20", "available": "off"}
    assert "after it begins" in opened(client, "availability", mediator.pk, add="1", **back).content.decode()


def test_the_register_is_narrowed_and_exported() -> None:
    a_dispatch()
    a_mediator("Awa Keita")
    a_mediator("Bo Chen", {"zh-Hans": 3}, sectors=["legal"])
    client = enter("davide")
    with clock.at(DEMO_DAY):
        page = client.get(reverse("mediation:mediators"), {"language": "zh-Hans"}).content.decode()
        assert "Bo Chen" in page
        assert "Awa Keita" not in page
        page = client.get(reverse("mediation:mediators"), {"sector": "health", "q": "awa"}).content.decode()
        assert "Awa Keita" in page
        assert "Bo Chen" not in page


def test_the_register_costs_as_many_statements_for_forty_as_for_two(django_assert_max_num_queries: Any) -> None:
    a_dispatch()
    for number in range(40):
        a_mediator(f"Mediatrice {number}", {"bm": 3, "fr": 2})
    client = enter("davide")
    with django_assert_max_num_queries(26):
        assert opened(client, "mediators").status_code == 200


def test_an_unknown_promise_is_404() -> None:
    assert opened(enter("amina"), "promise", uuid4()).status_code == 404
