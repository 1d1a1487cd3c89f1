"""`interazioni restore FILE`: into an empty database, then looks whether everything is as it was."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from interazioni.foundation.core import backup
from interazioni.foundation.core.management.commands.prepare import Command as Prepare

# By name: this room knows none of those above it.
CHECKS = (("audit", "verify"), ("ledger", "verify"))


class Command(BaseCommand):
    help = "Fills an empty database and folder of files from a backup, then verifies the audit chain and the ledger."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_OWNER_URL:
            raise CommandError("DATABASE_OWNER_URL is not set: tables are made by their owner, not by the application")
        files = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
        preparing = Prepare()
        owner: dict[str, Any] = {**environ.Env.db_url_config(settings.DATABASE_OWNER_URL)}
        password = settings.DATABASES["default"].get("PASSWORD") or ""
        preparing.as_owner(owner)
        preparing.ensure_role(settings.DATABASE_APP_ROLE, password)
        try:
            made = backup.read(
                options["file"].resolve(), owner_url=settings.DATABASE_OWNER_URL,
                app_role=settings.DATABASE_APP_ROLE, files=files,
            )  # fmt: skip
        except (backup.BackupFault, OSError) as fault:
            raise CommandError(str(fault)) from fault
        # Not before: what tables get by default would add to what the backup says that the application may.
        preparing.grant(settings.DATABASE_APP_ROLE)
        self.stdout.write(
            f"restored what was kept on {made['made_at']}: {sum(made['rows'].values())} rows, {len(made['files'])} files"
        )
        for check in CHECKS:
            if check[0] in get_commands():
                call_command(*check, stdout=self.stdout)
