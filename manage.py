#!/usr/bin/env python3
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    if "DATABASE_URL" not in os.environ:
        from gptimage.run import adopt_environment

        adopt_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"A setting is wrong: {error} (With the embedded parts, `make run` has to run in another terminal.)")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None):  # the database itself answered: a fault of what was asked
            raise
        sys.exit(f"DATABASE_URL: can't use the database ({' '.join(str(error).split())}). Does it run?")
