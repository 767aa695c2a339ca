"""Open event streams on one web process: what each costs in memory, and how soon an event is at all of them.

A hundred people with twenty streams each, the most that one may have open. One event for each person, sent in one
pipeline, is read off two thousand connections by this process, on the same cores.
"""

import asyncio
import json
import time
from typing import Any, Final

from bench import presses, stage, usage, visitors
from bench.measure import RUNS, Measurement, Target
from gptimage.processes import COMMANDS

PEOPLE, EACH = 100, 20
OPENING: Final = 40  # at once: each asks for the session
MOST_KB, MOST_MS = 40, 250
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def measure(*, small: bool) -> list[Measurement]:
    """A new process for each round."""
    people, rounds = (60, 1) if small else (PEOPLE, RUNS)  # more than a server takes by itself
    with stage.running("live") as running:
        users = presses.owners(people)
        model = presses.catalogue_model()
        crowd = [visitors.signed_in(user, url=running.url, model=model) for user in users]
        found = [_round(running, crowd) for _ in range(rounds)]
    streams = people * EACH
    return [
        Measurement(
            name="live: memory of a stream", unit="kB", runs=[kb for kb, _, _ in found], target=Target(most=MOST_KB),
            note=f"{streams:,} streams open on one process, growth of all its memory; opened in "
            f"{min(opened for _, _, opened in found):.1f} s",
        ),
        Measurement(
            name=f"live: an event at {streams:,}", unit="ms", runs=[ms for _, ms, _ in found],
            target=Target(most=MOST_MS), note="from publishing to the last reader, which are all this one process",
        ),
    ]  # fmt: skip


def _round(running: stage.Stage, crowd: list[visitors.Visitor]) -> tuple[float, float, float]:
    """kB a stream, ms until all have heard, seconds to open them."""
    running.start_web(COMMANDS["web"].replace("--workers 2", "--workers 1"))
    crowd[0].get("/studio/")  # what every process loads once
    crowd[0].line.close()
    pid = running.processes["web"].pid
    before = usage.rss_mb(pid)
    try:
        took_ms, opened_s, after = asyncio.run(_listen(crowd, pid))
    finally:
        running.kill("web")
    return 1024 * (after - before) / (len(crowd) * EACH), took_ms, opened_s


async def _listen(crowd: list[visitors.Visitor], pid: int) -> tuple[float, float, float]:
    began, room = time.perf_counter(), asyncio.Semaphore(OPENING)
    lines = await asyncio.gather(*(_open(person, room) for person in crowd for _ in range(EACH)))
    opened_s = time.perf_counter() - began
    await asyncio.sleep(1)
    after = usage.rss_mb(pid)
    times = [await _heard(crowd, lines) for _ in range(3)]
    for _, writer in lines:
        writer.close()
    return sorted(times)[1], opened_s, after


async def _heard(crowd: list[visitors.Visitor], lines: list[Line]) -> float:
    """ms until the last line has its event; a beat that comes between is passed over."""
    waiting = asyncio.gather(*(_event(reader) for reader, _ in lines))
    await asyncio.sleep(0.2)  # all of them read by now
    began = time.perf_counter()
    await asyncio.to_thread(_publish, crowd)
    await asyncio.wait_for(waiting, 30)
    return 1000 * (time.perf_counter() - began)


async def _open(person: visitors.Visitor, room: asyncio.Semaphore) -> Line:
    host, port = person.line.host, person.line.port
    async with room:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET /live/ HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {person.cookies}\r\n\r\n".encode())
        if not (status := await reader.readline()).startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a stream was refused: {status!r}")
        await reader.readuntil(b"retry: 3000\n\n")
    return reader, writer


async def _event(reader: asyncio.StreamReader) -> None:
    while not (await reader.readline()).startswith(b"data: "):
        pass


def _publish(crowd: list[visitors.Visitor]) -> None:
    from studio import live

    pipe: Any = live.connection().pipeline(transaction=False)
    for person in crowd:
        pipe.publish(f"{live.CHANNEL}{person.uuid}", json.dumps({"kind": "balance"}))
    pipe.execute()
