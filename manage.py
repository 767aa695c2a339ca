#!/usr/bin/env python3
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    if "DATABASE_URL" not in os.environ:
        from gptimage.run import adopt_environment

        adopt_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
