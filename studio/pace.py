"""How many calls a minute a model takes: one account of them for all workers, in Valkey, fed by the provider's headers.

A call takes a place before it is sent; where there is none it is told how long to wait. Who waits is known by the rows
in the database, not here. While Valkey is away calls go on: then the provider's own 429 says no.
"""

import logging
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import redis

from studio import live, refusals

log = logging.getLogger(__name__)

MINUTE_S: Final = 60.0
MARGIN: Final = 1.02  # calls arrive a little later than they were sent, and not all by as much
MOST: Final = 5000  # a minute: who may ask more often than that is not limited by us
FIRST_GUESS: Final = 60  # a minute, at a model that refused a call and names no limit
KEPT_S: Final = 3600
SHUT_MOST_S: Final = 3600.0
KINDS: Final = ("requests", "images")
DURATION: Final = re.compile(
    r"(?:(\d{1,4})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,6}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?", re.ASCII
)

# A list of the moments of the last calls, by the server's clock. There is a place where the calls that go first, and
# this one, would still be no more within a minute than the limit.
TAKE: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local behind, most, minute = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limit = redis.call('GET', KEYS[3]) or redis.call('GET', KEYS[4])
if limit then most = math.min(most, tonumber(limit)) end
local wait = math.max(redis.call('PTTL', KEYS[2]), 0)
local last = redis.call('LINDEX', KEYS[1], most - 1 - behind % most)
if last then wait = math.max(wait, last + minute - now) end
wait = wait + math.floor(behind / most) * minute
if wait > 0 then return wait end
redis.call('LPUSH', KEYS[1], now)
redis.call('LTRIM', KEYS[1], 0, ARGV[4] - 1)
redis.call('PEXPIRE', KEYS[1], minute)
return 0
"""


def take(*, model: int, per_minute: int | None, behind: int) -> float:
    """Takes a place; 0 where there is one, else the seconds until one is to be had. `behind`: so many are
    served first."""
    keys = [key(model, what) for what in ("calls", "shut", "limit", "guess")]
    most = min(per_minute or MOST, MOST)
    try:
        wait_ms: Any = _take()(keys=keys, args=[behind, most, round(1000 * MINUTE_S * MARGIN), MOST])
    except redis.RedisError as error:
        _away(model, error)
        return 0.0
    return int(wait_ms) / 1000


def told(*, model: int, headers: Mapping[str, str]) -> None:
    """Learns from an answer: the tightest limit that it names, and when there is room again where there is none."""
    limits = [limit for kind in KINDS if (limit := _count(headers, f"limit-{kind}"))]
    resets = [_reset_s(headers, kind) for kind in KINDS if _count(headers, f"remaining-{kind}") == 0]
    if not limits and not any(resets):
        return
    try:
        pipe = live.connection().pipeline(transaction=False)
        if limits:
            pipe.set(key(model, "limit"), min(*limits, MOST), ex=KEPT_S)
            pipe.delete(key(model, "guess"))
        if any(resets):
            _shut(pipe, model, max(resets))
        pipe.execute()
    except redis.RedisError as error:
        _away(model, error)


def refused(*, model: int, wait_s: float) -> None:
    """A call was one too many: no other goes for so long. A model that names no limit is asked half as often from now.

    Of many that are refused together, the first counts.
    """
    server, guess = live.connection(), key(model, "guess")
    try:
        if not server.exists(key(model, "shut"), key(model, "limit")):
            known: Any = server.get(guess)
            server.set(guess, max(1, int(known) // 2) if known else FIRST_GUESS, ex=KEPT_S)
        _shut(server, model, wait_s)
    except redis.RedisError as error:
        _away(model, error)


def went_well(*, model: int) -> None:
    """A call brought its picture: a limit that was only guessed may be too low by one."""
    try:
        if live.connection().exists(key(model, "guess")):
            live.connection().incr(key(model, "guess"))
            live.connection().expire(key(model, "guess"), KEPT_S)
    except redis.RedisError as error:
        _away(model, error)


def forget(*, model: int) -> None:
    """What was learned holds no more: an operator has settled something with the provider."""
    try:
        live.connection().delete(*(key(model, what) for what in ("shut", "limit", "guess")))
    except redis.RedisError as error:
        _away(model, error)


def most(*, model: int, per_minute: int | None) -> int | None:
    """Calls a minute, by the operator's word and the model's; None where neither sets a limit."""
    try:
        known: Any = live.connection().mget(key(model, "limit"), key(model, "guess"))
    except redis.RedisError:
        known = ()
    lowest = min(per_minute or MOST, *[int(limit) for limit in known if limit], MOST)
    return lowest if lowest < MOST else None


def key(model: int, what: str) -> str:
    """Where Valkey has a model's calls, limit, guess, or until when it is shut."""
    return f"pace:{model}:{what}"


def duration_s(text: str) -> float:
    """Seconds in a header's form: 120ms, 1s, 6m0s, or a bare number of them; 0 where it says nothing."""
    if (found := DURATION.fullmatch(text.strip())) and found[0]:
        hours, minutes, seconds, thousandths = (float(part or 0) for part in found.groups())
        return min(SHUT_MOST_S, 3600 * hours + 60 * minutes + seconds + thousandths / 1000)
    return min(SHUT_MOST_S, refusals.retry_after_s(text) or 0.0)


@cache
def _take() -> Any:
    return live.connection().register_script(TAKE)


def _shut(server: Any, model: int, seconds: float) -> None:
    """Only ever for longer: of two answers, the one that asks for more patience counts."""
    name, wait_ms = key(model, "shut"), max(1, round(1000 * min(seconds, SHUT_MOST_S)))
    server.set(name, 1, px=wait_ms, nx=True)
    server.pexpire(name, wait_ms, gt=True)


def _count(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(f"x-ratelimit-{name}", "")
    return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else None


def _reset_s(headers: Mapping[str, str], kind: str) -> float:
    return duration_s(headers.get(f"x-ratelimit-reset-{kind}", ""))


def _away(model: int, error: redis.RedisError) -> None:
    log.warning("the pace of model %s is not known: %s", model, type(error).__name__)
