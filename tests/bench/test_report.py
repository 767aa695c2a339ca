"""Medians, targets and what people read of them. How fast anything is, no test says."""

from typing import Any
from xml.etree import ElementTree

import pytest

from bench import report
from bench.measure import Measurement, Target, alternately, beside, percentile


def told(**changes: Any) -> dict[str, Any]:
    of: dict[str, Any] = {"name": "a <road>", "unit": "ms", "runs": [90.0, 110.0, 100.0], "target": Target(most=150)}
    machine = {"cpu": "A", "cores": 2, "memory_gb": 8, "python": "3.11", "system": "Linux", "load_before": 0.1}
    return {"bench": "road", "machine": machine, "commit": "abc", **Measurement(**{**of, **changes}).told()}


def test_a_measurement_is_its_median_and_says_whether_it_meets_its_target() -> None:
    assert (told()["value"], told()["met"], told()["strain"]) == (100, True, 0.6667)
    assert told(target=Target(most=99))["met"] is False
    assert told(target=Target())["met"] is None
    assert told()["spread"]["runs"] == [90, 110, 100]


def test_the_tighter_of_two_promises_counts() -> None:
    one = beside(
        "x", "ms", [100.0, 100.0], [50.0, 80.0], against="bare", target=Target(most=150, most_ratio=1.5)
    ).told()
    assert (one["ratio"], one["baseline"], one["met"]) == (1.625, 65, False)
    assert one["target"] == "at most 150 ms, at most 1.5 x"
    assert one["spread"]["strain"] == [1.333, 0.8333]


def test_what_is_to_be_high_is_missed_below() -> None:
    assert Target(least=10).strain(5, None) == 2
    assert Target(least_ratio=0.6).strain(1, 0.0) == float("inf")
    assert Target(least_ratio=0.6).strain(1, None) is None


def test_two_are_measured_in_turns_that_turn() -> None:
    order: list[str] = []

    def work(name: str, value: float) -> float:
        order.append(name)
        return value

    assert alternately(lambda: work("a", 1), lambda: work("b", 2), rounds=3) == [[1, 1, 1], [2, 2, 2]]
    assert "".join(order) == "baabba"


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_seen(share: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_the_table_has_a_line_and_a_note_for_each() -> None:
    page = report.markdown([told(note="said so"), told(name="other", ratios=[3.0], against="bare")])
    assert "| 1. a <road> | 100 ms | 3: 90 to 110 |" in page
    assert "1. said so\n2. beside: bare\n" in page
    assert "- A, 2 cores, 8 GB, Python 3.11, Linux: road at abc (load before: 0.1).\n" in page


def test_the_plot_is_an_svg_with_a_bar_for_each_target() -> None:
    drawn = ElementTree.fromstring(report.plot([told(), told(target=Target()), told(target=Target(most=1))]))
    bars = [
        bar for bar in drawn.iter("{http://www.w3.org/2000/svg}rect") if bar.get("fill") in (report.GOOD, report.BAD)
    ]
    assert [bar.get("fill") for bar in bars] == [report.GOOD, report.BAD]
    assert float(bars[1].get("width", 0)) <= report.WIDTH
