"""Chaos: the real processes, people at the real pages, a seeded plan of what can fall, and then the promises.

`python -m tests.chaos --seed 7 --runs 300` plays one seed until 300 pictures are asked for; `--seeds 20 --table
docs/CHAOS.md` plays many, one after the other, and writes down what they showed. Exit 1 where a promise was broken.
"""

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.chaos import parts, table
from tests.listening import ROOT


def play(*, seed: int, pictures: int, broken: str, only: list[str], shot: Path | None) -> dict[str, Any]:
    """One seed from an empty database to the promises."""
    folder = ROOT / ".local/chaos" / (broken or f"seed-{seed}")
    shutil.rmtree(folder, ignore_errors=True)
    with parts.running(folder, seed=seed, broken=broken) as stage:
        import django

        django.setup()  # the environment names the services only now
        from tests.chaos.play import Play

        return asdict(Play(stage, seed=seed, pictures=pictures, only=only, shot=shot).play())


def play_apart(*, seed: int, pictures: int) -> dict[str, Any]:
    """The same in a process of its own, since Django is set up once."""
    command = [sys.executable, "-m", "tests.chaos", "--seed", str(seed), "--runs", str(pictures), "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=100, help="pictures that are asked for")
    parser.add_argument("--seeds", type=int, default=1, help="how many, from --seed on")
    parser.add_argument("--table", type=Path, help="write a table of them there")
    parser.add_argument("--broken", default="", help="break this promise on purpose (tests/chaos/broken)")
    parser.add_argument("--only", action="append", default=[], help="let nothing else fall (tests/chaos/faults.py)")
    parser.add_argument("--shot", type=Path, help="take a picture of the operator's page there, in the middle of it")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.seeds == 1:
        reports = [play(seed=asked.seed, pictures=asked.runs, broken=asked.broken, only=asked.only, shot=asked.shot)]
        print(json.dumps(reports[0]) if asked.json else table.told(reports[0]))
    else:
        reports = []
        for seed in range(asked.seed, asked.seed + asked.seeds):
            reports.append(play_apart(seed=seed, pictures=asked.runs))
            print(table.told(reports[-1]), flush=True)
    if asked.table:
        asked.table.write_text(table.markdown(reports, pictures=asked.runs))
    return int(any(report["breaches"] for report in reports))


if __name__ == "__main__":
    sys.exit(main())
