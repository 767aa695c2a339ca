#!/usr/bin/env python3
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    if "DATABASE_URL" not in os.environ:  # then the parts that `make run` runs with
        from gptimage.run import running_environment

        os.environ.update({**running_environment(), **os.environ})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
