"""What processes use: memory, and CPU time, of each with all of its children."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """What it and its children hold in memory now."""
    return sum(_status_kb(each, "VmRSS") for each in tree(pid)) / 1024


def peak_mb(pid: int) -> float:
    """The most that each of them ever held, added up."""
    return sum(_status_kb(each, "VmHWM") for each in tree(pid)) / 1024


def cpu_s(pid: int) -> float:
    """CPU time that they have had."""
    return sum(_cpu_s(each) for each in tree(pid))


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        own = [int(text) for task in tasks for text in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(each for child in own for each in tree(child))]


def _status_kb(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
