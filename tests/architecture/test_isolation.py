"""The database keeps the bodies apart even when a query forgets its filter: asked of the database itself."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models, transaction

from interazioni.foundation.access.context import acting
from interazioni.foundation.core.rls import EXEMPT
from interazioni.front.demo.cast import CAST, actor
from tests.work import some_work

OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("interazioni.")}


def ask(owner: psycopg.Connection[tuple[object, ...]], query: str, *parameters: object) -> list[tuple[object, ...]]:
    return owner.execute(query, parameters).fetchall()


@pytest.fixture(scope="module")
def owner() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as opened:
        yield opened


@pytest.fixture(scope="module")
def tables(owner: psycopg.Connection[tuple[object, ...]]) -> dict[str, bool]:
    """Every table of the database, and whether it is isolated."""
    rows = ask(owner, """
        SELECT c.relname, c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_%%'
    """)  # fmt: skip
    return {str(name): bool(isolated) for name, isolated in rows}


def test_every_table_is_isolated_or_exempt_with_a_reason(tables: dict[str, bool]) -> None:
    assert sorted(name for name, isolated in tables.items() if not isolated and name not in EXEMPT) == []
    assert all(len(reason) > 10 for reason in EXEMPT.values())


def test_no_exemption_is_left_over(tables: dict[str, bool]) -> None:
    assert sorted(set(EXEMPT) - set(tables)) == [], "no such table"
    assert sorted(name for name in EXEMPT if tables.get(name)) == [], "isolated, so it needs no exemption"


def test_an_isolated_table_has_a_policy_for_reading_and_for_each_kind_of_writing(
    tables: dict[str, bool], owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    covered: dict[str, set[str]] = {}
    for table, command in ask(owner, "SELECT tablename, cmd FROM pg_policies"):
        covered.setdefault(str(table), set()).update(
            {"SELECT", "INSERT", "UPDATE", "DELETE"} if command == "ALL" else {str(command)}
        )
    assert {
        name: covered.get(name)
        for name, isolated in tables.items()
        if isolated and "SELECT" not in covered.get(name, set())
    } == {}
    # A command without a policy is refused by the database; a policy that says `true` to a write is what must not be.
    open_writes = ask(owner, """
        SELECT tablename, policyname FROM pg_policies WHERE cmd <> 'SELECT' AND (qual = 'true' OR with_check = 'true')
    """)  # fmt: skip
    assert open_writes == []


@pytest.mark.django_db
def test_the_application_owns_nothing_and_cannot_step_around() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False, False)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_application_cannot_truncate(tables: dict[str, bool]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'TRUNCATE')"
        )
        assert cursor.fetchall() == []


def isolated_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and model._meta.managed and model._meta.db_table not in EXEMPT
    ]


def column_of_body(model: type[models.Model]) -> str:
    names = {field.attname for field in model._meta.concrete_fields}
    return next((name for name in ("body_id", "scope_body_id") if name in names), "")


# Read across bodies on purpose; the policy of their table says so.
READ_BY_ALL = {"associations_association": "the register of associations is the plan's: each body invites from it"}


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["giulia", "marco", "chiara", "davide", "lucia"])
def test_a_forgotten_filter_leaks_nothing(login: str) -> None:
    """`Model.objects.all()`, as a careless view would ask, shows rows of the actor's own bodies only."""
    for school in ("giulia", "marco"):
        some_work(school)
    somebody = actor(login)
    figures = {somebody.body_id, *somebody.figure_bodies}
    with acting(somebody):
        for model in isolated_models():
            column = column_of_body(model)
            if not column or model._meta.db_table in READ_BY_ALL:
                continue
            seen = set(model._default_manager.values_list(column, flat=True).distinct())
            personal = model._meta.app_label == "people"
            allowed = {somebody.body_id} if personal else figures
            if model._meta.db_table == "partners_membership":  # one's own, in any body
                mine = set(model._default_manager.filter(user_id=somebody.user_id).values_list(column, flat=True))
                allowed = allowed | mine
            if model._meta.db_table == "audit_event":  # what one did oneself, in any body
                seen = set(model._default_manager.exclude(user_id=somebody.user_id).values_list(column, flat=True))
            assert seen <= allowed, f"{model.__name__} shows {login} rows of {seen - allowed}"


@pytest.mark.django_db
def test_the_proof_is_about_rows_that_exist() -> None:
    """A test of isolation over empty tables would prove nothing."""
    made = some_work("marco")
    with acting(actor("marco")):
        filled = {
            model._meta.db_table
            for model in isolated_models()
            if column_of_body(model) == "body_id" and model._default_manager.filter(body_id=made.body_id).exists()
        }
    assert {"people_person", "activities_edition", "activities_session", "activities_attendance", "activities_delivery",
            "ledger_entry", "audit_event"} <= filled  # fmt: skip


@pytest.mark.django_db
def test_without_a_context_there_are_no_rows() -> None:
    some_work("marco")
    with transaction.atomic():
        found = {
            model.__name__: model._default_manager.count()
            for model in isolated_models()
            if model._meta.db_table not in READ_BY_ALL
        }
    assert {name: count for name, count in found.items() if count} == {}


@pytest.mark.django_db
def test_the_region_reads_codes_and_no_names() -> None:
    """Plan-wide figures do not open people: names need a permission of their own and an audited rule."""
    some_work("marco")
    for login in ("elena", "paolo", "sara"):
        with acting(actor(login)):
            person = apps.get_model("people", "Person")
            assert not person._default_manager.exists(), login


def test_the_cast_is_whole() -> None:
    assert len(CAST) == 12
