"""`make bench`: every measurement of the table, into bench/results.json and bench/RESULTS.md.

`make bench ONLY=ledger` takes one anew and leaves the others as they stand; `SMALL=1` only sees that all of it works,
and writes nothing. Each bench has a process of its own, one after another, for they would disturb each other.
"""

import argparse
import importlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from bench import machine, report

NAMES: Final = ("overhead", "in_flight", "throughput", "submit", "ledger", "pages", "live", "cold", "intake")
BESIDE: Final = ("sandbox",)  # not of the table: what the model itself costs
HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / "results.json"
PATIENCE_S: Final = 900


def main() -> int:
    """How many benches could not be taken; a target that is missed is no failure, it stands in the table."""
    asked = parsed()
    if asked.name:
        print(json.dumps([one.told() for one in _bench(asked.name).measure(small=asked.small)]))
        return 0
    failed, taken = 0, dict[str, list[dict[str, Any]]]()
    for name in [asked.only] if asked.only else [*NAMES, *BESIDE]:
        found = take(name, small=asked.small)
        failed += found is None
        taken[name] = found or []
        print(report.lines(taken[name]), flush=True)
    if not asked.small:
        write(taken)
    return failed


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", choices=["", *NAMES, *BESIDE])
    parser.add_argument("--small", action="store_true", help="small sizes: whether it works")
    parser.add_argument("--name", default="", help="take this one in this process and print it")
    return parser.parse_args()


def take(name: str, *, small: bool) -> list[dict[str, Any]] | None:
    """One bench in a process of its own, with the machine and the commit; None where it failed."""
    print(f"== {name}", flush=True)
    of = {"bench": name, "machine": machine.facts(), "commit": machine.commit()}
    command = [sys.executable, "-m", "bench", "--name", name, *(["--small"] if small else [])]
    began = time.monotonic()
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:
        try:
            said, _ = process.communicate(timeout=PATIENCE_S)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.send_signal(signal.SIGINT)  # it ends what it has started
            process.wait()
            raise
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    return None if process.returncode else [{**of, **one} for one in json.loads(said.splitlines()[-1])]


def write(taken: dict[str, list[dict[str, Any]]]) -> None:
    """Replaces what was taken; a bench that failed keeps what stood there."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    by_bench = {name: [one for one in kept if one["bench"] == name] for name in (*NAMES, *BESIDE)}
    by_bench |= {name: found for name, found in taken.items() if found}
    results = [one for name in (*NAMES, *BESIDE) for one in by_bench[name]]
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    (HERE / "RESULTS.md").write_text(report.markdown(results))
    (HERE / "results.svg").write_text(report.plot(results))


def _bench(name: str) -> Any:
    return importlib.import_module(f"bench.{name}")


if __name__ == "__main__":
    sys.exit(main())
