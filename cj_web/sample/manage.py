"""``python -m cj_web.sample.manage check`` and ``... runserver``: Django's own commands."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command that was given."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cj_web.sample.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
