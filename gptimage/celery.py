"""The Celery application: workers and beat load it by `-A gptimage`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")

app = Celery("gptimage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _sweep(**signal: Any) -> None:
    """A worker that comes up takes on what one that went down has left, without waiting for beat."""
    app.send_task("studio.tasks.recover", queue="default")
