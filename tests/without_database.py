"""The settings for checks that need no database, and must not wait for one: `make lint`."""

from gptimage.settings import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
