"""`interazioni worker`: does what was put into the queue, and what comes round by the clock."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


class Command(BaseCommand):
    help = "Works through the queue until it is told to stop (SIGTERM: what is in hand is finished first)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then end")
        parser.add_argument("--concurrency", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        assert isinstance(app.connector, DjangoConnector)
        # The queue's own connection hears at once of new work; the tasks use Django's, as the application's role.
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            asyncio.run(self.work(working, options["concurrency"], wait=not options["once"]))

    async def work(self, working: Any, concurrency: int, *, wait: bool) -> None:
        async with working.open_async():
            await working.run_worker_async(
                concurrency=concurrency, wait=wait, listen_notify=wait, shutdown_graceful_timeout=30
            )
