"""Edits over the wire: what they take and refuse, and that the picture comes from the pictures that were sent."""

import base64
import io
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

from studio.sandbox import edit_order, plates, transfer, validation
from tests.sandbox.conftest import Server
from tests.sandbox.wire import paid

ASKED: dict[str, Any] = {"model": "sandbox", "prompt": "a pump bottle", "size": "1024x640", "quality": "low"}
SIZE = (1024, 640)
BOX = (380, 120, 700, 540)
File = tuple[str, bytes, str]


def plate(slug: str, size: tuple[int, int] = SIZE) -> Image.Image:
    return ImageOps.fit(plates.picture(slug), size)


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def file(picture: Image.Image, kind: str = "PNG") -> File:
    return f"a.{kind.lower()}", saved(picture, kind), f"image/{kind.lower()}"


def hole(box: tuple[int, int, int, int] = BOX, size: tuple[int, int] = SIZE) -> Image.Image:
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), box)
    return mask


def strokes() -> Image.Image:
    marks = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    ImageDraw.Draw(marks).ellipse(BOX, outline=(255, 0, 255, 255), width=8)
    return marks


CUP = plate("stoneware-cup")
SOURCE = file(CUP, "JPEG")
WHITE = plate("pump-bottle-white")


def opened(data: str | None) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data or "")))


@pytest.fixture
def edit(client: openai.OpenAI) -> Callable[..., Image.Image]:
    """The picture that an edit comes to."""

    def made(*, image: Any = SOURCE, seed: str = "1", **said: Any) -> Image.Image:
        answer = client.images.edit(image=image, **{**ASKED, **said}, extra_headers={"X-Sandbox-Seed": seed})
        assert answer.data is not None
        return opened(answer.data[0].b64_json)

    return made


def post(server: Server, said: Any = ASKED, files: Any = (("image", SOURCE),), **headers: str) -> httpx2.Response:
    told = {"Authorization": "Bearer x", **headers}
    return httpx2.post(f"{server.url}/images/edits", data=said, files=list(files), headers=told, timeout=10)


def apart(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int] | None = None) -> list[float]:
    """How far two pictures differ: mean, and the shares of pixels that differ by some and by much."""
    pair = [picture.convert("RGB").crop(box) if box else picture.convert("RGB") for picture in (one, other)]
    bands = ImageChops.difference(*pair).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    counts = most.histogram()
    return [ImageStat.Stat(most).mean[0], sum(counts[1:7]) / sum(counts), sum(counts[30:]) / sum(counts)]


def test_it_works(client: openai.OpenAI) -> None:
    answer = client.images.edit(image=SOURCE, **ASKED, n=2, output_format="webp", user="u1")
    assert answer.data is not None
    pictures = [opened(one.b64_json) for one in answer.data]
    assert [(one.format, one.size) for one in pictures] == [("WEBP", SIZE)] * 2
    assert (answer.size, answer.quality, answer.output_format) == ("1024x640", "low", "webp")
    assert answer.safety_identifier == "u1"
    assert answer.usage is not None
    assert answer.usage.input_tokens_details.image_tokens == 1450
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_a_stream_has_its_partials_and_one_picture(client: openai.OpenAI) -> None:
    said = {**ASKED, "stream": True, "partial_images": 2, "output_format": "jpeg", "output_compression": 80}
    events = list(client.images.edit(image=[SOURCE, SOURCE], mask=file(hole()), **said))
    assert [event.type for event in events] == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]
    assert [opened(event.b64_json).format for event in events] == ["JPEG"] * 3
    assert [max(opened(event.b64_json).size) for event in events] == [512, 512, 1024]
    assert events[-1].usage.input_tokens_details.image_tokens == 2900
    near, far = (ImageOps.contain(CUP, (512, 320)), opened(events[1].b64_json))
    assert apart(near, far, (0, 0, 150, 320))[0] < 60


def test_faults_seeds_and_the_log_are_those_of_generations(server: Server) -> None:
    answer = post(server, **{"X-Sandbox-Fault": "overloaded"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "server_is_overloaded")
    wrong = post(server, **{"X-Sandbox-Fault": "wrong_size"})
    assert opened(wrong.json()["data"][0]["b64_json"]).size == (1024, 1024)
    answer = post(server, {**ASKED, "stream": "true"}, **{"X-Sandbox-Fault": "twice", "X-Sandbox-Seed": "edit-twice"})
    assert answer.text.count("event: image_edit.completed") == 2
    assert [line["outcome"] for line in paid(server, "edit-twice")] == ["twice"]


def test_a_canned_edit_is_prepared_once(quick: Server) -> None:
    first, second = (post(quick, {**ASKED, "prompt": words}).json()["data"] for words in ("a cup", "a chair"))
    assert first == second


def test_the_same_is_the_same_and_all_else_is_not(edit: Callable[..., Image.Image]) -> None:
    first = edit()
    assert apart(first, edit())[0] == 0
    assert apart(first, edit(seed="2"))[0] > 1
    assert apart(first, edit(prompt="a pump bottle at night"))[0] > 1
    assert apart(first, edit(image=file(WHITE)))[0] > 1


def test_a_mask_changes_what_is_inside_and_hardly_what_is_not(edit: Callable[..., Image.Image]) -> None:
    made = edit(mask=file(hole()))
    assert apart(made, CUP, BOX)[0] > 25
    for outside in ((0, 0, 340, 640), (740, 0, 1024, 580)):
        mean, slightly, much = apart(made, CUP, outside)
        assert mean < 6
        assert slightly > 0.6
        assert much < 0.02


def test_nothing_is_put_where_something_is_removed(edit: Callable[..., Image.Image]) -> None:
    made = edit(prompt="Remove the cup", mask=file(hole()))
    assert ImageStat.Stat(made.convert("L").crop(BOX)).stddev[0] < ImageStat.Stat(CUP.convert("L").crop(BOX)).stddev[0]


def test_a_thing_takes_another_colour(edit: Callable[..., Image.Image]) -> None:
    made = edit(prompt="Make it deep blue", mask=file(hole()))
    assert transfer.tone(made.convert("RGB").crop(BOX)).mean[2] < transfer.tone(CUP.crop(BOX)).mean[2] - 0.03


def test_a_border_is_filled_by_the_picture_s_own_light(edit: Callable[..., Image.Image]) -> None:
    inner = (256, 0, 768, 640)
    canvas = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    canvas.paste(plate("perfume-plinths", (512, 640)), inner[:2])
    mask = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    mask.paste((0, 0, 0, 255), inner)
    made = edit(prompt="Continue the picture", image=file(canvas), mask=file(mask)).convert("RGB")
    assert apart(made, canvas, (270, 10, 750, 580))[0] < 6
    own = transfer.tone(made.crop(inner)).mean
    for side in ((0, 0, 240, 640), (784, 0, 1024, 640)):
        assert transfer.tone(made.crop(side)).mean == pytest.approx(own, abs=0.1)


def test_marks_say_where_and_are_not_in_the_picture(edit: Callable[..., Image.Image]) -> None:
    made = edit(markup=file(strokes()))
    assert apart(made, CUP, (440, 180, 640, 480))[0] > 25
    assert apart(made, CUP, (0, 0, 300, 640))[0] < 6
    reds, greens, blues = made.convert("RGB").split()
    marked = ImageChops.darker(ImageChops.darker(reds, blues), ImageChops.invert(greens))
    assert marked.getextrema()[1] < 200


def test_what_is_kept_is_kept(edit: Callable[..., Image.Image]) -> None:
    middle = (480, 260, 544, 460)
    words = "On a deep blue background.\nKeep exactly as they are: the product, the camera angle."
    made = edit(prompt=words, image=file(WHITE))
    assert apart(made, WHITE, middle)[0] < 8
    assert apart(made, WHITE, (0, 0, 200, 640))[0] > 60
    free = edit(prompt="Deep blue, at night", image=file(WHITE))
    assert apart(free, WHITE, middle)[0] > 15


@pytest.mark.parametrize(
    "words", ["Follow the palette and light of the others.", "Make a new picture: a perfume bottle"]
)
def test_the_palette_is_that_of_the_reference(edit: Callable[..., Image.Image], words: str) -> None:
    references = [plate(slug, (512, 512)) for slug in ("candle-dusk", "misty-mountains")]
    made = [edit(prompt=words, image=[*([SOURCE] * words.startswith("F")), file(one)]) for one in references]
    for own, other in ((0, 1), (1, 0)):
        assert distance(made[own], references[own]) < 0.7 * distance(made[own], references[other])


def distance(one: Image.Image, other: Image.Image) -> float:
    """Between the mean colours."""
    means = zip(*(transfer.tone(picture.convert("RGB")).mean for picture in (one, other)), strict=True)
    return sum(abs(a - b) for a, b in means)


@pytest.mark.parametrize("size", ["1024x1024", "640x1024", "1536x512"])
def test_any_shape_comes_from_any_other(edit: Callable[..., Image.Image], size: str) -> None:
    made = edit(size=size, background="transparent", image=file(WHITE))
    assert (f"{made.width}x{made.height}", made.mode) == (size, "RGBA")


def test_auto_is_the_source_s_own_size(client: openai.OpenAI) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    upright = ("a.jpg", saved(plate("night-city", (1200, 800)), "JPEG", exif=turned), "image/jpeg")
    assert client.images.edit(image=upright, model="sandbox", prompt="a city", quality="low").size == "800x1200"


@pytest.mark.parametrize("size", [(1, 1), (16, 4000), (4000, 16), (1000, 1000), (9000, 6000), (813, 807), (3840, 1280)])
def test_every_size_fits_into_a_legal_one(size: tuple[int, int]) -> None:
    assert validation.size_fault(*edit_order.fitted(size)) is None
    assert edit_order.fitted((1920, 1088)) == (1920, 1088)


IMAGE = ("image", SOURCE)
SMALL = saved(Image.new("RGB", (64, 64)))
OPAQUE = saved(Image.new("RGB", SIZE))
BIG = saved(CUP) + bytes(4_000_000)
INVALID, USER = "invalid_request_error", "image_generation_user_error"
REFUSED: list[tuple[dict[str, Any], list[Any], str, str | None, str | None]] = [
    ({}, [("size", (None, "auto"))], INVALID, "missing_required_parameter", "image"),
    ({}, [("image[]", SOURCE)] * 17, INVALID, "array_above_max_length", "image"),
    ({}, [("image", ("upload", SOURCE[1], "application/octet-stream"))], INVALID, "unsupported_file_mimetype", "image"),
    ({}, [("image", ("a.png", b"no picture", "image/png"))], USER, None, None),
    ({}, [("image[]", SOURCE), ("image[]", ("a.png", SMALL[:60], "image/png"))], USER, None, None),
    ({}, [("image", ("a.jpg", saved(CUP.convert("CMYK"), "JPEG"), "image/jpeg"))], USER, None, None),
    ({}, [("image", ("a.gif", saved(CUP, "GIF"), "image/png"))], USER, None, None),
    ({}, [IMAGE, ("mask", ("m.png", OPAQUE, "image/png"))], INVALID, "invalid_image_file", "mask"),
    ({}, [IMAGE, ("mask", file(hole(size=(640, 1024))))], INVALID, "invalid_image_file", "mask"),
    ({}, [IMAGE, ("mask", ("m.png", b"no mask", "image/png"))], INVALID, "invalid_image_file", "mask"),
    ({}, [IMAGE, ("mask", ("m.jpg", SOURCE[1], "image/jpeg"))], INVALID, "unsupported_file_mimetype", "mask"),
    ({}, [IMAGE, ("mask", ("m.png", SOURCE[1], "image/png"))], INVALID, "invalid_image_file", "mask"),
    ({}, [IMAGE, ("mask", ("m.png", BIG, "image/png"))], INVALID, "image_file_too_large", "mask"),
    ({}, [IMAGE, ("mask", file(hole())), ("markup", file(strokes()))], INVALID, "invalid_value", "markup"),
    ({"model": "gpt-image-2"}, [IMAGE, ("markup", file(strokes()))], INVALID, "invalid_value", "markup"),
    ({}, [IMAGE, ("markup", file(hole((0, 0, 0, 0))))], INVALID, "invalid_image_file", "markup"),
    ({"model": "gpt-image-2", "input_fidelity": "high"}, [IMAGE], INVALID, "invalid_value", "input_fidelity"),
    ({"response_format": "b64_json"}, [IMAGE], INVALID, "unknown_parameter", "response_format"),
    ({"moderation": "low"}, [IMAGE], INVALID, "unknown_parameter", "moderation"),
    ({"image": "https://example.com/a.png"}, [IMAGE], INVALID, "invalid_type", "image"),
    ({"prompt": " "}, [IMAGE], INVALID, "empty_string", "prompt"),
    ({"prompt": "x" * 32_001}, [IMAGE], INVALID, "string_above_max_length", "prompt"),
    ({"prompt": "a beheading"}, [IMAGE], USER, "moderation_blocked", None),
    ({"n": "two"}, [IMAGE], INVALID, "invalid_type", "n"),
    ({"stream": "maybe"}, [IMAGE], INVALID, "invalid_type", "stream"),
    ({"partial_images": "2"}, [IMAGE], INVALID, "invalid_value", "partial_images"),
    ({"size": "512x512"}, [IMAGE], INVALID, "invalid_value", "size"),
]


@pytest.mark.parametrize(("said", "files", "kind", "code", "param"), REFUSED)
def test_what_the_api_refuses(
    quick: Server, said: dict[str, Any], files: list[Any], kind: str, code: str | None, param: str | None
) -> None:
    answer = post(quick, {**ASKED, **said}, files)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"], error["param"]) == (400, kind, code, param)


def test_a_broken_image_is_told_by_its_number(quick: Server) -> None:
    files = [("image[]", SOURCE), ("image[]", ("b.png", b"no picture", "image/png"))]
    message = post(quick, files=files).json()["error"]["message"]
    assert message.startswith("Invalid image file or mode for image 2")


def test_a_mimetype_that_is_missing_and_one_that_is_wrong(quick: Server) -> None:
    client = openai.OpenAI(base_url=quick.url, api_key="sandbox", max_retries=0)
    with client, pytest.raises(openai.BadRequestError, match=r"unsupported mimetype \('application/octet-stream'\)"):
        client.images.edit(image=SOURCE[1], **ASKED)
    lines = [b"--b", b'Content-Disposition: form-data; name="image"; filename="a.png"', b"", b"x"]
    for name in ("model", "prompt"):
        lines += [b"--b", f'Content-Disposition: form-data; name="{name}"'.encode(), b"", ASKED[name].encode()]
    answer = raw(quick, b"\r\n".join([*lines, b"--b--", b""]))
    assert answer.json()["error"]["code"] == "missing_file_mimetype"


def raw(server: Server, body: bytes, kind: str = "multipart/form-data; boundary=b") -> httpx2.Response:
    headers = {"Authorization": "Bearer x", "Content-Type": kind}
    return httpx2.post(f"{server.url}/images/edits", content=body, headers=headers, timeout=10)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"nothing", "multipart/form-data; boundary=b"),
        (b"--b\r\n\r\n", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=b"),
    ],
)
def test_a_body_that_is_no_form(quick: Server, body: bytes, kind: str) -> None:
    answer = raw(quick, body, kind)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, INVALID)


def test_an_image_above_fifty_megabytes(quick: Server) -> None:
    answer = post(quick, files=[("image", ("a.png", bytes(50_000_000), "image/png"))])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "image_file_too_large")
