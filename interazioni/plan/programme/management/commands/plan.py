"""`interazioni plan check FILE` and `interazioni plan load FILE`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from interazioni.plan.programme.planfile import PlanFile, check


class Command(BaseCommand):
    help = "Checks a plan file, or loads it."
    requires_system_checks = []  # a file can be checked without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for act, said in (
            ("check", "name every error with its line"),
            ("load", "bring the database in line with the file"),
        ):
            acts.add_parser(act, help=said).add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        plan_file = self.read(options["file"])
        if options["act"] == "check":
            self.stdout.write(f"{options['file']}: {plan_file.code}: no errors")
            return
        from interazioni.plan.programme.rules import load_plan_as_lead

        try:
            loaded = load_plan_as_lead(plan_file=plan_file)
        except ValidationError as fault:
            raise CommandError("\n".join(fault.messages)) from fault
        for line in loaded.changes:
            self.stdout.write(f"  {line}")
        self.stdout.write(
            f"{plan_file.code}: version {loaded.plan.version}, " + ("changed" if loaded.changes else "nothing changed")
        )

    def read(self, path: Path) -> PlanFile:
        try:
            plan_file, problems = check(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"{path}: {fault}") from fault
        if plan_file is None:
            for problem in problems:
                self.stderr.write(
                    f"{path}:{problem.line}: {problem.place + ': ' if problem.place else ''}{problem.message}"
                )
            sys.exit(1)
        return plan_file
