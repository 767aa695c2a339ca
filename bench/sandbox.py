"""CPU of one sandbox picture, beside a plain decode, resize and encode of the same plate.

Run: .venv/bin/python bench/sandbox.py
"""

import io
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from studio.sandbox import darkroom, plates, validation

PROMPTS = (
    "coffee mug in the morning",
    "a cobalt perfume bottle on a blush background",
    "night city, cinematic",
    "a navy armchair",
    "headphones, pastel",
    "misty mountains at sunrise, film",
)
SIZE = (1024, 1024)
ROUNDS = 5


def cpu_ms(work: Callable[[], object]) -> float:
    """Median CPU of a few rounds, of this process and all its threads."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - started))
    return statistics.median(spent)


def plain(slug: str) -> bytes:
    file = io.BytesIO()
    with Image.open(plates.FOLDER / f"{slug}.webp") as plate:
        plate.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG", compress_level=1)
    return file.getvalue()


def cold(sitting: darkroom.Sitting) -> bytes:
    """As for the first caller: nothing decoded, no table baked."""
    plates.picture.cache_clear()
    plates.mask.cache_clear()
    return darkroom.final(sitting).data


def main() -> None:
    print(f"CPU ms for a PNG of {SIZE[0]}x{SIZE[1]} at high quality; a partial of the same")
    print(f"{'prompt':48}{'plain':>8}{'cold':>8}{'ratio':>7}{'warm':>8}{'partial':>9}")
    for prompt in PROMPTS:
        order = validation.read({"model": "sandbox", "prompt": prompt, "size": "1024x1024", "quality": "high"})
        sitting = darkroom.sit(order=order, seed="4", index=0, quality="high")
        reference, first = cpu_ms(partial(plain, sitting.recipe.plate.slug)), cpu_ms(partial(cold, sitting))
        again = cpu_ms(partial(darkroom.final, sitting))
        preview = cpu_ms(partial(darkroom.partial, sitting, step=1, count=3))
        print(f"{prompt:48}{reference:8.0f}{first:8.0f}{first / reference:7.2f}{again:8.0f}{preview:9.0f}")


if __name__ == "__main__":
    main()
