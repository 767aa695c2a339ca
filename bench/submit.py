"""From the POST to the answer with the run on it: debited, written, and handed to the broker.

Fifty people, each of whom presses every five seconds at a moment of their own. No worker runs, so that no picture work
is measured; what one may have in flight is unbounded, so that each press hands its message over.
"""

import random
import threading
import time

from bench import stage, visitors
from bench.measure import RUNS, Measurement, Target, percentile
from bench.visitors import Visitor

PEOPLE, EVERY_S, PRESSES = 50, 5.0, 1


def measure(*, small: bool) -> list[Measurement]:
    """The 95th percentile of each round."""
    people, rounds = (5, 2) if small else (PEOPLE, RUNS)
    with stage.running("submit", {"IN_FLIGHT_PER_USER": "100000"}) as running:
        running.start_web()
        crowd = visitors.arrive(url=running.url, count=people)
        for person in crowd:
            person.post("/studio/runs/", person.brief())
        took = [_round(crowd, seed) for seed in range(rounds)]
        _all_handed_over()
    return [
        Measurement(
            name="submit, p95", unit="ms", target=Target(most=60),
            runs=[1000 * percentile(each, 0.95) for each in took],
            note=f"{people} people, {people / EVERY_S:g} presses a second; p50 "
            f"{1000 * percentile([one for each in took for one in each], 0.5):.0f} ms",
        )
    ]  # fmt: skip


def _round(crowd: list[Visitor], seed: int) -> list[float]:
    """The seconds of each press. Who is answered late presses the next time when it was planned all the same."""
    took: list[float] = []

    def live(person: Visitor, draw: random.Random) -> None:
        began = time.perf_counter()
        for number in range(PRESSES):
            due = began + EVERY_S * (number + draw.random())
            time.sleep(max(0.0, due - time.perf_counter()))
            pressed = time.perf_counter()
            person.post("/studio/runs/", person.brief())
            took.append(time.perf_counter() - max(pressed, due))

    threads = [
        threading.Thread(target=live, args=(person, random.Random(f"{seed}:{number}")))
        for number, person in enumerate(crowd)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(took) != PRESSES * len(crowd):
        raise RuntimeError("a press was not answered")
    return took


def _all_handed_over() -> None:
    """Each press is in the ledger and at the broker: else it was measured doing less than it says."""
    import redis
    from django.conf import settings

    from credits.models import Entry
    from studio.models import Generation, Run

    runs = Run.objects.count()
    debits = Entry.objects.filter(kind="debit").count()
    handed = Generation.objects.filter(handed_at__isnull=False).count()
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        waiting = broker.llen("generate")
    if not runs == debits == handed == waiting:
        raise RuntimeError(f"{runs} runs, {debits} debits, {handed} handed over, {waiting} messages")
