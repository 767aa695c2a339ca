"""How often a user and an address may ask, counted in the real cache; and what happens when that is away."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCacheClient
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from redis.exceptions import TimeoutError as RedisTimeout

from accounts import rates
from accounts.models import User
from gptimage import variables
from studio import live
from tests.accounts.conftest import Visitor, page
from tests.conftest import signed_in

NOON = 1_800_000_000 // 60 * 60 + 20


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Twenty seconds past a full minute, until a test says otherwise."""

    class Clock:
        now = NOON

    monkeypatch.setattr(rates.time, "time", lambda: Clock.now)
    return Clock


def spend(user: str = "7", address: str = "198.51.100.1") -> int:
    return rates.spend(action="runs", user=user, address=address)


def test_a_user_has_so_many_a_minute(settings: Any, clock: Any) -> None:
    settings.RATES = {"runs": (3, 100)}
    assert [spend() for _turn in range(5)] == [0, 0, 0, 40, 40]
    assert spend(user="8") == 0
    clock.now += 40
    assert spend() == 0


def test_an_address_has_so_many_whoever_asks(settings: Any) -> None:
    settings.RATES = {"runs": (100, 3)}
    assert [spend(user=str(n), address=f"2001:db8::{n}") for n in range(4)] == [0, 0, 0, 40]
    assert spend(address="2001:db8:0:1::1") == 0


def test_actions_are_counted_apart(settings: Any) -> None:
    settings.RATES = {"runs": (1, 100), "quotes": (1, 100)}
    assert spend() == 0
    assert rates.spend(action="quotes", user="7", address="198.51.100.1") == 0


def test_many_at_once_are_all_counted(settings: Any) -> None:
    settings.RATES = {"runs": (30, 1000)}
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _turn: spend(), range(80))).count(0) == 30


def keys() -> list[str]:
    return [key.decode() for key in live.connection().keys("*")]


def test_counts_end_by_themselves(settings: Any) -> None:
    spend()
    counted = [key for key in keys() if ":rate:" in key]
    assert len(counted) == 2
    assert all(0 < live.connection().ttl(key) <= 120 for key in counted)


def test_no_address_can_be_read_in_the_cache(visitor: Visitor) -> None:
    visitor.post("/accounts/login/code/", {"email": "kiln@example.com"}, REMOTE_ADDR="198.51.100.77")
    spend(address="198.51.100.77")
    assert any(":allauth:" in key for key in keys())
    assert not [key for key in keys() if "198.51" in key or "kiln" in key or "rl:" in key]


def test_allauth_counts_by_the_same_address(visitor: Visitor, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    settings.BEHIND_TLS = True
    settings.SECURE_SSL_REDIRECT = False
    form = {"email": "kiln@", "terms": "on"}
    assert visitor.post("/accounts/signup/", form, HTTP_X_FORWARDED_FOR="9.9.9.9, 198.51.100.1").status_code == 200
    refused = visitor.post("/accounts/signup/", form, HTTP_X_FORWARDED_FOR="8.8.8.8, 198.51.100.1")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Too many at once" in page(refused)
    assert visitor.post("/accounts/signup/", form, HTTP_X_FORWARDED_FOR="198.51.100.2").status_code == 200


def test_the_page_is_for_whoever_looks_at_one(alice: User, settings: Any) -> None:
    settings.RATES = {**settings.RATES, "quotes": (0, 0)}
    client = signed_in(alice)
    seen = client.get("/studio/quote", HTTP_ACCEPT="text/html,*/*")
    assert (seen.status_code, seen.headers["Retry-After"]) == (429, "40")
    assert "Too many at once" in page(seen)
    for asked in ({"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}):
        answer = client.get("/studio/quote", **asked)
        assert (answer.status_code, answer.content) == (429, b"")
        assert (answer.headers["Retry-After"], answer.headers["HX-Reswap"]) == ("40", "none")


@pytest.fixture
def away(settings: Any) -> None:
    """Nobody listens where the cache should be."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}}


def test_a_cache_that_is_away_lets_everybody_in(away: None, settings: Any) -> None:
    settings.RATES = {"runs": (1, 1)}
    assert [spend() for _turn in range(3)] == [0, 0, 0]


def test_a_cache_that_is_away_holds_nothing(away: None) -> None:
    assert cache.add("a", 1)
    cache.set("a", 1)
    cache.set_many({"a": 1})
    assert cache.get("a", "none") == "none"
    assert cache.get_many(["a"]) == {}
    assert not cache.touch("a")
    assert not cache.delete("a")
    assert "a" not in cache
    with pytest.raises(ValueError, match="a"):
        cache.incr("a")
    cache.delete_many(["a"])


def test_a_cache_that_is_away_is_asked_once_in_a_while(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs costs a page one timeout; and what comes back is used again."""
    asked = []

    def hang(self: RedisCacheClient, *args: Any) -> None:
        asked.append(args)
        raise RedisTimeout

    with monkeypatch.context() as hanging:
        hanging.setattr(RedisCacheClient, "get", hang)
        for _turn in range(5):
            assert cache.get("a", "none") == "none"
    assert len(asked) == 1
    cache.set("b", 1)  # writes are tried all the same
    assert live.connection().exists(":1:b")
    caches["default"]._cache.away_until = 0.0  # for good: undone, it would hold up the cache of the next tests
    cache.set("a", 1)
    assert cache.get("a") == 1


def test_pages_and_passwords_work_while_the_cache_is_away(away: None, alice: User, catalogue: Any) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": alice.email, "password": "alice-knows-it-well"})
    assert answer.headers["Location"] == "/studio/"
    assert client.get("/studio/").status_code == 200
    assert client.get("/studio/frames").status_code == 200


@pytest.mark.parametrize("value", ["60", "0/600", "60/", "many", "60/600/6000"])
def test_what_is_no_rate_ends_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_RUNS", value)
    with pytest.raises(ImproperlyConfigured, match="RATE_RUNS"):
        variables.rate("RATE_RUNS", "60/600")
