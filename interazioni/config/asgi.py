"""Event streams, and nothing else: pages are served by `wsgi`. `granian --interface asgi interazioni.config.asgi:application`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")
django.setup()

from interazioni.foundation.access.streams import Events  # noqa: E402  # after the rooms have said what they offer

application = Events()
