"""What the log tells, how a line looks, and what it never holds."""

import io
import json
import logging
import shlex
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from celery.worker.consumer import consumer
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts import tasks
from accounts.models import User
from gptimage import processes
from gptimage.logs import Json, process_kind
from studio import generations, live, log_ids
from studio.models import Run
from tests.conftest import give, signed_in, work


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What goes to the terminal, by the settings' own handler."""
    told = io.StringIO()
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    before = [handler.setStream(told) for handler in ours]
    yield told
    for handler, stream in zip(ours, before, strict=True):
        handler.setStream(stream)


def test_a_foreign_host_is_one_line(log: io.StringIO) -> None:
    assert Client().get("/", headers={"host": "stranger.example"}).status_code == 400
    (line,) = log.getvalue().splitlines()
    assert "stranger.example" in line


def test_an_unknown_lookup_in_the_administration_is_one_line(charlie: User, log: io.StringIO) -> None:
    assert signed_in(charlie).get("/admin/studio/run/?prompt__icontains=x").status_code == 400
    (line,) = log.getvalue().splitlines()
    assert "prompt__icontains" in line


@pytest.fixture
def objects(log: io.StringIO) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines as LOG_FORMAT=json has them, read as a collector reads them."""
    [console] = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    before = console.formatter
    console.setFormatter(Json())
    yield lambda: [json.loads(line) for line in log.getvalue().splitlines()]
    console.setFormatter(before)


def test_each_line_is_one_object(objects: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("studio.anything").exception("it “broke”: %s", 7)
    [told] = objects()
    assert told.pop("exception").startswith("Traceback")
    assert told.pop("time").endswith("+00:00")
    assert told.pop("process")
    assert told == {"level": "ERROR", "logger": "studio.anything", "message": "it “broke”: 7"}


def test_a_line_carries_the_ids_that_are_known(log: io.StringIO) -> None:
    logger = logging.getLogger("studio.anything")
    with log_ids.bound(request_id="abc", code="", run=None):
        with log_ids.bound(run=118):
            logger.warning("inside")
        logger.warning("between")
    logger.warning("after")
    inside, between, after = log.getvalue().splitlines()
    assert inside.endswith("WARNING studio.anything: inside [request_id=abc run=118]")
    assert between.endswith("between [request_id=abc]")
    assert after.endswith("after")


@pytest.mark.parametrize(("given", "kept"), [("a1-B2", True), ("x" * 65, False), ("two words", False), ("", False)])
def test_a_request_keeps_a_sound_id_and_is_told_it(given: str, kept: bool) -> None:
    answers = [Client().get("/healthz", headers={"x-request-id": given})["X-Request-ID"] for _ in range(2)]
    assert (answers == [given, given]) is kept
    assert len(set(answers)) == (1 if kept else 2)
    assert all(answers)


def test_refusals_name_the_request_too(log: io.StringIO) -> None:
    answer = Client().get("/", headers={"host": "stranger.example", "x-request-id": "asked-1"})
    assert (answer.status_code, answer["X-Request-ID"]) == (400, "asked-1")
    assert "[request_id=asked-1]" in log.getvalue()


def test_a_run_and_each_end_is_one_line_without_words(
    submitted: Callable[..., Run], fault: Callable[..., None], objects: Callable[[], list[dict[str, Any]]]
) -> None:
    run = submitted(prompt="A secret recipe", count=2)
    kept, cancelled = run.generations.order_by("id")
    generations.cancel(generation=cancelled)
    fault("moderation")
    work(run)
    accepted, *ends = [line for line in objects() if line["level"] == "INFO"]
    assert (accepted["message"], accepted["run"], accepted["frames"]) == ("run accepted", str(run.uuid), 2)
    assert [(end["message"], end["generation"], end["outcome"], end.get("code")) for end in ends] == [
        ("generation ended", str(cancelled.uuid), "cancelled", None),
        ("generation ended", str(kept.uuid), "failed", "blocked"),
    ]
    assert ends[1]["model"] == kept.model_id
    assert ends[1]["seconds"] >= 0
    assert "secret" not in json.dumps(objects())


def test_a_mail_that_can_t_be_sent_is_not_told(log: io.StringIO) -> None:
    mail = {"subject": "S3cret", "text": "W0rds", "html": "W0rds", "sender": "a@x.example", "to": ["b@x.example"]}
    refusal = ValueError("b@x.example: 550 no such mailbox; it said W0rds")
    with patch.object(EmailMultiAlternatives, "send", side_effect=refusal):
        assert tasks.deliver.apply(kwargs=mail).state == "FAILURE"
    told = log.getvalue()
    assert "Undelivered" in told
    assert "ValueError" in told
    assert not [words for words in ("S3cret", "W0rds", "@x.example") if words in told]


@pytest.mark.parametrize(
    ("template", "facts", "line"),
    [
        (consumer.UNKNOWN_TASK_ERROR, (KeyError("gone.task"), "W0rds", "W0rds", "W0rds"), "of type 'gone.task'."),
        (consumer.INVALID_TASK_ERROR, (ValueError("W0rds"), "W0rds"), "Received invalid task message"),
        (consumer.MESSAGE_DECODE_ERROR, (ValueError("W0rds"), "W0rds", "W0rds", "W0rds", "W0rds"), "message body"),
        (consumer.UNKNOWN_FORMAT, ("W0rds",), "Wrong destination?!?"),
    ],
)
def test_a_message_that_no_worker_knows_is_not_told(
    log: io.StringIO, template: str, facts: tuple[Any, ...], line: str
) -> None:
    consumer.logger.error(template, *facts)
    [told] = log.getvalue().splitlines()
    assert told.endswith(line)
    assert "W0rds" not in told


def test_a_message_of_a_page_carries_the_requests_id_and_one_of_a_task_does_not(
    submitted: Callable[..., Run], alice: User
) -> None:
    give(alice, 100)
    with log_ids.bound(request_id="press-1"):
        submitted()
        with log_ids.bound(task="another"):
            submitted()
    sent = [json.loads(message)["headers"] for message in live.connection().lrange("generate", 0, -1)]
    assert [headers.get("request_id") for headers in reversed(sent)] == ["press-1", None]


def test_each_process_is_named_as_it_is_started() -> None:
    assert [process_kind(shlex.split(command)) for command in processes.COMMANDS.values()] == list(processes.COMMANDS)
    assert process_kind(["/srv/manage.py", "seed"]) == "manage"
