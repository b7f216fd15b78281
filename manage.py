#!/usr/bin/env python
"""Django's commands for the portal. `./portal manage COMMAND` calls it with the servers up."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation_portal.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
