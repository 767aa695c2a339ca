"""The product's settings, with its sweeps in the step of a test and, where BROKEN names one, a promise broken."""

import os

from gptimage.settings import *  # noqa: F403
from gptimage.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

CELERY_BEAT_SCHEDULE["recover"] |= {"schedule": 2.0, "options": {"expires": 2}}
if os.environ.get("BROKEN"):
    INSTALLED_APPS.append("tests.chaos.broken")
