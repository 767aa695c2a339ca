"""Every file of the table is taken in as it should be, or turned away with the right sentence."""

import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from studio import intake
from studio.intake import headers, pixels, taking, turned_away
from tests.studio import uploads_table
from tests.studio.file_makers import free, headless, hiding, made, shallower
from tests.studio.odd_files import TABLE
from tests.studio.odd_rows import Odd


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "upload"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("row", [row for row in TABLE if not row.code], ids=lambda row: f"{row.name}: {row.what}")
def test_taken(row: Odd, file: Path) -> None:
    file.write_bytes(row.make())
    taken = intake.take_in(file)
    assert (taken.came_as, taken.output_format, (taken.width, taken.height)) == (row.came_as, row.output, row.size)
    with Image.open(BytesIO(taken.data)) as kept:
        assert (kept.format, kept.size) == (row.output.upper(), row.size)
        for place, wanted in row.pixels.items():
            seen = kept.getpixel(place)
            assert len(seen) == len(wanted)
            assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) <= row.within, f"{seen} at {place}"
    assert row.check is None or row.check(taken)
    with Image.open(BytesIO(taken.look)) as look:
        assert (look.format, look.mode, max(look.size) <= 1024) == ("JPEG", "RGB", True)
    assert taken.copies
    assert taken.placeholder.startswith("data:image/webp;base64,")


@pytest.mark.parametrize("row", [row for row in TABLE if row.code], ids=lambda row: f"{row.name}: {row.what}")
def test_turned_away(row: Odd, file: Path) -> None:
    file.write_bytes(row.make())
    with pytest.raises(intake.TurnedAway) as refused:
        intake.take_in(file)
    assert (refused.value.code, refused.value.facts) == (row.code, row.facts)
    assert intake.words(row.code, row.facts, name=row.name).startswith(f"{row.name} ")


@pytest.mark.parametrize(
    "make", [lambda: hiding((640, 480)), shallower, free, headless], ids=["size", "depth", "free", "none"]
)
def test_what_a_stream_hides_is_known_before_it_is_decoded(make: Callable[[], bytes], file: Path) -> None:
    file.write_bytes(make())
    with pytest.raises(intake.TurnedAway):
        headers.read(file)


def test_every_sentence_is_in_the_table() -> None:
    shown = {row.code for row in TABLE if row.code}
    assert shown == set(turned_away.WORDS) - {"too_many_of_its_kind"}  # test_intake_memory has that
    assert {row.facts["kind"] for row in TABLE if "kind" in row.facts} == set(turned_away.KINDS)


def test_the_document_is_true() -> None:
    assert uploads_table.DOCUMENT.read_text() == uploads_table.markdown(), "python -m tests.studio.uploads_table"


def test_a_long_name_is_cut_in_its_middle() -> None:
    said = intake.words("empty", {}, name="a" * 300 + ".png")
    assert "a…aaaaaaaaaaa.png is empty" in said
    assert len(said) < 120


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_working_copy(mode: str, file: Path) -> None:
    file.write_bytes(made("PNG", Image.linear_gradient("L").resize((4400, 2200)).convert("RGB").convert(mode)))
    taken = intake.take_in(file)
    assert taken.work is not None
    with Image.open(BytesIO(taken.work)) as work:
        assert (work.format, work.size) == ("PNG", (3840, 1920))
    assert sorted(taken.copies) == [320, 640, 1280]


@pytest.mark.parametrize("by", [Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_shrinking_in_strips_leaves_no_seams(mode: str, by: Image.Resampling) -> None:
    image = Image.effect_noise((700, 1500), 20).convert(mode)
    apart = ImageChops.difference(taking._shrunk(image, (420, 900), by), image.resize((420, 900), by))
    assert max(most for _least, most in apart.getextrema()) <= 3, "roundings, and no missing row"


def test_within_the_working_size_there_is_no_copy(file: Path) -> None:
    file.write_bytes(made("PNG", Image.new("RGB", (3840, 2160))))
    assert intake.take_in(file).work is None


def test_large_webp_without_its_library(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.effect_noise((300, 200), 90).convert("RGB")
    file.write_bytes(made("WEBP", image, lossless=True))
    monkeypatch.setattr(pixels, "LARGE_PIXELS", 1)
    by_library = intake.take_in(file).data
    monkeypatch.setattr(pixels, "_libwebp", lambda: None)
    assert intake.take_in(file).data == by_library


def test_no_memory_is_nobodys_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object) -> None:
        raise MemoryError

    file.write_bytes(made("PNG"))
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", run_out)
    with pytest.raises(MemoryError):
        intake.take_in(file)


def test_two_at_a_time_or_a_large_one() -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def enter(count: int, weight: int) -> None:
        with taking._room(count):
            with lock:
                inside[0] += weight
                most[0] = max(most[0], inside[0])
            threading.Event().wait(0.01)
            with lock:
                inside[0] -= weight

    sizes = [(1, 1), (pixels.LARGE_PIXELS + 1, 2)] * 6
    threads = [threading.Thread(target=enter, args=size) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2
