from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Mediation from the shell. `plan-week` plans a week given as a file (format medpie-1); it needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        plan = acts.add_parser("plan-week", help="plan the week in WEEK.json and write the visits to PLAN.json")
        plan.add_argument("week", type=Path, metavar="WEEK.json")
        plan.add_argument("plan", type=Path, metavar="PLAN.json")
        plan.add_argument("--seconds", type=float, help="how long to plan at most; without it as its size deserves")

    def handle(self, *args: Any, **options: Any) -> None:
        from interazioni.actions.mediation.planning.command import plan_week_file

        try:
            plan_week_file(options["week"], options["plan"], options["seconds"], self.stdout.write)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise CommandError(f"{options['week']} cannot be planned: {type(fault).__name__}: {fault}") from fault
