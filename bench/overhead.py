"""From the press of Generate to the finished tile in the page, minus the model's own time.

A visitor does over HTTP what the page's scripts do (bench/visitors.py): the POST, the event stream, each preview and
each tile. Chromium does it for one variant, with what it draws itself.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from bench import bare, in_chromium, stage, visitors
from bench.measure import Measurement, Target, alternately, beside
from bench.visitors import Visitor

LATENCY_S = 0.4
AT_ONCE = 20
AGAINST = "bare script: call, decode, three copies, four puts"


def measure(*, small: bool) -> list[Measurement]:
    """One after another, many at once, and in Chromium."""
    presses, crowd = (2, 4) if small else (6, AT_ONCE)
    with stage.running("overhead") as running:
        running.start_model("--latency", str(LATENCY_S))
        running.start("worker-generate")
        running.start_web()
        people = visitors.arrive(url=running.url, count=crowd)
        for person in people:
            person.listen()
        _warm(people[0])

        def ours() -> float:
            return over([people[0].press_and_watch() for _ in range(presses)])

        def theirs() -> float:
            return over([bare.bought_and_stored() for _ in range(presses)])

        def ours_at_once() -> float:
            with ThreadPoolExecutor(crowd) as pool:
                return over(list(pool.map(Visitor.press_and_watch, people)))

        def theirs_at_once() -> float:
            return over(bare.at_once(crowd))

        one = alternately(ours, theirs)
        ours_at_once()  # the first crowd after a start makes threads and connections
        theirs_at_once()
        many = alternately(ours_at_once, theirs_at_once)
        seen = in_chromium.presses(people[-1], rounds=5, each=1 if small else 4)
    return _found(one, many, [over(each) for each in seen], presses=presses, crowd=crowd)


def _found(
    one: list[list[float]], many: list[list[float]], seen: list[float], *, presses: int, crowd: int
) -> list[Measurement]:
    return [
        beside(
            "overhead: one after another, p50", "ms", *one,
            against=AGAINST, target=Target(most=150, most_ratio=1.5),
            note=f"model of {LATENCY_S} s, {presses} presses a round; the sandbox's own time is in both",
        ),
        beside(
            f"overhead: {crowd} at once, p50", "ms", *many,
            against=f"the same script in {crowd} threads", target=Target(most_ratio=1.2),
            note="the ratio alone counts: all of it is CPU on the same cores, the visitors' own included",
        ),
        Measurement(
            name="overhead: in Chromium, p50", unit="ms", target=Target(most=150), note=in_chromium.NOTE,
            runs=seen,
        ),
    ]  # fmt: skip


def over(seconds: list[float]) -> float:
    """The median over the model's own time, ms."""
    return 1000 * (statistics.median(seconds) - LATENCY_S)


def _warm(person: Visitor) -> None:
    """The first call of a worker imports the model's client, the first of all paints the sandbox's picture."""
    bare.bought_and_stored()
    for _ in range(3):
        person.press_and_watch()
        time.sleep(0.3)
