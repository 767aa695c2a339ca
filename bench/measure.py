"""What a measurement is, and how two things are measured in turns so that whatever drifts hits both."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

RUNS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is promised of a value, and of its ratio to a baseline. None promises nothing."""

    most: float | None = None
    least: float | None = None
    most_ratio: float | None = None
    least_ratio: float | None = None

    def words(self, unit: str) -> str:
        """As the table says it."""
        said = [
            *(f"at most {most:,g} {unit}" for most in _given(self.most)),
            *(f"at least {least:,g} {unit}" for least in _given(self.least)),
            *(f"at most {most:g} x" for most in _given(self.most_ratio)),
            *(f"at least {least:g} x" for least in _given(self.least_ratio)),
        ]
        return ", ".join(said)

    def strain(self, value: float, ratio: float | None) -> float | None:
        """How much of what is allowed is used, of the tighter of the two: above 1 it is missed. None without any."""
        used = [value / most for most in _given(self.most)]
        used += [least / value if value else float("inf") for least in _given(self.least)]
        if ratio is not None:
            used += [ratio / most for most in _given(self.most_ratio)]
            used += [least / ratio if ratio else float("inf") for least in _given(self.least_ratio)]
        return max(used) if used else None


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One line of bench/results.json. `runs` and `baseline_runs` are what each round gave, in order."""

    name: str
    unit: str
    runs: list[float]
    target: Target = field(default_factory=Target)
    baseline_runs: list[float] = field(default_factory=list)
    against: str = ""  # what the baseline is
    ratios: list[float] = field(default_factory=list)
    note: str = ""

    def told(self) -> dict[str, Any]:
        """As JSON: the medians, whether the target is met, and how far the rounds lay apart."""
        value, ratio = statistics.median(self.runs), _median(self.ratios)
        strain = self.target.strain(value, ratio)
        return {
            "name": self.name,
            "value": _short(value),
            "unit": self.unit,
            "baseline": _short(_median(self.baseline_runs)),
            "against": self.against,
            "ratio": _short(ratio),
            "target": self.target.words(self.unit),
            "met": None if strain is None else strain <= 1,
            "strain": _short(strain),
            "spread": {
                "runs": [_short(one) for one in self.runs],
                "baseline": [_short(one) for one in self.baseline_runs],
                "ratio": [_short(one) for one in self.ratios],
                "strain": [_short(self.target.strain(*one)) for one in self._rounds()],
            },
            "note": self.note,
        }

    def _rounds(self) -> list[tuple[float, float | None]]:
        ratios = self.ratios if len(self.ratios) == len(self.runs) else [None] * len(self.runs)
        return list(zip(self.runs, ratios, strict=True))


Work = Callable[[], float]


def alternately(ours: Work, *others: Work, rounds: int = RUNS) -> list[list[float]]:
    """What each gave, round by round, ours first. The order turns with each round: none always comes after another."""
    works = [ours, *others]
    seen: list[list[float]] = [[] for _ in works]
    for number in range(rounds):
        turned = range(len(works)) if number % 2 else reversed(range(len(works)))
        for place in turned:
            seen[place].append(works[place]())
    return seen


def beside(
    name: str, unit: str, runs: list[float], baseline: list[float], *, against: str, target: Target, note: str = ""
) -> Measurement:
    """A measurement with its baseline; ratios are of the same round."""
    return Measurement(
        name=name,
        unit=unit,
        runs=runs,
        baseline_runs=baseline,
        ratios=[one / other for one, other in zip(runs, baseline, strict=True)],
        against=against,
        target=target,
        note=note,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that such a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def _given(value: float | None) -> list[float]:
    return [] if value is None else [value]


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _short(value: float | None) -> float | None:
    """Four digits: the fifth is noise."""
    return None if value is None else float(f"{value:.4g}")
