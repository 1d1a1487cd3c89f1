"""`interazioni import FILE --kind people|attendance|services|… --body CODE [--edition CODE] [--answer KEY=VALUE]… --user LOGIN [--dry-run] --report OUT.json`"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

from interazioni.actions.activities.models import Edition
from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor, build
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.imports.models import Import, Outcome
from interazioni.foundation.imports.queries import report
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.foundation.imports.registry import Asked, ImportKind, Line, kind_of, kinds
from interazioni.foundation.imports.rules import answer, confirm, hand_in
from interazioni.foundation.imports.running import run
from interazioni.plan.partners.models import Body


class Command(BaseCommand):
    help = "Imports a list (of people, of attendance, of services …) as a member of a body, and says what became of each row."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=[kind.code for kind in kinds()])
        parser.add_argument("--body", required=True, help="the body's code")
        parser.add_argument("--edition", help="the edition's code, for attendance")
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="what the preview would be told, by the question's key",
        )
        parser.add_argument("--user", required=True, help="the login of a member of the body")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would become of each row, and take nothing"
        )
        parser.add_argument(
            "--report", required=True, type=Path, help="where the outcome of each row is written, as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = self.actor(options["body"], options["user"])
        kind = kind_of(options["kind"])
        answers = dict(said.partition("=")[::2] for said in options["answer"])
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            self.stop(2, f"{options['file']}: {fault.strerror}")
        with context.acting(by):
            chosen = self.options(kind.option, options.get("edition") or "", by)
            try:
                source = kind.read(content, options["file"].name)
                understood = kind.understand(Asked(source, by, chosen, answers=answers))
            except ImportRefused as refused:
                self.write(
                    options["report"],
                    {"rows": [], "totals": {}, "refused": {"code": refused.code, "message": str(refused)}},
                )
                self.stop(1, str(refused))
            if options["dry_run"]:
                self.write(options["report"], self.preview(kind, understood.lines, chosen, by))
                return
            handed = hand_in(
                kind=kind.code,
                name=options["file"].name,
                content=content,
                total=len(understood.lines),
                options=chosen,
                by=by,
            )
            if answers:
                answer(handed=handed, mapping={}, answers=answers, total=len(understood.lines), by=by)
            confirm(handed=handed, by=by)
        run(handed.pk, by, lambda done, total: self.stderr.write(f"{done}/{total}"))
        with context.acting(by):
            self.write(options["report"], report(Import.objects.get(pk=handed.pk)))

    def actor(self, body_code: str, login: str) -> Actor:
        """Somebody who may import for the body; exit 2 with a word where there is none."""
        body = Body.objects.filter(code=body_code).first()
        if body is None:
            self.stop(2, f"there is no body with the code {body_code}")
        user = get_user_model().objects.filter(username=login).first()
        built = None
        if user is not None:
            with context.user_only(user.pk):
                built = build(user.pk, body.pk)
        if built is None or built[0].body_id != body.pk:
            self.stop(2, f"{login} is no member of {body_code}")
        if not built[0].can(Permission.IMPORTS_RUN):
            self.stop(2, f"{login} may not import for {body_code}")
        return built[0]

    def options(self, option: str, given: str, by: Actor) -> dict[str, str]:
        if not option:
            return {}
        if not given:
            self.stop(2, f"say which {option}: --{option} CODE")
        found = Edition.objects.filter(code=given, body_id=by.body_id).first()
        if found is None:
            self.stop(2, f"the body has no {option} with the code {given}")
        return {option: str(found.pk)}

    def preview(self, kind: ImportKind, lines: Sequence[Line], chosen: dict[str, str], by: Actor) -> dict[str, Any]:
        """What would become of each row: they are taken, looked at, and given back."""
        with transaction.atomic():
            sound = [line for line in lines if not line.errors]
            taken = dict(zip((line.key for line in sound), kind.apply(sound, chosen, frozenset(), by), strict=True))
            transaction.set_rollback(True)

        def row(line: Line) -> dict[str, Any]:
            result = taken.get(line.key)
            codes = list(result.codes) if result else sorted({error.code for error in line.errors})
            outcome = str(result.outcome) if result else Outcome.REFUSED.value
            warnings = list(dict.fromkeys(warning.code for warning in line.warnings))
            return {"sheet": line.sheet, "row": line.row, "outcome": outcome, "codes": codes, "warnings": warnings}

        rows = [row(line) for line in lines]
        counted = {outcome.value: sum(one["outcome"] == outcome.value for one in rows) for outcome in Outcome}
        return {"rows": rows, "totals": {"rows": len(rows), **counted}}

    def write(self, path: Path, content: dict[str, Any]) -> None:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def stop(self, code: int, words: str) -> NoReturn:
        self.stderr.write(words)
        sys.exit(code)
