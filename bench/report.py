"""What people read of bench/results.json: lines in the terminal, a table, and a plot."""

from html import escape
from itertools import groupby
from typing import Any, Final

WORDS: Final = """\
# What was measured
By `make bench`; `bench/NOTES.md` says what was expected, changed and seen. Each value is the median of its rounds, with
the lowest and highest behind it; a ratio compares two things of the same rounds, taken in turns. Values do not travel
to another machine; ratios mostly do.

![How much of each target is used](results.svg)

"""
HEAD: Final = "| | value | rounds | baseline | ratio | target | met |\n|:--|--:|:--|:--|--:|:--|:--|\n"
MET: Final = {True: "yes", False: "**no**", None: ""}
WIDTH, LABEL, ROW, MOST = 900, 300, 26, 2.0
INK, GRID, GOOD, BAD = "#1f2328", "#c9ced6", "#2f7d4f", "#b3402f"


def lines(results: list[dict[str, Any]]) -> str:
    """One line each, for whoever watches."""
    return "\n".join(
        f"   {one['name']:38} {_number(one['value']):>9} {one['unit']:16} "
        f"{_ratio(one):>8}  {one['target'] or '-':38} {MET[one['met']].strip('*')}"
        for one in results
    )


def markdown(results: list[dict[str, Any]]) -> str:
    """The table, the machines and what has to be known of each line."""
    rows = "".join(_row(number, one) for number, one in enumerate(results, 1))
    notes = "".join(f"{number}. {_note(one)}\n" for number, one in enumerate(results, 1))
    return f"{WORDS}{HEAD}{rows}\n## On each line\n{notes}\n## Where\n{_places(results)}"


def _row(number: int, one: dict[str, Any]) -> str:
    runs = one["spread"]["runs"]
    cells = (
        f"{number}. {one['name']}",
        f"{_number(one['value'])} {one['unit']}",
        f"{len(runs)}: {_number(min(runs))} to {_number(max(runs))}",
        "" if one["baseline"] is None else _number(one["baseline"]),
        _ratio(one),
        one["target"],
        MET[one["met"]],
    )
    return f"| {' | '.join(cells)} |\n"


def _note(one: dict[str, Any]) -> str:
    said = [f"beside: {one['against']}"] if one["against"] else []
    return "; ".join([*said, *([one["note"]] if one["note"] else [])]) or one["name"]


def _places(results: list[dict[str, Any]]) -> str:
    def place(one: dict[str, Any]) -> str:
        of = one["machine"]
        return f"{of['cpu']}, {of['cores']} cores, {of['memory_gb']} GB, Python {of['python']}, {of['system']}"

    return "".join(
        f"- {where}: "
        + ", ".join(
            f"{bench} at {commit} (load before: {load})"
            for (bench, commit, load) in dict.fromkeys(
                (one["bench"], one["commit"], one["machine"]["load_before"]) for one in there
            )
        )
        + ".\n"
        for where, there in groupby(sorted(results, key=place), key=place)
    )


def plot(results: list[dict[str, Any]]) -> str:
    """An SVG: how much of its target each line uses; 1 is the target, the thin line is from round to round."""
    shown = [one for one in results if one["strain"] is not None]
    height = ROW * (len(shown) + 2)
    body = [_tick(at, height) for at in (0, 0.5, 1, 1.5, MOST)]
    body += [part for place, one in enumerate(shown) for part in _bar(one, ROW * (place + 1))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">\n'
        f'<title>How much of each target is used</title>\n<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _tick(at: float, height: int) -> str:
    colour, wide = (INK, 1.5) if at == 1 else (GRID, 1)
    words = {1.0: "target", MOST: f"{MOST:g} x"}.get(at, f"{at:g}")
    return (
        f'<path d="M{_x(at):.1f} {ROW * 0.8:.0f}V{height - ROW}" stroke="{colour}" stroke-width="{wide}"/>'
        f'<text x="{_x(at):.1f}" y="{height - ROW * 0.4:.0f}" text-anchor="middle">{words}</text>'
    )


def _bar(one: dict[str, Any], top: int) -> list[str]:
    middle = top + ROW / 2
    rounds = [strain for strain in one["spread"]["strain"] if strain is not None] or [one["strain"]]
    colour = GOOD if one["met"] else BAD
    return [
        f'<text x="{LABEL - 8}" y="{middle + 4:.0f}" text-anchor="end">{escape(one["name"])}</text>',
        f'<rect x="{LABEL}" y="{top + 5}" width="{_x(one["strain"]) - LABEL:.1f}" height="{ROW - 10}" '
        f'fill="{colour}"/>',
        f'<path d="M{_x(min(rounds)):.1f} {middle:.0f}H{_x(max(rounds)):.1f}" stroke="{INK}" stroke-width="2"/>',
        f'<text x="{min(_x(max(*rounds, one["strain"])) + 6, WIDTH - 36):.1f}" y="{middle + 4:.0f}">'
        f"{one['strain']:.2f}</text>",
    ]


def _x(strain: float) -> float:
    """Where it lies; what is beyond the edge ends at it."""
    return LABEL + min(strain, MOST) / MOST * (WIDTH - LABEL - 50)


def _ratio(one: dict[str, Any]) -> str:
    return "" if one["ratio"] is None else f"{one['ratio']:.2f} x"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
