"""A process that takes in the largest and worst of pictures stays under 600 MB, all in all."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.studio.file_makers import hiding

MOST_MB = 600
WORKER_MB = 130  # what a worker of the product holds before it touches a picture
MAKE = """
import sys
from PIL import Image
import pillow_heif
pillow_heif.register_heif_opener()
image = Image.open("static/plates/night-city.webp").convert("RGB").resize((8660, 5773), Image.BICUBIC)
turned = Image.Exif()
turned[0x0112] = 6
if {mode!r} == "RGBA":
    image.putalpha(image.convert("L"))
image.convert({mode!r}).save({path!r}, {kind!r}, **{options})
"""
TAKE = """
import re, sys
from pathlib import Path
from studio import intake

def held_mb():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1000

bare = held_mb()
try:
    said = intake.take_in(Path(sys.argv[1])).came_as
except intake.TurnedAway as away:
    said = away.code
print(said, held_mb() - bare)
"""
KINDS = {
    "CMYK, turned": ("CMYK", "JPEG", "quality=85, exif=turned", "JPEG"),
    "progressive": ("RGB", "JPEG", "quality=85, progressive=True", "JPEG"),
    "progressive, every colour whole": ("RGB", "JPEG", "progressive=True, subsampling=0", "too_many_of_its_kind"),
    "palette, turned": ("P", "PNG", "exif=turned", "PNG"),
    "grey of 16 bits": ("I;16", "PNG", "compress_level=1", "PNG"),
    "transparent PNG": ("RGBA", "PNG", "compress_level=1", "PNG"),
    "GIF": ("P", "GIF", "", "GIF"),
    "lossless WebP": ("RGBA", "WEBP", "lossless=True, method=0, quality=0", "WebP"),
    "lossy WebP": ("RGB", "WEBP", "method=0", "WebP"),
    "AVIF": ("RGB", "AVIF", "speed=10", "AVIF"),
    "transparent AVIF": ("RGBA", "AVIF", "speed=10", "too_many_of_its_kind"),
    "HEIC": ("RGB", "HEIF", "quality=30, enc_params={'preset': 'ultrafast'}", "HEIC"),
}  # fmt: skip


needs_peak = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system tells no peak of a process's own"
)


@needs_peak
def test_a_stream_larger_than_its_boxes_say_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hiding"
    path.write_bytes(hiding((4000, 3000)))
    taken = subprocess.run([sys.executable, "-c", TAKE, str(path)], check=True, capture_output=True, text=True)
    said, held_mb = taken.stdout.split()
    assert said == "damaged"
    assert float(held_mb) < 5  # its pixels are 18 MB and more


@pytest.mark.long
@needs_peak
@pytest.mark.parametrize("kind", KINDS)
def test_fifty_megapixels(kind: str, tmp_path: Path) -> None:
    mode, file_kind, options, end = KINDS[kind]
    path = tmp_path / "large"
    make = MAKE.format(mode=mode, path=str(path), kind=file_kind, options=f"dict({options})")
    subprocess.run([sys.executable, "-c", make], check=True)
    taken = subprocess.run([sys.executable, "-c", TAKE, str(path)], check=True, capture_output=True, text=True)
    said, held_mb = taken.stdout.split()
    assert said == end
    assert float(held_mb) < MOST_MB - WORKER_MB
    print(f"{kind}: {float(held_mb):.0f} MB")
