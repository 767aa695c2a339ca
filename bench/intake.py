"""CPU and memory of taking an upload in, beside Pillow's bare decode, shrink and encode of the same file."""

import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from PIL import Image

from bench.measure import RUNS, Measurement, Target, alternately, beside

PLATES: Final = Path("static/plates")
FILES: Final = {
    "12-megapixel JPEG": ("chair-sunlit-room", (4000, 3000), "photograph.jpg", {"quality": 92}),
    "4K PNG": ("night-city", (3840, 2160), "photograph.png", {}),
}
AGAINST: Final = "decode, the same copies and look, encode of the full size, by Pillow alone"
# Each in a process of its own: the peak of memory is a process's, and only ever rises.
CHILD: Final = """
import json, resource, sys, time
from bench import intake
work, path = getattr(intake, sys.argv[1]), sys.argv[2]
bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
spent = []
for _ in range(int(sys.argv[3])):
    began = time.process_time()
    work(path)
    spent.append(time.process_time() - began)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([1000 * min(spent), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - bare) * unit / 1e6]))
"""


def measure(*, small: bool) -> list[Measurement]:
    """Milliseconds of CPU and the peak of memory over a bare interpreter, for each file."""
    with tempfile.TemporaryDirectory() as folder:
        return [one for name in list(FILES)[: 1 if small else None] for one in _one(name, Path(folder), small=small)]


def _one(name: str, folder: Path, *, small: bool) -> list[Measurement]:
    slug, size, filename, options = FILES[name]
    path = folder / filename
    size = (1000, 750) if small else size
    make = f"from bench import intake; intake.photograph({slug!r}, {size}).save({str(path)!r}, **{options})"
    subprocess.run([sys.executable, "-c", make], check=True)  # elsewhere: a child's peak begins at its parent's
    runs: dict[str, list[float]] = {"ours": [], "bare": []}

    def spent(work: str) -> float:
        cpu_ms, peak_mb = json.loads(
            subprocess.run(
                [sys.executable, "-c", CHILD, work, str(path), "3"], check=True, capture_output=True, text=True
            ).stdout
        )
        runs[work].append(peak_mb)
        return cpu_ms

    ours, plain = alternately(partial(spent, "ours"), partial(spent, "bare"), rounds=1 if small else RUNS)
    most = Target(most_ratio=1.3)
    note = f"{size[0]} x {size[1]}, {path.stat().st_size / 1e6:.1f} MB, from a plate with grain"
    return [
        beside(f"taking in a {name}", "ms CPU", ours, plain, against=AGAINST, target=most, note=note),
        beside(f"taking in a {name}: memory", "MB", runs["ours"], runs["bare"], against=AGAINST, target=most,
               note="peak over the interpreter with its imports"),
    ]  # fmt: skip


def photograph(slug: str, size: tuple[int, int]) -> Image.Image:
    """A plate with the grain of a sensor, so that it compresses as a photograph does."""
    with Image.open(PLATES / f"{slug}.webp") as plate:
        large = plate.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    grain = Image.merge("RGB", [Image.effect_noise(size, 40) for _ in "rgb"])
    return Image.blend(large, grain, 0.2)


def ours(path: str) -> None:
    from studio import intake

    intake.take_in(Path(path))


def bare(path: str) -> None:
    """What has to be done in any case, and nothing else: no check, no orientation, no colours, no working copy."""
    from io import BytesIO

    from studio import pictures
    from studio.intake import taking

    with Image.open(path) as image:
        image.load()
        kind = image.format or ""
    picture = pictures.Picture(decoded=image, output_format=kind.lower(), width=image.width, height=image.height)
    pictures.copies(picture)
    pictures.placeholder(picture)
    scale = taking.LOOK_SIDE / max(image.size)
    size = round(image.width * scale), round(image.height * scale)
    look = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
    look.save(BytesIO(), "JPEG", quality=90, subsampling=0)
    image.save(BytesIO(), kind, **(taking.JPEG if kind == "JPEG" else taking.PNG))
