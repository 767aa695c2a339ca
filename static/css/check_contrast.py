"""Reads the colour tokens and holds every pair that the pages use to WCAG 2.2 AA, in both themes (`make lint`)."""

import re
import sys
from math import cos, radians, sin
from pathlib import Path

CSS = Path(__file__).with_name("tokens.css").read_text()
GROUNDS = ("room", "surface", "print", "well")
TEXT = [(text, ground, 4.5) for text in ("ink", "ink-2", "ink-3", "ok", "warn", "bad") for ground in GROUNDS]
PAIRS = [
    *TEXT,
    ("lamp-ink", "lamp", 4.5),
    ("lamp-ink", "lamp-press", 4.5),  # the one button
    ("room", "ink", 4.5),
    ("room", "ink-2", 4.5),
    ("room", "bad", 4.5),  # chips, toasts, danger pressed
    ("edge", "room", 3),
    ("edge", "surface", 3),
    ("edge", "print", 3),  # field borders, switches
    ("lamp", "surface", 3),
    ("lamp", "room", 3),
    ("ink", "line", 3),  # progress, ring, pips
]


def luminance(lightness: float, chroma: float, hue: float) -> float:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(channel, 0), 1) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens() -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for name, value in re.findall(r"--([\w-]+): light-dark\((.*)\);", CSS):
        triples = re.findall(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)", value)
        found[name] = [luminance(float(light) / 100, float(chroma), float(hue)) for light, chroma, hue in triples]
    return found


def main() -> int:
    colours, failures = tokens(), 0
    for index, theme in enumerate(("light", "dark")):
        for front, back, least in PAIRS:
            high, low = sorted((colours[front][index], colours[back][index]), reverse=True)
            ratio = (high + 0.05) / (low + 0.05)
            failures += ratio < least
            if ratio < least or "-v" in sys.argv:
                verdict = "FAIL" if ratio < least else "ok"
                print(f"{verdict:4} {theme:5} {front:10} on {back:10} {ratio:5.2f} (needs {least})")
    print(f"{2 * len(PAIRS)} pairs, {failures} below AA")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
