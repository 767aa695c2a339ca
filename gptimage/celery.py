"""The Celery application: workers and beat load it by `-A gptimage`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, before_task_publish, celeryd_init, task_postrun, task_prerun, worker_ready

from studio import log_ids

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")

app = Celery("gptimage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def _observe(**signal: Any) -> None:
    from gptimage import observe  # reads the settings, which commands of celery do without

    observe.start()


@worker_ready.connect
def _sweep(**signal: Any) -> None:
    """A worker that comes up takes on what one that went down has left: in the database, and in its machine's spool."""
    from studio import tasks  # Django's models are loaded only now

    tasks.sweep_here(after_s=0)


def carries_on(headers: dict[str, Any]) -> bool:
    """Whether a message is about the same matter as what is under way: a page's, or a task's that sends itself again.

    What a task sends besides may be about another's run.
    """
    return log_ids.current().get("task") in (None, headers["id"])


@before_task_publish.connect
def _hand_on(headers: dict[str, Any], **signal: Any) -> None:
    request_id = log_ids.current().get("request_id")
    if request_id and carries_on(headers):
        headers["request_id"] = request_id


@task_prerun.connect
def _take_up(task_id: str, task: Any, **signal: Any) -> None:
    log_ids.replace(task=task_id, request_id=task.request.get("request_id"))


@task_postrun.connect
def _lay_down(**signal: Any) -> None:
    log_ids.replace()
