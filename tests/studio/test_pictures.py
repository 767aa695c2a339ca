"""Any bytes are a picture that can be shown, or NotAPicture: nothing else gets out."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio import pictures


def made(kind: str, **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 16), "teal").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "name"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_what_it_is(kind: str, name: str) -> None:
    picture = pictures.decode(made(kind))
    assert (picture.output_format, picture.width, picture.height) == (name, 32, 16)


def test_a_jpeg_with_a_second_one_behind_it_is_a_jpeg() -> None:
    picture = pictures.decode(made("MPO", save_all=True, append_images=[Image.new("RGB", (32, 16))]))
    assert picture.output_format == "jpeg"
    assert sorted(pictures.copies(picture)) == [32]


@pytest.mark.parametrize(
    ("plate", "warm"),
    [("bowl-of-oranges", True), ("packaging-set", True), ("night-city", False), ("stoneware-cup", False)],
)
def test_where_orange_paint_would_not_be_seen(plate: str, warm: bool) -> None:
    picture = pictures.decode(Path(f"static/plates/{plate}.webp").read_bytes())
    assert pictures.warm(pictures.placeholder(picture)) is warm


@pytest.mark.parametrize("data", [b"", b"GIF89a", made("GIF"), made("PNG")[:60]])
def test_what_it_is_not(data: bytes) -> None:
    with pytest.raises(pictures.NotAPicture):
        pictures.decode(data)


@pytest.mark.parametrize("error", [KeyError, EOFError, ZeroDivisionError, RecursionError])
def test_whatever_a_reader_raises_of_broken_bytes(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(self: Any) -> None:
        raise error

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", break_)
    with pytest.raises(pictures.NotAPicture, match=error.__name__):
        pictures.decode(made("PNG"))
