"""A teacher needs Bambara tomorrow at ten: calling, asking, accepting, and everything that comes in between."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import translation

from interazioni.actions.mediation import candidates, rules, words
from interazioni.actions.mediation.models import (
    Assignment,
    Call,
    CallState,
    Confidence,
    Hours,
    Mediator,
    Offer,
    OfferState,
)
from interazioni.actions.mediation.queries import calls as queries
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.tasks import next_steps, upkeep
from interazioni.actions.mediation.tests.cast import (
    ALESSANDRIA,
    TOMORROW,
    a_call,
    a_dispatch,
    a_mediator,
    after,
    asked,
    dispatcher,
    fixed,
    promised,
    seen,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.roles import Role
from interazioni.foundation.core import clock
from interazioni.foundation.outbox.models import Message
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.ledger.models import Entry
from tests.work import some_work

pytestmark = pytest.mark.django_db


def inserted(row: Assignment) -> None:
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def ranking(call: Call) -> candidates.Ranking:
    with acting(dispatcher()), clock.at(DEMO_DAY):
        return candidates.rank(Call.objects.get(pk=call.pk))


def why_not(call: Call, mediator: Mediator) -> str:
    found = next(one for one in ranking(call).others if one.mediator_id == mediator.pk)
    with translation.override("en"):
        return words.sentence(found.reasons)


def history(model: type, by: Actor | None = None) -> list[str]:
    with acting(by or dispatcher()):
        return [row.state for row in model.objects.order_by("created_at", "id")]  # type: ignore[attr-defined]


# --- candidates ---------------------------------------------------------------------------------------------------------


def test_candidates_come_best_first_with_their_reasons() -> None:
    a_dispatch()
    near = a_mediator("Awa Keita")
    far = a_mediator("Binta Ba", municipality=ALESSANDRIA, week_cap=900)
    fluent = a_mediator("Carla Diop", {"bm": 2, "fr": 3})
    found = ranking(a_call())
    assert [one.mediator_id for one in found.candidates] == [near.pk, fluent.pk, far.pk]
    with translation.override("en"):
        said = words.sentence(found.candidates[0].reasons)
    assert "speaks Bambara as mother tongue" in said
    assert "lives 0 km away" in said
    assert "free 08:00–18:00" in said
    assert "0 % of the week's hours taken" in said


def test_everybody_else_has_a_reason() -> None:
    a_dispatch()
    others = {
        a_mediator("Chen Li", {"zh-Hans": 3}): "does not speak Bambara",
        a_mediator("Dario Sow", municipality=ALESSANDRIA, radius_km=30, remote_modes=[]): "travels up to 30 km",
        a_mediator("Emma Sy", spans=[rules.Span(3, time(14), time(18))]): "not available at that time",
        a_mediator("Fanta Cissé", gender="M"): "a woman is needed",
        a_mediator("Gaia Touré", week_cap=30): "the week's hours are used up",
    }
    call = a_call(gender_required="F")
    for mediator, reason in others.items():
        assert reason in why_not(call, mediator)


def test_who_is_promised_next_door_has_no_time_to_travel() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    promised(a_call(), awa)
    assert "busy 10:00–11:00" in why_not(a_call(options=[fixed(hour=time(10, 30))]), awa)
    elsewhere = a_call(options=[fixed(hour=time(11, 15))], municipality=ALESSANDRIA)
    assert ranking(elsewhere).candidates == []
    later = a_call(options=[fixed(hour=time(14))], municipality=ALESSANDRIA)
    assert ranking(later).of(awa.pk) is not None


def test_a_window_is_filled_where_it_fits() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    promised(a_call(), awa)
    window = a_call(options=[rules.Option(at(TOMORROW, time(9, 30)), at(TOMORROW, time(12)))])
    found = ranking(window).of(awa.pk)
    assert found is not None
    assert clock.in_rome(found.starts_at).time() == time(11, 15)


def test_the_mediator_whom_the_family_knows_comes_first() -> None:
    a_dispatch()
    a_mediator("Awa Keita")
    known = a_mediator("Binta Ba", municipality="001156")
    person = some_work("giulia").person_id
    first = promised(a_call(person_id=person), known)
    with clock.at(after(26)):
        rules.report_hours(assignment=first, minutes=60, by=dispatcher())
    again = a_call(person_id=person, options=[fixed(date(2020, 2, 20))])
    found = ranking(again).candidates
    assert found[0].mediator_id == known.pk
    with translation.override("en"):
        assert "has met the family once" in words.sentence(found[0].reasons)
        assert "does not know the family yet" in words.sentence(found[1].reasons)


def test_a_language_that_nobody_speaks_is_known_at_once() -> None:
    from interazioni.actions.mediation.queries import calls as queries

    dispatch = a_dispatch()
    a_mediator("Awa Keita")
    with acting(actor("giulia")):
        assert queries.speakers(dispatch.pk, "snk") == 0  # a teacher sees no register of mediators
    with acting(dispatcher()):
        assert queries.speakers(dispatch.pk, "bm") == 1
        assert queries.next_best(dispatch.pk, "snk") == ["bm", "fr"]


# --- asking and answering -------------------------------------------------------------------------------------------------


def test_one_after_the_other_until_somebody_accepts() -> None:
    a_dispatch()
    amina = a_mediator("Amina Diallo", login="amina")
    binta = a_mediator("Binta Ba", municipality="001156")
    call = a_call()
    with clock.at(DEMO_DAY):
        (first,) = rules.ask_next(call=call, by=dispatcher())
    assert first.mediator_id == amina.pk
    assert seen(Call, call.pk).state == CallState.PROPOSED
    with clock.at(after(0.5)):
        rules.decline_offer(offer=first, reason="busy", by=actor("amina"))
        assert seen(Call, call.pk).state == CallState.DECLINED
        next_steps.function()
    with acting(dispatcher()):
        second = Offer.objects.get(state=OfferState.WAITING)
    assert second.mediator_id == binta.pk
    with clock.at(after(1)):
        made = rules.accept_offer(offer=second, by=dispatcher())
    assert made.mediator_id == binta.pk
    assert seen(Call, call.pk).state == CallState.CONFIRMED


def test_an_offer_runs_out_and_the_next_is_asked_by_itself() -> None:
    a_dispatch(answer_minutes=60)
    a_mediator("Awa Keita")
    a_mediator("Binta Ba", municipality="001156")
    call = a_call()
    with clock.at(DEMO_DAY):
        (first,) = rules.ask_next(call=call, by=dispatcher())
    with clock.at(after(1.5)):
        next_steps.function()
    assert history(Offer) == [OfferState.EXPIRED, OfferState.WAITING]
    with clock.at(after(1.6)), pytest.raises(rules.TooLate):
        rules.accept_offer(offer=first, by=dispatcher())
    with clock.at(after(3)):
        next_steps.function()
    assert seen(Call, call.pk).state == CallState.UNCOVERED


def test_of_several_who_are_asked_at_once_the_first_wins() -> None:
    a_dispatch()
    a_mediator("Amina Diallo", login="amina")
    a_mediator("Binta Ba")
    call = a_call(urgency=4)
    with clock.at(DEMO_DAY):
        first, second = rules.ask_next(call=call, by=dispatcher())
    with clock.at(after(0.1)):
        rules.accept_offer(offer=second, by=dispatcher())
        with pytest.raises(rules.TooLate):
            rules.accept_offer(offer=first, by=dispatcher())
    assert sorted(history(Offer)) == [OfferState.ACCEPTED, OfferState.TAKEN]
    with acting(dispatcher()):
        assert Assignment.objects.filter(call=call).count() == 1


def test_the_same_acceptance_twice_is_one() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    call = a_call()
    (offer,) = asked(call, awa)
    with clock.at(after(0.1)):
        first = rules.accept_offer(offer=offer, by=dispatcher())
        assert rules.accept_offer(offer=offer, by=dispatcher()).pk == first.pk


def test_a_mediator_answers_only_for_herself() -> None:
    a_dispatch()
    (offer,) = asked(a_call(), a_mediator("Binta Ba"))
    with pytest.raises(ValidationError):
        rules.accept_offer(offer=offer, by=actor("amina"))


def test_two_offers_for_the_same_hour_the_second_yes_is_refused_in_words() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    (one,), (two,) = asked(a_call(), awa), asked(a_call(), awa)
    with clock.at(after(0.1)):
        rules.accept_offer(offer=one, by=dispatcher())
        with translation.override("en"), pytest.raises(rules.NoRoom, match="promised elsewhere"):
            rules.accept_offer(offer=two, by=dispatcher())
    assert seen(Offer, two.pk).state == OfferState.WAITING


def test_who_cannot_come_is_not_asked() -> None:
    a_dispatch()
    chen = a_mediator("Chen Li", {"zh-Hans": 3})
    with (
        translation.override("en"),
        pytest.raises(ValidationError, match="Chen Li cannot come: does not speak Bambara"),
    ):
        asked(a_call(), chen)


# --- the database is the last guard ---------------------------------------------------------------------------------------


@pytest.mark.breaks_in
def test_the_database_refuses_two_places_at_once() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    made = promised(a_call(), awa)
    other = a_call()
    made.pk, made.call_id = uuid4(), other.pk
    made.starts_at += timedelta(minutes=30)
    made.ends_at += timedelta(minutes=30)
    with pytest.raises(IntegrityError, match="mediation_assignment_one_place"), acting(dispatcher()):
        inserted(made)


@pytest.mark.breaks_in
def test_the_database_wants_time_to_travel() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    made = promised(a_call(), awa)
    other = a_call(municipality=ALESSANDRIA)
    made.pk, made.call_id, made.latitude, made.longitude = uuid4(), other.pk, other.latitude, other.longitude
    made.starts_at += timedelta(minutes=90)
    made.ends_at += timedelta(minutes=90)
    with pytest.raises(IntegrityError, match="no time to travel"), acting(dispatcher()):
        inserted(made)


@pytest.mark.breaks_in
@pytest.mark.parametrize(
    ("before", "after_"), [("sent", "done"), ("sent", "attested"), ("draft", "confirmed"), ("cancelled", "sent")]
)
def test_the_database_refuses_illegal_moves(before: str, after_: str) -> None:
    a_dispatch()
    call = a_call(send=before != "draft")
    if before == "cancelled":
        with clock.at(DEMO_DAY):
            rules.cancel_call(call=call, words="x", by=actor("giulia"))
    with pytest.raises(IntegrityError, match="cannot go from"), acting(actor("giulia")):
        Call.objects.filter(pk=call.pk).update(state=after_, sent_at=DEMO_DAY)


# --- giving back, cancelling, not coming ----------------------------------------------------------------------------------


def test_a_mediator_who_gives_back_an_hour_before_opens_the_call_as_urgent() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita")
    a_mediator("Binta Ba")
    call = a_call()
    made = promised(call, awa)
    with clock.at(at(TOMORROW, time(9))):
        rules.withdraw(assignment=made, words="febbre", by=dispatcher())
        again = seen(Call, call.pk)
        assert again.state == CallState.SENT
        assert again.urgency == 4
        next_steps.function()
    with acting(dispatcher()):
        asked_now = Offer.objects.get(state=OfferState.WAITING)
        assert asked_now.expires_at <= at(TOMORROW, time(10))
    assert history(Assignment) == ["withdrawn"]


def test_a_late_cancellation_is_paid_and_counts_for_nothing() -> None:
    a_dispatch()
    made = promised(a_call(), a_mediator("Awa Keita"))
    with clock.at(at(TOMORROW, time(8))):
        (call,) = rules.cancel_call(call=seen(Call, made.call_id), words="assente", by=actor("giulia"))
    ended = seen(Call, call.pk)
    assert (ended.state, ended.ended_by, ended.ended_late) == ("cancelled", "caller", True)
    with acting(dispatcher()):
        hours = Hours.objects.get()
        assert hours.paid_only
        assert hours.minutes == 60
        assert not Entry.objects.filter(source_kind="mediation").exists()


def test_a_cancellation_in_time_costs_nothing() -> None:
    a_dispatch()
    made = promised(a_call(options=[fixed(date(2020, 2, 20))]), a_mediator("Awa Keita"))
    with clock.at(DEMO_DAY):
        rules.cancel_call(call=seen(Call, made.call_id), words="spostato", by=actor("giulia"))
    with acting(dispatcher()):
        assert not Hours.objects.exists()
        assert not Call.objects.get(pk=made.call_id).ended_late


def test_a_mediator_who_does_not_come_frees_the_call() -> None:
    a_dispatch()
    made = promised(a_call(), a_mediator("Awa Keita"))
    with clock.at(at(TOMORROW, time(9))), pytest.raises(ValidationError):
        rules.report_absence(assignment=made, by=actor("giulia"))
    with clock.at(at(TOMORROW, time(10, 30))):
        rules.report_absence(assignment=made, by=actor("giulia"))
    assert seen(Call, made.call_id).state == CallState.MEDIATOR_ABSENT


# --- hours ------------------------------------------------------------------------------------------------------------------


def test_hours_are_confirmed_by_who_called_and_posted_once() -> None:
    a_dispatch()
    made = promised(a_call(), a_mediator("Amina Diallo", login="amina"))
    with clock.at(at(TOMORROW, time(9, 50))):
        rules.arrive(assignment=made, by=actor("amina"))
    with clock.at(at(TOMORROW, time(11, 10))):
        hours = rules.report_hours(assignment=made, minutes=75, by=actor("amina"))
        rules.attest_hours(hours=hours, by=actor("giulia"))
        rules.attest_hours(hours=hours, by=actor("giulia"))
    with acting(dispatcher()):
        entry = Entry.objects.get(source_kind="mediation")
        assert (entry.measure, float(entry.quantity), entry.body_id) == (
            "ore-mediazione-scuola",
            1.25,
            made.employer_id,
        )
    assert seen(Call, made.call_id).state == CallState.ATTESTED


def test_disputed_hours_are_corrected_and_then_confirmed() -> None:
    a_dispatch()
    made = promised(a_call(), a_mediator("Amina Diallo", login="amina"))
    with clock.at(at(TOMORROW, time(12))):
        hours = rules.report_hours(assignment=made, minutes=240, by=actor("amina"))
        rules.dispute_hours(hours=hours, words="Era un'ora.", by=actor("giulia"))
        with pytest.raises(ValidationError):
            rules.attest_hours(hours=hours, by=actor("giulia"))
        rules.report_hours(assignment=made, minutes=60, by=actor("amina"))
        rules.attest_hours(hours=hours, by=actor("giulia"))
    with acting(dispatcher()):
        assert [float(entry.quantity) for entry in Entry.objects.filter(source_kind="mediation")] == [1.0]


# --- bad input -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"options": [fixed(date(2020, 2, 11))]}, "options"),
        ({"options": [fixed(TOMORROW, time(23, 30))]}, "options"),
        ({"minutes": 2400}, "minutes"),
        ({"options": []}, "options"),
        ({"municipality": ""}, "municipality"),
        ({"continuity": "required"}, "continuity"),
    ],
)
def test_a_call_that_cannot_be_is_refused_at_its_field(values: dict[str, object], field: str) -> None:
    a_dispatch()
    with pytest.raises(ValidationError) as refused:
        a_call(**values)
    assert field in refused.value.message_dict


def test_a_call_may_end_at_midnight_sharp() -> None:
    a_dispatch()
    assert a_call(options=[fixed(TOMORROW, time(23))]).state == CallState.SENT


def test_the_same_post_twice_is_one_call() -> None:
    a_dispatch()
    ident = uuid4()
    assert a_call(client_id=ident).pk == a_call(client_id=ident).pk


def test_a_recurring_call_keeps_its_hour_when_the_clock_changes() -> None:
    a_dispatch()
    a_call(options=[fixed(date(2020, 3, 19), time(9))], repeat_weeks=1, repeat_until=date(2020, 4, 9))
    with acting(actor("giulia")):
        starts = [clock.in_rome(call.options.get().earliest_at) for call in Call.objects.all()]
    assert sorted(one.date() for one in starts) == [
        date(2020, 3, 19),
        date(2020, 3, 26),
        date(2020, 4, 2),
        date(2020, 4, 9),
    ]
    assert {one.time() for one in starts} == {time(9)}


def test_this_and_the_following_move_together() -> None:
    a_dispatch()
    first = a_call(options=[fixed(date(2020, 3, 3), time(9))], repeat_weeks=1, repeat_until=date(2020, 3, 17))
    with acting(actor("giulia")):
        second = Call.objects.filter(series=first.series).order_by("options__earliest_at")[1]
    with clock.at(DEMO_DAY):
        data = rules.CallData(
            language="bm",
            sector="school",
            options=[fixed(date(2020, 3, 11), time(11))],
            minutes=90,
            municipality="001272",
        )
        assert len(rules.correct_call(call=second, data=data, scope="following", by=actor("giulia"))) == 2
    with acting(actor("giulia")):
        starts = [
            clock.in_rome(call.options.get().earliest_at) for call in Call.objects.order_by("options__earliest_at")
        ]
    assert [(one.day, one.hour) for one in starts] == [(3, 9), (11, 11), (18, 11)]


# --- privacy ----------------------------------------------------------------------------------------------------------------------


def test_names_are_for_the_body_and_for_who_accepted_and_then_forgotten() -> None:
    a_dispatch()
    amina = a_mediator("Amina Diallo", login="amina")
    person = some_work("giulia").person_id
    call = a_call(
        person_id=person, name_to_mediator=True, contact_name="Maestra Zzyzx", preparation="Portare il modulo Qwxyz"
    )
    (offer,) = asked(call, amina)
    for login in ("amina", "davide", "marco", "elena"):
        with acting(actor(login)):
            assert not Confidence.objects.exists(), login
    with clock.at(after(0.1)):
        made = rules.accept_offer(offer=offer, by=actor("amina"))
    with acting(actor("amina")):
        assert Confidence.objects.get().contact_name == "Maestra Zzyzx"
        assert Confidence.objects.get().person_name
    with acting(dispatcher()):
        assert not Confidence.objects.exists()
    with clock.at(after(30)):
        reported = rules.report_hours(assignment=made, minutes=60, by=actor("amina"))
        rules.attest_hours(hours=reported, by=actor("giulia"))
    with clock.at(after(24 * 20)):
        upkeep.function()
    with acting(actor("amina")):
        assert not Confidence.objects.exists()
    with acting(actor("giulia")):
        forgotten = Call.objects.get(pk=call.pk)
        assert forgotten.person_id is None
        assert forgotten.family_code


def test_no_mail_names_anybody_assisted() -> None:
    a_dispatch()
    amina = a_mediator("Amina Diallo", login="amina")
    person = some_work("giulia").person_id
    call = a_call(person_id=person, name_to_mediator=True, contact_name="Maestra Zzyzx", preparation="Qwxyz")
    (offer,) = asked(call, amina)
    with clock.at(after(0.1)):
        rules.accept_offer(offer=offer, by=actor("amina"))
        rules.cancel_call(call=seen(Call, call.pk), words="Zzyzx", by=actor("giulia"))
    from interazioni.foundation.access.context import service

    with service("outbox"):
        texts = "\n".join(f"{m.subject}\n{m.text}" for m in Message.objects.filter(purpose__startswith="mediation"))
    assert "Bambara".lower() in texts.lower()
    for private in ("Zzyzx", "Qwxyz", "Adeyemi", "Grace"):
        assert private not in texts


def test_another_body_sees_nothing() -> None:
    a_dispatch()
    promised(a_call(), a_mediator("Awa Keita"))
    with acting(actor("marco")):
        for model in (Call, Assignment, Mediator, Offer, Confidence):
            assert not model.objects.exists(), model


def test_who_sits_beside_the_mediator_answers_for_nobody() -> None:
    """Another mediator of the same cooperative, and one of its offices that sends nobody."""
    a_dispatch()
    call = a_call()
    (offer,) = asked(call, a_mediator())
    office = replace(dispatcher(), roles=frozenset({Role.OPERATOR}))
    with clock.at(after(1)):
        for refused in (
            lambda: rules.accept_offer(offer=offer, by=actor("amina")),
            lambda: rules.decline_offer(offer=offer, reason="busy", by=actor("amina")),
            lambda: rules.cancel_call(call=call, words="", by=office),
            lambda: rules.send_call(call=call, by=office),
        ):
            with pytest.raises(ValidationError, match=r"not yours|non è"):
                refused()
    made = rules_accept(offer)
    with clock.at(made.ends_at):
        for refused in (
            lambda: rules.arrive(assignment=made, by=actor("amina")),
            lambda: rules.report_hours(assignment=made, minutes=60, by=actor("amina")),
            lambda: rules.report_absence(assignment=made, by=office),
        ):
            with pytest.raises(ValidationError, match=r"not yours|non è"):
                refused()
    assert seen(Assignment, made.pk).state == "confirmed"


def rules_accept(offer: Offer) -> Assignment:
    with clock.at(after(1)):
        return rules.accept_offer(offer=offer, by=dispatcher())


def test_who_called_reads_who_comes_and_confirms_without_reading_any_register() -> None:
    """The body that called sees no mediators: what it needs of the one who comes stands on the promise."""
    a_dispatch(confirms_itself=False)
    call = a_call()
    (offer,) = asked(call, a_mediator())
    made = rules_accept(offer)
    giulia = actor("giulia")
    with acting(giulia), clock.at(after(1)):
        assert not Mediator.objects.exists()
        found = queries.promised(call)
        assert found is not None
        assert (found.mediator_name, found.state) == ("Awa Keita", "accepted")
    with clock.at(after(1)):
        rules.confirm_assignment(assignment=made, by=giulia)
    assert seen(Assignment, made.pk).state == "confirmed"
    with clock.at(made.ends_at):
        rules.report_absence(assignment=made, words="non è arrivata", by=giulia)
    assert seen(Call, call.pk).state == "mediator_absent"
