"""A process that is observed: a page and a task of it fail with everything in hand that must not be told.

Run by tests/test_observe.py, which listens.
"""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from gptimage import wsgi  # noqa: F401  # as the web process begins

SECRETS = {
    "prompt": "A s3cret-recipe on a table",
    "email": "person@kiln.example",
    "cookie": "c00kie-of-a-session",
    "key": "sk-s3cret-key",
}


def page(request: HttpRequest, name: str) -> HttpResponse:
    from django.db import connection

    prompt = request.POST["prompt"]  # a local variable, as views have
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [prompt])
    raise ValueError(f"no way to make “{prompt}” for {SECRETS['email']} by {SECRETS['key']}")


def main() -> None:
    import logging

    from celery import shared_task
    from django.conf import settings
    from django.test import Client

    from gptimage import urls
    from studio import log_ids, spans

    @shared_task(name="tests.fail")
    def fail(prompt: str, *, email: str) -> None:
        with spans.span("model call", model="any"):
            raise LookupError(prompt + email)

    urls.urlpatterns.insert(0, path("broken/<str:name>", page))
    client = Client(raise_request_exception=False, headers={"host": "localhost", "x-request-id": "press-1"})
    client.cookies["sessionid"] = SECRETS["cookie"]
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = {**settings.STORAGES, **plain}
    asked = f"/broken/{SECRETS['email']}?prompt=s3cret-recipe"
    client.post(asked, {"prompt": SECRETS["prompt"]}, headers={"authorization": SECRETS["key"]})
    fail.apply(args=[SECRETS["prompt"]], kwargs={"email": SECRETS["email"]})
    with log_ids.bound(run=118):
        logging.getLogger("studio.anything").error("run with %s", SECRETS["prompt"])
    logging.getLogger("some.library").error("put together with " + SECRETS["prompt"])  # noqa: G003
    Client(headers={"host": SECRETS["prompt"]}).get("/")  # a visitor's matter


# redis takes up the metrics of opentelemetry by itself where it is installed, which `make run` does without.
OPTIONAL = ("sentry_sdk", "opentelemetry.exporter", "opentelemetry.sdk.trace", "prometheus_client", "gptimage.traces")


def imported(names: Any) -> list[str]:
    return [name for name in names if name.startswith(OPTIONAL)]


if __name__ == "__main__":
    main() if "--fail" in sys.argv else print(imported(sys.modules))
