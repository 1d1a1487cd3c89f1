from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from interazioni.front.demo import region


class Command(BaseCommand):
    help = "The invented demo region."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        build = acts.add_parser("build", help="make the region in an empty, prepared database")
        build.add_argument("--size", default="1", choices=["tests", "1", "10", "100"])

    def handle(self, *args: Any, **options: Any) -> None:
        region.build(options["size"])
