"""What seeds of chaos showed, for a terminal and for docs/."""

from collections import Counter
from typing import Any

HEAD = """\
# Chaos
Written by `make chaos SEEDS={seeds} RUNS={pictures} TABLE=docs/CHAOS.md`: the real processes on two cores, eight
people at the real pages, a model that answers a quarter of its calls by one of {faults} faults (docs/ANSWERS.md), and
every 2.5 s something falls (tests/chaos/faults.py). Then all is quiet for three minutes at most, and the promises are
read from the database, the store and the model's own log of paid calls (tests/chaos/promises.py): each picture
delivered once, or its credits back once; none between; no run, debit, refund, object or paid call that nothing else
knows of; wallets, lots and entries agree.

| seed | asked | kept | (free) | refunded | cancelled | faults | loud s | quiet s | worker MB | web MB | db | broken |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""


def told(report: dict[str, Any]) -> str:
    """One seed, for a terminal."""
    counts = report["counts"]
    lines = [
        f"seed {report['seed']}: {counts['generations']} pictures asked in {report['presses']} presses "
        f"({report['unanswered']} unanswered, {report['refused']} refused)",
        f"  {counts['succeeded']} delivered ({counts['free']} of them free), {counts['failed']} refunded, "
        f"{counts['cancelled']} cancelled",
        f"  {', '.join(f'{code} {count}' for code, count in counts['codes'].items())}",
        f"  {len(report['faults'])} faults in {report['loud_s']} s, quiet after {report['quiet_s']} s",
        f"  ended by themselves: {', '.join(report['ended']) or 'none'}",
        f"  most memory {report['rss_mb']} MB, most connections {report['connections']}",
        *(f"  BROKEN: {words}" for words in report["breaches"]),
    ]
    return "\n".join(lines)


def markdown(reports: list[dict[str, Any]], *, pictures: int) -> str:
    """All seeds, for docs/."""
    from studio.sandbox.behaviour import FAULTS

    rows = [_row(report) for report in reports]
    codes: Counter[str] = Counter()
    fell: Counter[str] = Counter()
    for report in reports:
        codes.update(report["counts"]["codes"])
        fell.update(report["faults"])
    more = [
        "",
        f"Refunded for: {', '.join(f'{code} {count}' for code, count in codes.most_common())}.",
        "",
        f"What fell: {', '.join(f'{name} {count}' for name, count in fell.most_common())}.",
    ]
    return HEAD.format(seeds=len(reports), pictures=pictures, faults=len(FAULTS)) + "\n".join([*rows, *more]) + "\n"


def _row(report: dict[str, Any]) -> str:
    counts, rss = report["counts"], report["rss_mb"]
    cells = [
        report["seed"],
        counts["generations"],
        counts["succeeded"],
        counts["free"],
        counts["failed"],
        counts["cancelled"],
        len(report["faults"]),
        report["loud_s"],
        report["quiet_s"],
        max(rss["worker-1"], rss["worker-2"]),
        rss["web"],
        report["connections"],
        "; ".join(report["breaches"]) or "none",
    ]
    return f"| {' | '.join(map(str, cells))} |"
