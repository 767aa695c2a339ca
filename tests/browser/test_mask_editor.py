"""The mask editor: what is drawn is what is sent, whatever the window, the zoom and the pointer."""

import base64
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from tests.browser import mask_page
from tests.browser.conftest import DESK
from tests.browser.mask_page import Editor
from tests.browser.test_accessible import WINDOWS, findings, too_wide

SIDE = 1536
Point = tuple[float, float]
Open = Callable[..., Page]


@pytest.fixture
def editor(settings: Any) -> Iterator[Editor]:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    with mask_page.serving() as serving:
        yield serving


@pytest.fixture
def open_editor(chromium: Browser, editor: Editor) -> Iterator[Open]:
    contexts, complaints = [], []

    def open_page(**more: Any) -> Page:
        context = chromium.new_context(**{"viewport": DESK, **more})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.set_default_timeout(15_000)
        page.goto(editor.url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_editor: Open) -> Page:
    return open_editor()


def place(page: Page, point: Point) -> Point:
    """A point of the picture, 0 to 1 across and down, as one of the window."""
    box = page.locator("[data-sheet]").bounding_box()
    assert box
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def draw(page: Page, *points: Point) -> None:
    """Presses at the first point, pulls through the others, and lets go."""
    page.mouse.move(*place(page, points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*place(page, point), steps=4)
    page.mouse.up()


def choose(page: Page, name: str) -> None:
    """Takes a tool."""
    page.get_by_role("radiogroup", name="Tools").get_by_role("radio", name=name, exact=True).check(force=True)


def kind(page: Page, words: str) -> None:
    page.get_by_role("group", name="Kind").get_by_text(words, exact=True).click()


def attached(page: Page, name: str) -> bytes | None:
    """The file in a field, once it is that of what is drawn; None for an empty field."""
    expect(page.locator("[data-mask-editor]:not([data-behind])")).to_be_visible()
    text = page.evaluate(
        """async (name) => {
             const [file] = document.querySelector(`[name=${name}]`).files;
             return file ? btoa(String.fromCharCode(...new Uint8Array(await file.arrayBuffer()))) : null;
           }""",
        name,
    )
    return None if text is None else base64.b64decode(text)


def painted(content: bytes | None) -> Image.Image:
    """Where a mask is to be edited: white on black, after a look at the form of the file."""
    assert content
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.mode) == ("PNG", "RGBA")
    alpha = image.getchannel("A")
    assert {value for _count, value in alpha.getcolors() or []} <= {0, 255}
    return alpha.point(lambda value: 255 - value)


def box(mask: Image.Image) -> tuple[float, ...]:
    """The edges of what is painted, 0 to 1."""
    edges = mask.getbbox()
    assert edges
    return tuple(edge / side for edge, side in zip(edges, mask.size * 2, strict=True))


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


def make(page: Page) -> Any:
    return page.locator("[data-make]")


def test_it_works(page: Page, editor: Editor) -> None:
    """A stroke and a press at once: the stroke is in the file, of the picture's size."""
    draw(page, (0.3, 0.4), (0.6, 0.4))
    make(page).click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert editor.paths == ["/studio/runs/"]
    [sent] = editor.posted
    mask = painted(sent["mask_file"])
    assert mask.size == (SIDE, SIDE)
    half = 48 / SIDE  # of the brush
    assert box(mask) == pytest.approx((0.3 - half, 0.4 - half, 0.6 + half, 0.4 + half), abs=0.003)
    told = {name: sent[name] for name in ("mask_kind", "feather", "lock", "model", "quoted", "drawn", "prompt")}
    assert told == {
        "mask_kind": b"paint", "feather": b"12", "lock": b"on", "model": b"sunburst", "quoted": b"9", "drawn": b"1",
        "prompt": b"The jug in a sage green glaze, same shape, same light.",
    }  # fmt: skip
    assert "left" not in sent


@pytest.mark.long
def test_undo_and_redo(page: Page) -> None:
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_have_attribute("aria-disabled", "true")
    masks = []
    for row in range(40):  # more than one copy
        draw(page, (0.2, row / 50 + 0.1), (0.8, row / 50 + 0.1))
        if row % 13 == 0:
            masks.append(painted(attached(page, "mask_file")))
    last = painted(attached(page, "mask_file"))
    expect(page.get_by_text("40 strokes")).to_be_visible()
    for _step in range(39):
        page.keyboard.press("Control+z")
    assert same(painted(attached(page, "mask_file")), masks[0])
    expect(page.get_by_text("1 stroke", exact=True)).to_be_visible()
    undo.click()
    assert attached(page, "mask_file") is None
    for _step in range(14):
        page.keyboard.press("Control+Shift+Z")
    assert same(painted(attached(page, "mask_file")), masks[1])
    for _step in range(26):
        page.keyboard.press("Control+y")
    expect(redo).to_have_attribute("aria-disabled", "true")
    assert same(painted(attached(page, "mask_file")), last)


def test_a_mask_of_nothing_or_of_all_is_told_before_it_is_sent(page: Page, editor: Editor) -> None:
    held = page.locator("[data-held]")
    expect(held).to_have_text("Paint what is to change.")
    make(page).click(force=True)
    expect(held).to_have_attribute("data-pressed", "")
    page.keyboard.press("i")
    expect(held).to_have_text("All of it is painted. Leave out what stays.")
    expect(page.locator("[data-said]")).to_have_text("100% painted")
    make(page).click(force=True)
    choose(page, "Eraser")
    draw(page, (0.5, 0.5), (0.6, 0.5))
    expect(held).to_have_text("")
    mask = painted(attached(page, "mask_file"))
    assert mask.getpixel((int(0.55 * SIDE), SIDE // 2)) == 0
    assert mask.getpixel((10, 10)) == 255
    page.get_by_role("button", name="Clear").first.click()
    expect(held).to_have_text("Paint what is to change.")
    assert attached(page, "mask_file") is None
    assert editor.posted == []


@pytest.mark.long
def test_a_larger_window_and_zoom_move_nothing(page: Page) -> None:
    draw(page, (0.2, 0.2), (0.4, 0.3), (0.3, 0.5))
    before = attached(page, "mask_file")
    page.set_viewport_size({"width": 900, "height": 600})
    page.get_by_role("img", name="painted").hover()
    for _step in range(3):
        page.keyboard.press("+")
    page.mouse.wheel(60, 40)
    page.keyboard.down(" ")
    draw(page, (0.5, 0.5), (0.6, 0.55))
    page.keyboard.up(" ")
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_viewport_size(DESK)
    assert attached(page, "mask_file") == before
    draw(page, (0.5, 0.5))  # at another zoom, in the picture's own coordinates
    mask = painted(attached(page, "mask_file"))
    half = 48 / SIDE
    assert box(mask)[2] == pytest.approx(0.5 + half, abs=0.003)
    page.keyboard.press("Control+z")
    assert same(painted(attached(page, "mask_file")), painted(before))
    page.keyboard.press("0")
    expect(page.locator("[data-zoomed]")).to_have_text("46%")


@pytest.mark.long
def test_rectangle_lasso_and_the_brushs_size(page: Page) -> None:
    page.keyboard.press("r")
    draw(page, (0.6, 0.7), (0.2, 0.3))
    assert box(painted(attached(page, "mask_file"))) == pytest.approx((0.2, 0.3, 0.6, 0.7), abs=0.003)
    page.keyboard.press("l")
    draw(page, (0.7, 0.1), (0.9, 0.1), (0.9, 0.2))
    mask = painted(attached(page, "mask_file"))
    assert mask.getpixel((int(0.88 * SIDE), int(0.13 * SIDE))) == 255
    assert mask.getpixel((int(0.72 * SIDE), int(0.18 * SIDE))) == 0
    page.keyboard.press("b")
    expect(page.get_by_label("Size")).to_have_value("96")
    page.keyboard.press("]")
    expect(page.get_by_label("Size")).to_have_value("120")
    page.keyboard.press("[")
    expect(page.get_by_label("Size")).to_have_value("96")
    page.get_by_label("What the painted part becomes").press("End")
    page.keyboard.type(" [r]")
    expect(page.get_by_role("radio", name="Brush")).to_be_checked()


def test_a_rectangle_by_keyboard_alone(page: Page, editor: Editor) -> None:
    page.get_by_text("By numbers").press("Enter")
    for name, value in {"Left": "10", "Top": "20", "Right": "5", "Bottom": "60"}.items():
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Bottom", exact=True).press("Enter")
    expect(page.get_by_text("Right has to be more than left")).to_be_visible()
    page.get_by_label("Right", exact=True).fill("50")
    page.get_by_role("button", name="Add a rectangle").press("Enter")
    expect(page.locator("[data-said]")).to_have_text("16% painted")
    page.get_by_label("What the painted part becomes").press("Control+Enter")
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert box(painted(editor.posted[0]["mask_file"])) == pytest.approx((0.1, 0.2, 0.5, 0.6), abs=0.001)


@pytest.mark.long
def test_what_was_drawn_outlives_a_reload_and_a_changed_prompt(page: Page) -> None:
    draw(page, (0.2, 0.2), (0.4, 0.3))
    draw(page, (0.2, 0.6), (0.4, 0.6))
    before = attached(page, "mask_file")
    page.get_by_label("What the painted part becomes").fill("A red jug")
    page.reload()
    expect(page.get_by_text("2 strokes")).to_be_visible()
    assert attached(page, "mask_file") == before
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 stroke", exact=True)).to_be_visible()


@pytest.mark.long
def test_escape_and_the_cross_keep_the_mask_and_go_back(page: Page, editor: Editor) -> None:
    page.get_by_label("Mask file and more").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Save this mask")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    draw(page, (0.2, 0.2), (0.4, 0.3))
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert editor.paths == ["/studio/compose"]
    assert painted(editor.posted[0]["mask_file"]).getbbox()


@pytest.mark.long
def test_a_mask_from_before_and_masks_as_files(page: Page, editor: Editor) -> None:
    draw(page, (0.2, 0.2), (0.4, 0.3))
    page.get_by_label("Mask file and more").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this mask").click()
    assert download.value.suggested_filename == "118-3-mask.png"
    saved = download.value.path().read_bytes()
    editor.mask, editor.context["mask"] = saved, {"src": "/mask.png", "feather": 30}
    page.reload()
    expect(page.get_by_label("Feather")).to_have_value("30")
    assert same(painted(attached(page, "mask_file")), painted(saved))
    white = Image.new("L", (768, 768))
    white.paste(255, (0, 0, 384, 192))
    content = io.BytesIO()
    white.save(content, "PNG")
    page.locator("[data-bring]").set_input_files(
        {"name": "m.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
    expect(page.locator("[data-said]")).to_have_text("12.5% painted")
    assert box(painted(attached(page, "mask_file"))) == pytest.approx((0, 0, 0.5, 0.25), abs=0.001)
    content = io.BytesIO()
    white.resize((768, 400)).save(content, "PNG")
    page.locator("[data-bring]").set_input_files(
        {"name": "m.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
    expect(page.get_by_text("The mask is 768 × 400, another shape than the picture.")).to_be_visible()
    page.locator("[data-bring]").set_input_files({"name": "m.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_text("This is not a PNG that we can read.")).to_be_visible()
    page.keyboard.press("Control+z")
    assert same(painted(attached(page, "mask_file")), painted(saved))


@pytest.mark.long
def test_a_larger_sheet(page: Page, editor: Editor) -> None:
    kind(page, "Extend")
    expect(page.get_by_role("radio", name="Square, 1:1")).to_be_hidden()
    expect(page.locator("[data-added]")).to_have_text(re.compile(r"2736 × 1536\s*\+600 left\s*\+600 right"))
    inner = page.locator("[data-inner]").bounding_box()
    sheet = page.locator("[data-larger]").bounding_box()
    assert inner
    assert sheet
    page.mouse.move(inner["x"] + 50, inner["y"] + 50)
    page.mouse.down()
    page.mouse.move(sheet["x"] + 20, inner["y"] + 90, steps=5)
    page.mouse.up()
    expect(page.locator("[data-added]")).to_have_text(re.compile(r"\+1200 right"))
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-added]")).to_have_text(re.compile(r"\+36 left\s*\+1164 right"))
    expect(page.get_by_text("44% new, drag the picture to place it")).to_be_visible()
    make(page).click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    sent = {name: editor.posted[0][name] for name in ("mask_kind", "extend_shape", "extend_x", "extend_y")}
    assert sent == {"mask_kind": b"extend", "extend_shape": b"wide", "extend_x": b"3", "extend_y": b"50"}


@pytest.mark.long
def test_marks_on_the_picture(page: Page, editor: Editor) -> None:
    kind(page, "Mark up")
    expect(page.locator("[data-held]")).to_have_text("Draw what you mean.")
    choose(page, "Arrow")
    draw(page, (0.2, 0.2), (0.4, 0.2))
    choose(page, "Circle")
    draw(page, (0.5, 0.5), (0.7, 0.6))
    choose(page, "Words")
    draw(page, (0.2, 0.8))
    page.get_by_label("Words on the picture").fill("sage green")
    page.get_by_label("Words on the picture").press("Enter")
    choose(page, "Pen")
    draw(page, (0.8, 0.8), (0.9, 0.8))
    expect(page.get_by_text("4 marks")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("3 marks")).to_be_visible()
    marks = Image.open(io.BytesIO(attached(page, "markup_file") or b""))
    assert marks.size == (SIDE, SIDE)
    alpha = marks.getchannel("A")
    for x, y, shown in ((0.3, 0.2, True), (0.6, 0.55, False), (0.5, 0.55, True), (0.85, 0.8, False)):
        middle = (int(x * SIDE), int(y * SIDE))
        around = alpha.crop((middle[0] - 4, middle[1] - 4, middle[0] + 4, middle[1] + 4)).getbbox()
        assert bool(around) is shown, (x, y)
    assert alpha.crop((int(0.2 * SIDE), int(0.77 * SIDE), int(0.4 * SIDE), int(0.83 * SIDE))).getbbox()
    make(page).click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert editor.posted[0]["mask_kind"] == b"markup"
    assert editor.posted[0]["markup_file"].startswith(b"\x89PNG")
    assert editor.posted[0]["mask_file"] == b""


@pytest.mark.long
def test_one_finger_draws_and_two_zoom(open_editor: Open) -> None:
    page = open_editor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator("[data-held]")).to_have_text("Paint what is to change.")
    session = page.context.new_cdp_session(page)

    def touch(name: str, *points: Point) -> None:
        at = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(place(page, point) for point in points)]
        session.send("Input.dispatchTouchEvent", {"type": name, "touchPoints": at})

    touch("touchStart", (0.3, 0.3))
    touch("touchMove", (0.35, 0.3))
    touch("touchMove", (0.5, 0.3))
    touch("touchEnd")
    expect(page.locator("[data-said]")).to_have_text(re.compile("[1-9].*painted"))
    before = attached(page, "mask_file")
    wide = (page.locator("[data-sheet]").bounding_box() or {})["width"]
    touch("touchStart", (0.45, 0.5))
    touch("touchStart", (0.45, 0.5), (0.55, 0.5))
    touch("touchMove", (0.35, 0.5), (0.65, 0.5))
    touch("touchEnd")
    assert (page.locator("[data-sheet]").bounding_box() or {})["width"] > 2 * wide
    assert attached(page, "mask_file") == before


@pytest.mark.long
def test_no_finding_in_any_window(page: Page) -> None:
    for words in ("Paint", "Extend", "Mark up"):
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            kind(page, words)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                assert findings(page) == [], (words, width, theme)
            assert too_wide(page) == [], (words, width)
            expect(make(page)).to_be_in_viewport(ratio=1)


@pytest.mark.long
def test_without_script_numbers_and_files_do_it(open_editor: Open, editor: Editor) -> None:
    page = open_editor(java_script_enabled=False)
    page.get_by_text("By numbers").click()
    for name, value in {"Left": "10", "Top": "20", "Right": "50", "Bottom": "60"}.items():
        page.get_by_label(name, exact=True).fill(value)
    expect(page.get_by_label("Mask", exact=True)).to_be_visible()
    make(page).click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    [sent] = editor.posted
    assert [sent[name] for name in ("left", "top", "right", "bottom", "drawn")] == [b"10", b"20", b"50", b"60", b""]
