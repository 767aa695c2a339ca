"""What can fall, and a seeded plan of it: each fault is something that happens to real processes."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg
from celery import current_app
from redis.exceptions import RedisError

from credits import broker
from studio import catalogue
from studio.generations.queue import GENERATE
from studio.models import Generation, ImageModel, Status
from tests.chaos.parts import Stage

DOWN_S: Final = (0.3, 2.5)


@dataclass(frozen=True)
class Moment:
    """Something that happens, when, and for how long."""

    at_s: float
    name: str
    for_s: float


def plan(*, seed: int, seconds: float, every_s: float, only: list[str]) -> list[Moment]:
    """Faults over that time, one every so often, no kind left out while others come twice; or `only` those."""
    draw = random.Random(f"{seed}:faults")
    moments: list[Moment] = []
    names: list[str] = []
    at_s = draw.uniform(0, every_s)
    while at_s < seconds:
        if not names:
            names = draw.sample(only or sorted(FAULTS), len(only or FAULTS))
        moments.append(Moment(at_s, names.pop(), draw.uniform(*DOWN_S)))
        at_s += draw.uniform(0.5, 1.5) * every_s
    return moments


def killed(name: str) -> Callable[[Stage, float], None]:
    """SIGKILL, and a start after a while."""

    def happen(stage: Stage, for_s: float) -> None:
        stage[name].kill()
        time.sleep(for_s)
        stage[name].start()

    return happen


def stalled(name: str) -> Callable[[Stage, float], None]:
    """It does not run for a while, and knows nothing of it."""

    def happen(stage: Stage, for_s: float) -> None:
        stage[name].tell(signal.SIGSTOP)
        time.sleep(for_s)
        stage[name].tell(signal.SIGCONT)

    return happen


def deploy(stage: Stage, for_s: float) -> None:
    """Both workers are told to stop, and the next start at once."""
    stage.replace("worker-1")
    stage.replace("worker-2")


def database_restarts(stage: Stage, for_s: float) -> None:
    """As after a crash: no session is ended in peace."""
    stage["database"].end(signal.SIGQUIT)
    time.sleep(for_s / 2)
    stage["database"].start()


def sessions_drop(stage: Stage, for_s: float) -> None:
    """The database ends every connection."""
    with psycopg.connect(stage.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                           "AND datname = current_database()")  # fmt: skip


def broker_forgets(stage: Stage, for_s: float) -> None:
    """All messages, sessions and previews are gone."""
    stage.redis().flushall()


def broker_full(stage: Stage, for_s: float) -> None:
    """It refuses every write for a while."""
    broker = stage.redis()
    broker.config_set("maxmemory", "1")
    time.sleep(for_s)
    broker.config_set("maxmemory", "0")


def messages_double(stage: Stage, for_s: float) -> None:
    """Every open frame's message comes again, thrice."""
    open_ = Generation.objects.filter(status__in=(Status.QUEUED, Status.RUNNING)).values_list("uuid", flat=True)
    for generation in list(open_) * 3:
        current_app.send_task(GENERATE, args=[str(generation)], queue="generate")


FAULTS: Final[dict[str, Callable[[Stage, float], None]]] = {
    "worker killed": killed("worker-1"),
    "other worker killed": killed("worker-2"),
    "sweeper killed": killed("worker-default"),
    "beat killed": killed("beat"),
    "web killed": killed("web"),
    "model killed": killed("model"),
    "broker killed": killed("broker"),
    "store killed": killed("store"),
    "store stalls": stalled("store"),
    "worker stalls": stalled("worker-1"),
    "broker stalls": stalled("broker"),
    "broker forgets": broker_forgets,
    "broker full": broker_full,
    "database restarts": database_restarts,
    "sessions drop": sessions_drop,
    "messages double": messages_double,
    "deploy": deploy,
}


def happen(moment: Moment, stage: Stage) -> None:
    """Makes it happen. Where another fault is in its way already, it does not."""
    try:
        FAULTS[moment.name](stage, moment.for_s)
    except (psycopg.Error, RedisError, *broker.ERRORS):
        return


def offer_again() -> None:
    """What an operator does about models that a billing answer stopped."""
    for model in ImageModel.objects.exclude(stopped_reason=""):
        catalogue.offer_again(model=model)
