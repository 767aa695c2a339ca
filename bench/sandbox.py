"""CPU of one sandbox picture, beside a plain decode, resize and encode of the same plate: what the model costs."""

import io
import time
from collections.abc import Callable
from functools import partial

from PIL import Image

from bench.measure import RUNS, Measurement, Target, alternately, beside
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


def measure(*, small: bool) -> list[Measurement]:
    """A whole picture the first time, and a partial one, of all prompts together."""
    orders = [
        validation.read({"model": "sandbox", "prompt": prompt, "size": "1024x1024", "quality": "high"})
        for prompt in PROMPTS[: 1 if small else None]
    ]
    sittings = [darkroom.sit(order=order, seed="4", index=0, quality="high") for order in orders]

    def each(work: Callable[[darkroom.Sitting], object]) -> float:
        """Mean CPU, ms."""
        began = time.process_time()
        for sitting in sittings:
            work(sitting)
        return 1000 * (time.process_time() - began) / len(sittings)

    works = (cold, plain, partial(darkroom.partial, step=1, count=3))
    painted, plainly, partials = alternately(*(partial(each, work) for work in works), rounds=RUNS)
    return [
        beside(
            "sandbox: a picture", "ms CPU", painted, plainly, target=Target(),
            against="decode, resize and encode of the same plate",
            note=f"PNG of {SIZE[0]} x {SIZE[1]} at high quality, nothing decoded before; --canned paints once",
        ),
        Measurement(name="sandbox: a partial", unit="ms CPU", runs=partials),
    ]  # fmt: skip


def plain(sitting: darkroom.Sitting) -> bytes:
    file = io.BytesIO()
    with Image.open(plates.FOLDER / f"{sitting.recipe.plate.slug}.webp") as plate:
        plate.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG", compress_level=1)
    return file.getvalue()


def cold(sitting: darkroom.Sitting) -> bytes:
    """As for the first caller: nothing decoded, no table baked."""
    plates.picture.cache_clear()
    plates.mask.cache_clear()
    return darkroom.final(sitting).data
