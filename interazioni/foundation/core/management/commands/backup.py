"""`interazioni backup FILE`: the whole installation in one file, but for its keys."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interazioni.foundation.core import backup


class Command(BaseCommand):
    help = "Writes database and private files into one archive (needs DATABASE_OWNER_URL). The keys are not in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_OWNER_URL:
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner sees every body's rows")
        target: Path = options["file"].resolve()
        files = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
        try:
            made = backup.write(target, owner_url=settings.DATABASE_OWNER_URL, files=files)
        except (backup.BackupFault, OSError) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{target}: {sum(made['rows'].values())} rows of {len(made['rows'])} tables, {len(made['files'])} files"
        )
        self.stdout.write("The keys (FIELD_KEYS, FIELD_INDEX_KEY, SECRET_KEY) are not in it: keep them elsewhere.")
