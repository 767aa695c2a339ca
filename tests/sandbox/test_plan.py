"""Faults by a plan, and a running sandbox that is told to behave differently."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from django.core.management import CommandError, call_command

from studio.sandbox import errors
from studio.sandbox.behaviour import REFUSALS, Behaviour, changed, fault_of, latency_of, moderation_fault_of
from tests.sandbox.conftest import Server
from tests.sandbox.wire import ask

SEEDS = [f"seed-{at}" for at in range(300)]
WELL = {
    "fault": None,
    "latency_s": 0,
    "latency_spread": 0,
    "plan": None,
    "share": 0.3,
    "faults": None,
    "moderation_fault": None,
    "moderation_share": 0,
}
WELL |= {"per_minute": None, "minute_s": 60.0}

Behave = Callable[..., httpx2.Response]


def planned(settings: Behaviour, seeds: list[str] = SEEDS, nth: int = 1) -> list[str | None]:
    """The fault of each seed, refusals by their code."""
    found: list[str | None] = []
    for seed in seeds:
        try:
            found.append(fault_of({}, settings, seed=seed, nth=nth))
        except errors.ApiError as refusal:
            found.append(refusal.code or str(refusal.status))
    return found


@pytest.fixture
def behave(quick: Server) -> Iterator[Behave]:
    """Tells the quick sandbox how to behave from now on; it is well again after the test."""

    def tell(body: Any = None, *, key: str = "Bearer x", **said: Any) -> httpx2.Response:
        url = f"{quick.url}/sandbox/behaviour"
        return httpx2.post(url, json=said if body is None else body, headers={"Authorization": key})

    yield tell
    assert tell(WELL).json() == WELL


def test_a_plan_draws_the_same_faults_again() -> None:
    plan = Behaviour(plan="7", share=0.3)
    assert planned(plan) == planned(plan)
    assert planned(plan) == planned(plan, SEEDS[::-1])[::-1]
    assert planned(plan) != planned(Behaviour(plan="8", share=0.3))
    assert planned(plan) != planned(plan, nth=2)


def test_a_plan_draws_as_it_is_documented() -> None:
    draw = random.Random("7:seed-1:2")
    due = draw.choice(("cut", "early")) if draw.random() < 0.9 else None
    assert planned(Behaviour(plan="7", share=0.9, faults=("cut", "early")), ["seed-1"], nth=2) == [due]


def test_the_share_is_that_of_the_calls_with_a_fault() -> None:
    for share, least, most in ((0, 0, 0), (0.3, 60, 120), (1, 300, 300)):
        assert least <= sum(one is not None for one in planned(Behaviour(plan="7", share=share))) <= most


def test_only_the_chosen_faults_are_drawn_and_else_any() -> None:
    assert set(planned(Behaviour(plan="7", share=1, faults=("cut", "early")))) == {"cut", "early"}
    assert len(set(planned(Behaviour(plan="7", share=1), SEEDS * 4))) > 30


def test_a_header_and_a_fault_for_all_go_before_the_plan() -> None:
    plan = Behaviour(plan="7", share=1)
    assert fault_of({"x-sandbox-fault": "none"}, plan, seed="1") is None
    assert fault_of({"x-sandbox-fault": "cut"}, plan, seed="1") == "cut"
    assert set(planned(Behaviour(plan="7", share=1, fault="twice"))) == {"twice"}


def test_the_latency_spreads_when_asked_and_is_drawn_too() -> None:
    def said(settings: Behaviour, **headers: str) -> list[float]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return [latency_of(named, settings, quality="low", seed=seed) for seed in SEEDS]

    spread = said(Behaviour(plan="7", latency_s=2, latency_spread=0.5))
    assert spread == said(Behaviour(plan="7", latency_s=2, latency_spread=0.5))
    assert 1 <= min(spread) < 1.2 < 2.8 < max(spread) <= 3
    assert set(said(Behaviour(plan="7", latency_s=2))) == {2}
    assert set(said(Behaviour(latency_spread=0.5), x_sandbox_latency="4")) == {4}


def test_settings_travel_to_the_server_s_own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_BEHAVIOUR", "")
    settings = Behaviour(plan="7", share=0.5, faults=("cut", "early"), latency_spread=0.1)
    settings.export()
    assert Behaviour.from_environment() == settings


def test_a_running_sandbox_keeps_to_a_plan_and_begins_it_again(quick: Server, behave: Behave) -> None:
    chosen = [name for name in REFUSALS if name not in ("bad_gateway", "gateway_reset", "error_in_body")]
    plan = {"plan": 7, "share": 0.6, "faults": chosen}
    settings = changed(Behaviour(), plan)
    due = [*planned(settings, ["again"], nth=1), *planned(settings, ["again"], nth=2)]
    assert due[0] != due[1]
    for _ in range(2):
        assert behave(plan).json() == {**WELL, **plan, "plan": "7"}
        heard = [ask(quick, "", seed="again") for _ in range(2)]
        codes = [None if one.status == 200 else one.json["error"]["code"] or str(one.status) for one in heard]
        assert codes == due


def test_a_running_sandbox_changes_what_is_said_and_keeps_the_rest(quick: Server, behave: Behave) -> None:
    assert behave(fault="overloaded").json()["fault"] == "overloaded"
    assert behave(share=0.1).json() == {**WELL, "fault": "overloaded", "share": 0.1}
    assert ask(quick, "").status == 503
    assert ask(quick, "none").status == 200
    behave(fault=None)
    assert ask(quick, "").status == 200


@pytest.mark.parametrize(
    "said",
    [
        {"fault": "earthquake"},
        {"fault": 3},
        {"faults": []},
        {"faults": "cut"},
        {"faults": ["cut", "earthquake"]},
        {"share": 1.5},
        {"share": True},
        {"latency_s": -1},
        {"latency_s": "soon"},
        {"latency_spread": None},
        {"plan": 1.5},
        {"calls": "elsewhere.log"},
        [],
    ],
)
def test_what_a_running_sandbox_does_not_take(behave: Behave, said: Any) -> None:
    answer = behave(said)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_nobody_without_a_key_changes_anything(behave: Behave) -> None:
    assert behave(fault="cut", key="").status_code == 401


@pytest.mark.parametrize("options", [{"share": 2.0}, {"faults": "cut,earthquake"}, {"latency_spread": -0.5}])
def test_the_command_says_what_it_cannot_do(options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("sandbox", **options)


def test_the_command_takes_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Behaviour] = []
    command = "studio.management.commands.sandbox.serve"
    monkeypatch.setattr(command, lambda *, host, port, settings: served.append(settings))
    call_command("sandbox", "--plan", "7", "--share", "0.2", "--faults", "cut,early", "--latency-spread", "0.5")
    assert served == [Behaviour(plan="7", share=0.2, faults=("cut", "early"), latency_spread=0.5)]


def test_moderation_goes_wrong_by_settings_of_its_own(quick: Server, behave: Behave) -> None:
    def status(**headers: str) -> int:
        told = {"Authorization": "Bearer x", **headers}
        return httpx2.post(f"{quick.url}/moderations", json={"input": "a cup"}, headers=told).status_code

    behave(fault="server_error", plan="7", share=1)
    assert status() == 200
    behave(fault=None, plan=None, moderation_fault="overloaded")
    assert (status(), ask(quick, "none").status) == (503, 200)
    assert status(**{"X-Sandbox-Fault": "none"}) == 200
    assert behave(moderation_fault="bomb").status_code == 400
    behave(moderation_fault=None)


def test_a_plan_draws_moderations_by_a_share_of_their_own() -> None:
    def drawn(share: float) -> list[str | None]:
        settings = Behaviour(plan="7", share=1, moderation_share=share)
        return [moderation_fault_of({}, settings, seed=seed, nth=1) for seed in SEEDS]

    assert set(drawn(0)) == {None}
    assert drawn(0.3) == drawn(0.3)
    assert 60 <= sum(one is not None for one in drawn(0.3)) <= 120
