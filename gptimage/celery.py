"""The Celery application: workers and beat load it by `-A gptimage`."""

import os
from typing import Any

from celery import Celery
from celery.signals import before_task_publish, task_postrun, task_prerun, worker_ready

from studio import log_ids

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")

app = Celery("gptimage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _sweep(**signal: Any) -> None:
    """A worker that comes up takes on what one that went down has left, without waiting for beat."""
    app.send_task("studio.tasks.recover", queue="default")


@before_task_publish.connect
def _hand_on(headers: dict[str, Any], **signal: Any) -> None:
    """The message carries the request's id. A task's messages carry none, as they may be about another's run."""
    ids = log_ids.current()
    if "request_id" in ids and ids.get("task") in (None, headers["id"]):  # the same task sends itself to try again
        headers["request_id"] = ids["request_id"]


@task_prerun.connect
def _take_up(task_id: str, task: Any, **signal: Any) -> None:
    log_ids.replace(task=task_id, request_id=task.request.get("request_id"))


@task_postrun.connect
def _lay_down(**signal: Any) -> None:
    log_ids.replace()
