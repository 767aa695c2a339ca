"""The promises hold while everything falls; and the driver sees it where one is broken on purpose."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.listening import ROOT


def play(*arguments: str) -> dict[str, Any]:
    """A seed in a process of its own, with services of its own."""
    command = [sys.executable, "-m", "tests.chaos", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == bool(report["breaches"])
    return report


def test_the_promises_hold() -> None:
    report = play("--seed", "1", "--runs", "40")
    assert report["breaches"] == []
    assert report["counts"]["generations"] >= 40
    assert report["counts"]["succeeded"] > 10
    assert len(report["faults"]) > 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("broken", "falls", "seen"),
    [
        ("drop_refund", "worker killed", "gave [] back"),
        ("skip_claim", "messages double", "was paid for"),
        ("publish_before_commit", "beat killed", "was undisturbed, and not claimed"),
        ("buy_again", "worker killed", "was paid for"),
        ("keep_orphans", "beat killed", "has no row"),
    ],
)
def test_a_broken_promise_is_seen(broken: str, falls: str, seen: str) -> None:
    report = play("--seed", "5", "--runs", "80", "--broken", broken, "--only", falls)
    assert any(seen in words for words in report["breaches"]), report["breaches"]
