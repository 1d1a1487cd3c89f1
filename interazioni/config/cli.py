"""The command `interazioni`: Django's management commands under one name.

`interazioni plan check FILE` runs the management command `plan` with `check FILE`.
"""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["interazioni", *sys.argv[1:]])


if __name__ == "__main__":
    main()
