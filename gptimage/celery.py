"""The Celery application: workers and beat load it by `-A gptimage`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")

app = Celery("gptimage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
