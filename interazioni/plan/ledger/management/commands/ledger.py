from argparse import ArgumentParser
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interazioni.foundation.access.context import acting
from interazioni.plan.ledger.verifying import verify
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor


class Command(BaseCommand):
    help = "The book of what was delivered: `verify` the invariant, or `rebuild` what follows from the entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("verify", help="derived rows == entries == the rooms' own rows, over the whole database")
        acts.add_parser("rebuild", help="make first-reached rows and tallies anew (needs DATABASE_OWNER_URL)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "rebuild":
            self.rebuild()
        else:
            self.verify()

    def verify(self) -> None:
        body = Body.objects.order_by("created_at").first()
        if body is None:
            self.stdout.write("no bodies, no entries")
            return
        with acting(system_actor(body)):
            outcome = verify()
        for line in outcome.differences:
            self.stdout.write(self.style.ERROR(line))
        if not outcome.holds:
            raise CommandError(
                f"the book does not hold: {len(outcome.differences)} differences named above", returncode=1
            )
        self.stdout.write(f"the book holds: {outcome.entries} entries, {outcome.sources} kinds of source")

    def rebuild(self) -> None:
        if not settings.DATABASE_OWNER_URL:
            raise CommandError("DATABASE_OWNER_URL is not set: the derived rows are rebuilt by the tables' owner")
        with psycopg.connect(settings.DATABASE_OWNER_URL) as connection:
            for (plan_id,) in connection.execute("SELECT id FROM programme_plan ORDER BY code").fetchall():
                connection.execute("SELECT ledger_rebuild(%s)", [plan_id])
        self.verify()
