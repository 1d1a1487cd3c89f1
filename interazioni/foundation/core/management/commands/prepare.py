"""`interazioni prepare`: the application's role and the tables, as the database's owner. Safe to repeat."""

from typing import Any

import environ
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from psycopg import sql

from interazioni.foundation.core.preparing import make_ready


class Command(BaseCommand):
    help = "Makes the application's database role and brings the tables up to date (needs DATABASE_OWNER_URL)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_OWNER_URL:
            raise CommandError("DATABASE_OWNER_URL is not set: tables are made by their owner, not by the application")
        owner = {**environ.Env.db_url_config(settings.DATABASE_OWNER_URL)}
        owner["ENGINE"] = "django.db.backends.postgresql"
        app = settings.DATABASES["default"]
        if owner.get("USER") == app.get("USER"):
            raise CommandError("owner and application must be two roles: the application owns nothing")
        self.as_owner(owner)
        self.make_role(settings.DATABASE_APP_ROLE, app.get("PASSWORD") or "")
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        connections["default"].close()
        make_ready()

    def as_owner(self, owner: dict[str, Any]) -> None:
        """This process becomes the owner's: the migration commands know one connection, `default`."""
        connection = connections["default"]
        connection.close()
        for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
            connection.settings_dict[key] = owner.get(key) or ""
        connection.settings_dict["OPTIONS"] = owner.get("OPTIONS", {})

    def make_role(self, role: str, password: str) -> None:
        """No superuser, owns nothing, cannot bypass row-level security; may use what tables the owner makes."""
        self.ensure_role(role, password)
        self.grant(role)

    def ensure_role(self, role: str, password: str) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role])
            found = cursor.fetchone()
            if found is None:
                login = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(
                    sql.Identifier(role)
                )
                if password:
                    login += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
                cursor.execute(login)
            elif found[0]:
                raise CommandError(f"the role {role} is a superuser or bypasses row-level security: choose another")

    def grant(self, role: str) -> None:
        name = sql.Identifier(role)
        with connections["default"].cursor() as cursor:
            for statement in (
                "GRANT USAGE ON SCHEMA public TO {}",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {}",
            ):
                cursor.execute(sql.SQL(statement).format(name))
