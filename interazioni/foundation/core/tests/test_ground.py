"""Ids, the clock, and secrets in rows."""

import base64
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from interazioni.foundation.core import clock, secrets
from interazioni.foundation.core.ids import code_suffix, new_id, short_code
from interazioni.foundation.core.models import as_uuid


def test_ids_come_in_the_order_of_time() -> None:
    made = [new_id() for _ in range(200)]
    assert {ident.version for ident in made} == {7}
    assert {ident.variant for ident in made} == {"specified in RFC 4122"}
    assert [ident.int >> 80 for ident in made] == sorted(ident.int >> 80 for ident in made)
    assert len(set(made)) == 200


@given(st.uuids())
def test_a_code_is_read_back_however_it_was_typed(ident: UUID) -> None:
    code = short_code("P", ident)
    suffix = ident.int & ((1 << 50) - 1)
    assert code_suffix(code) == suffix
    prefix, rest = code.split("-", 1)
    assert code_suffix(f"{prefix}-{rest.lower().replace('0', 'o').replace('1', 'l')}") == suffix


@given(st.text(max_size=40))
def test_what_is_no_code_or_id_is_none_and_no_fault(text: str) -> None:
    assert code_suffix(text) is None or isinstance(code_suffix(text), int)
    assert as_uuid(text) is None or isinstance(as_uuid(text), UUID)


def test_the_day_is_italys() -> None:
    with clock.at(datetime(2020, 6, 30, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2020, 7, 1)
        with clock.at(datetime(2020, 12, 31, 22, 30, tzinfo=UTC)):
            assert clock.today() == date(2020, 12, 31)
        assert clock.today() == date(2020, 7, 1)
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2020, 1, 1)):  # noqa: DTZ001
        pass


def test_tokens_live_in_the_machines_time(settings: Settings) -> None:
    settings.CLOCK_OFFSET_SECONDS = -200_000_000.0
    assert (clock.machine_now() - clock.now()).days > 2000


@given(st.text(min_size=1))
def test_a_secret_opens_at_its_own_address_alone(text: str) -> None:
    sealed = secrets.seal(text, address="people_person/1/tax_code")
    assert secrets.open_sealed(sealed, address="people_person/1/tax_code") == text
    for elsewhere in ("people_person/2/tax_code", "people_person/1/permit_number", ""):
        with pytest.raises(secrets.Tampered):
            secrets.open_sealed(sealed, address=elsewhere)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(secrets.seal("RSSMRA80A01H501U", address="a"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(secrets.Tampered):
        secrets.open_sealed(bytes(sealed), address="a")


def test_a_new_key_writes_and_the_old_one_still_reads(settings: Settings) -> None:
    old = secrets.seal("RSSMRA80A01H501U", address="a")
    fresh = "t2:" + base64.b64encode(bytes(range(32))).decode()
    settings.FIELD_KEYS = [fresh, *settings.FIELD_KEYS]
    assert secrets.open_sealed(old, address="a") == "RSSMRA80A01H501U"
    new = secrets.seal("RSSMRA80A01H501U", address="a")
    assert new.startswith(b"t2:")
    settings.FIELD_KEYS = [fresh]
    assert secrets.open_sealed(new, address="a") == "RSSMRA80A01H501U"
    with pytest.raises(secrets.Tampered):
        secrets.open_sealed(old, address="a")


def test_a_look_up_needs_the_key_and_keeps_kinds_apart(settings: Settings) -> None:
    hashed = secrets.index_hash("tax_code", "RSSMRA80A01H501U")
    assert hashed == secrets.index_hash("tax_code", "RSSMRA80A01H501U")
    assert hashed != secrets.index_hash("permit", "RSSMRA80A01H501U")
    settings.FIELD_INDEX_KEY = base64.b64encode(b"another").decode()
    assert hashed != secrets.index_hash("tax_code", "RSSMRA80A01H501U")
