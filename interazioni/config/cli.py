"""The command `interazioni`: Django's management commands under one name.

`interazioni plan check FILE` runs the management command `plan` with `check FILE`.
"""

import os
import sys


def main() -> None:
    if sys.argv[1:3] == ["mediation", "plan-week"] and "--help" not in sys.argv:
        # Files in, files out: without Django there is a second more to plan in.
        from interazioni.actions.mediation.planning.command import main as plan_week

        try:
            plan_week(sys.argv[3:])
        except (OSError, ValueError, KeyError, TypeError) as fault:
            sys.exit(f"this week cannot be planned: {type(fault).__name__}: {fault}")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["interazioni", *sys.argv[1:]])


if __name__ == "__main__":
    main()
