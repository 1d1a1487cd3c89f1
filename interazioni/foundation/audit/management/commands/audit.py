"""`interazioni audit verify|seal`: the chain of who did what."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interazioni.foundation.audit.queries import verify
from interazioni.foundation.audit.sealing import seal_pending


class Command(BaseCommand):
    help = "Seals the events into the chain, or checks that every link still fits its events."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("verify", help="recompute every link; ends with 1 where the chain is broken")
        acts.add_parser("seal", help="seal what is not sealed yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "seal":
            self.stdout.write(f"{seal_pending()} events sealed")
            return
        found = verify()
        if found.broken is not None:
            raise CommandError(
                f"the chain is broken at link {found.broken} (of {found.seals}): its events were changed behind the rules"
            )
        self.stdout.write(
            f"the chain holds: {found.events} events in {found.seals} links, {found.unsealed} not sealed yet; "
            f"head {found.head or 'none'}"
        )
