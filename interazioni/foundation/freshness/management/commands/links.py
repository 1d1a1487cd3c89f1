"""`interazioni links check|ask`: the night's round now, and how one address is judged."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interazioni.foundation.core.fetching import OPEN_NET
from interazioni.foundation.freshness import checking, judging
from interazioni.foundation.freshness.asking import Turns, look


class Command(BaseCommand):
    help = "Asks the addresses on public pages, or one address, as the worker does at night."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("check", help="today's round, from where it is to its end")
        asking = acts.add_parser("ask", help="one address, from this machine")
        asking.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "ask":
            self._ask(options["url"])
            return
        while True:
            night = checking.go_on()
            if night is None:
                raise CommandError("a worker has today's round in hand")
            if night.ended_at is not None:
                break
            self.stdout.write("…")
        said = (
            "nothing is concluded: (nearly) no site answered"
            if night.lost
            else f"{night.silent_hosts} sites did not answer"
        )
        self.stdout.write(f"{night.date}: {night.asked} links on {night.hosts} sites asked; {said}")

    def _ask(self, url: str) -> None:
        said, host = look(url, OPEN_NET, Turns())
        nights = judging.nights(said)
        means = (
            "alive" if nights == 0 else "says nothing" if nights is None else f"dead after {nights} nights like this"
        )
        self.stdout.write(f"{said} from {host or 'nobody'}: {means}")
