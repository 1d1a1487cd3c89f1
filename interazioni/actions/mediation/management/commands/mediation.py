from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Mediation: plans a week of the benchmark (needs no database)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        plan = acts.add_parser("plan-week", help="reads a week (JSON, medpie-1), writes the plan for its evaluator")
        plan.add_argument("week", type=Path)
        plan.add_argument("plan", type=Path)
        plan.add_argument("--seconds", type=float, help="how long at most; by itself: what a week of this size deserves")

    def handle(self, *args: Any, **options: Any) -> None:
        from interazioni.actions.mediation.planning.command import plan_week_file

        try:
            plan_week_file(options["week"], options["plan"], options["seconds"], self.stdout.write)
        except (OSError, ValueError, KeyError) as fault:
            raise CommandError(f"{options['week']}: no week that can be read ({type(fault).__name__}: {fault})") from fault
