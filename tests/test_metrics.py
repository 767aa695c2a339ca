"""What Prometheus reads: who may, and what the figures say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from credits import tasks
from credits.models import Wallet
from gptimage import metrics
from studio import generations, live, pace, storage, tallies
from studio.models import Generation, ImageModel, Run
from tests.conftest import work

TOKEN = "a-token-of-the-monitor"
Labels = frozenset[tuple[str, str]]


def labelled(**labels: str) -> Labels:
    return frozenset(labels.items())


def read() -> dict[str, dict[Labels, float]]:
    """Every sample by its name and labels, as a monitor on this machine reads them."""
    answer = Client(HTTP_HOST="localhost").get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def test_without_a_token_it_answers_this_machine_only(db: None, charlie: User) -> None:
    assert Client(HTTP_HOST="localhost").get("/metrics").status_code == 200
    for elsewhere in (
        Client(),
        Client(HTTP_HOST="localhost", REMOTE_ADDR="203.0.113.7"),
        Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_FOR="203.0.113.7"),
        Client(HTTP_AUTHORIZATION="Bearer "),
    ):
        elsewhere.force_login(charlie)
        assert elsewhere.get("/metrics").status_code == 404


def test_where_a_token_is_set_it_is_what_opens(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert Client(HTTP_AUTHORIZATION=f"Bearer {TOKEN}", REMOTE_ADDR="203.0.113.7").get("/metrics").status_code == 200
    assert Client(HTTP_HOST="localhost").get("/metrics").status_code == 404
    assert Client(HTTP_AUTHORIZATION="Bearer another").get("/metrics").status_code == 404


def test_generations_in_flight(submitted: Callable[..., Run]) -> None:
    run = submitted(count=3)
    first, second, _third = run.generations.order_by("id")
    generations.work.claim(generation_uuid=first.uuid)
    Generation.objects.filter(pk=first.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    Generation.objects.filter(pk=second.pk).update(created_at=timezone.now() - timedelta(seconds=90))
    told = read()
    in_flight = told["gptimage_generations_in_flight"]
    assert in_flight == {labelled(status="queued"): 2, labelled(status="running"): 1}
    assert 90 <= told["gptimage_generations_oldest_queued_age_seconds"][labelled()] < 120
    assert told["gptimage_generations_lapsed"][labelled()] == 1


def test_how_the_last_hours_generations_ended(submitted: Callable[..., Run], fault: Callable[..., None]) -> None:
    work(submitted())
    fault("moderation")
    work(submitted())
    before = submitted()
    generations.cancel(generation=before.generations.get())
    Generation.objects.filter(run=before).update(ended_at=timezone.now() - timedelta(hours=2))
    told = read()
    model = ImageModel.objects.get(pk=before.generations.get().model_id).api_name
    assert told["gptimage_generations_ended_last_hour"] == {
        labelled(model=model, outcome="succeeded", code=""): 1,
        labelled(model=model, outcome="failed", code="blocked"): 1,
    }
    assert told["gptimage_model_errors_total"] == {labelled(model=model, code="blocked"): 1}
    refunded = Generation.objects.get(error_code="blocked").credits + before.credits
    assert told["gptimage_credits_refunded_last_hour"][labelled()] == refunded


def test_how_long_they_waited_and_ran(submitted: Callable[..., Run]) -> None:
    work(run := submitted(count=2))
    asked = timezone.now() - timedelta(minutes=1)
    for seconds, row in enumerate(run.generations.order_by("id"), start=1):
        claimed = asked + timedelta(seconds=seconds)
        Generation.objects.filter(pk=row.pk).update(
            created_at=asked, started_at=claimed, ended_at=claimed + timedelta(seconds=10 * seconds)
        )
    told = read()
    model = run.generations.first().model.api_name
    median = labelled(model=model, outcome="succeeded", quantile="0.5")
    assert told["gptimage_generation_wait_last_hour_seconds"][median] == pytest.approx(1.5)
    assert told["gptimage_generation_run_last_hour_seconds"][median] == pytest.approx(15)


def test_what_waits_for_an_operator(submitted: Callable[..., Run]) -> None:
    unknown, settled = submitted(count=2).generations.all()
    for row in (unknown, settled):
        generations.fail(generation=row, failure=generations.work.Failure("lost_touch"))
    Generation.objects.filter(pk=settled.pk).update(settled_at=timezone.now())
    ImageModel.objects.filter(pk=unknown.model_id).update(stopped_reason="billing")
    pace.told(model=unknown.model_id, headers={"x-ratelimit-limit-requests": "7"})
    told = read()
    assert told["gptimage_model_limit"] == {labelled(model=unknown.model.api_name): 7}
    assert told["gptimage_generations_unknown_unsettled"][labelled()] == 1
    stopped = told["gptimage_model_stopped"]
    assert stopped.pop(labelled(model=unknown.model.api_name)) == 1
    assert set(stopped.values()) == {0}


def test_a_ledger_that_does_not_add_up(submitted: Callable[..., Run]) -> None:
    wallet = submitted().wallet
    assert "gptimage_ledger_wallets_adrift" not in read()
    tasks.check_ledger()
    assert read()["gptimage_ledger_wallets_adrift"][labelled()] == 0
    Wallet.objects.filter(pk=wallet.pk).update(balance=1)
    tasks.check_ledger()
    told = read()
    assert told["gptimage_ledger_wallets_adrift"][labelled()] == 1
    assert told["gptimage_ledger_checked_timestamp_seconds"][labelled()] == pytest.approx(
        timezone.now().timestamp(), abs=60
    )


@pytest.fixture
def no_store(settings: Any) -> None:
    options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}


def test_the_stores_errors_are_counted(db: None, no_store: None) -> None:
    for _ in range(2):
        with pytest.raises(storage.ERRORS):
            storage.put(key="a", data=b"a", content_type="image/png")
    with pytest.raises(storage.ERRORS):
        storage.exists(key="a")
    assert read()["gptimage_store_errors_total"] == {
        labelled(operation="put", error="EndpointConnectionError"): 2,
        labelled(operation="head", error="EndpointConnectionError"): 1,
    }


def test_without_valkey_nothing_is_counted_and_the_rest_is_told(db: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    live.connection.cache_clear()
    try:
        tallies.add("store_errors", "put", "ClientError")
        told = read()
    finally:
        live.connection.cache_clear()
    assert "gptimage_store_errors_total" not in told
    assert "gptimage_generations_in_flight" in told


def test_no_label_names_a_person(submitted: Callable[..., Run], alice: User) -> None:
    work(submitted())
    named = {name for samples in read().values() for labels in samples for name, _value in labels}
    assert named == {"status", "model", "outcome", "code", "quantile"}


def test_a_database_too_slow_to_tell_is_not_held_up(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "PATIENCE_MS", 50)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE studio_generation RENAME TO generation_slept")
        cursor.execute(
            "CREATE VIEW studio_generation AS SELECT generation_slept.*"
            " FROM pg_sleep(0.5) LEFT JOIN generation_slept ON true"
        )
    assert Client(HTTP_HOST="localhost").get("/metrics").status_code == 503


def test_each_statement_has_an_index(submitted: Callable[..., Run], django_assert_max_num_queries: Any) -> None:
    """By the planner's word, where reading whole tables is made dear."""
    submitted()
    with django_assert_max_num_queries(12) as captured:
        read()
    asked = [query["sql"] for query in captured.captured_queries if "studio_generation" in query["sql"]]
    assert len(asked) == 5
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        try:
            for sql in asked:
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                assert "Seq Scan on studio_generation" not in plan, f"{sql}\n{plan}"
        finally:
            cursor.execute("RESET enable_seqscan")
