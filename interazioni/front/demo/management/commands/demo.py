from argparse import ArgumentParser
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interazioni.foundation.access.roles import ROLE_LABELS
from interazioni.foundation.core import clock
from interazioni.front.demo import region
from interazioni.front.demo.cast import CAST, PASSWORD


class Command(BaseCommand):
    help = "The invented demo region."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        build = acts.add_parser("build", help="make the region in an empty, prepared database")
        build.add_argument("--size", default="1", choices=["tests", "1", "10", "100"])
        acts.add_parser("cast", help="who can log in, and with which password")
        acts.add_parser(
            "clock-offset", help="seconds between this machine's clock and the demo's (needs DATABASE_OWNER_URL)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        match options["act"]:
            case "build":
                region.build(options["size"], lambda line: self.stdout.write(f"    {line}"))
            case "cast":
                self.cast()
            case "clock-offset":
                self.stdout.write(str(self.clock_offset()))

    def cast(self) -> None:
        self.stdout.write(f"Everybody's password is  {PASSWORD}\n\n")
        for member in CAST.values():
            roles = sorted({str(ROLE_LABELS[role]) for held in member.roles.values() for role in held})
            self.stdout.write(f"    {member.login:<8} {member.story:<50} {', '.join(roles)}")

    def clock_offset(self) -> float:
        """The demo starts on its day; a later run goes on where the latest recorded act left it: time never runs back."""
        if not settings.DATABASE_OWNER_URL:
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner sees every body's acts")
        with psycopg.connect(settings.DATABASE_OWNER_URL) as connection:
            row = connection.execute("SELECT max(at) FROM audit_event").fetchone()
        latest = row[0] if row else None
        start = max(region.DEMO_DAY, latest) if latest else region.DEMO_DAY
        return round((start - clock.machine_now()).total_seconds(), 3)
