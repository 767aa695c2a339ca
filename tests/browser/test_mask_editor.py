"""The mask editor: what is painted is what is sent, whatever the window and the zoom."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Visit
from tests.browser.mask_hand import SIDE, attached, box, choose, draw, make, painted, same
from tests.browser.mask_page import Editor


@pytest.fixture
def page(open_editor: Visit) -> Page:
    return open_editor()


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
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")  # it lies anew
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
    editor.mask = saved
    editor.context |= {"mask": {"src": "/mask.png"}, "feather": 30}
    page.reload()
    expect(page.get_by_label("Feather")).to_have_value("30")
    expect(page.locator("[data-said]")).to_contain_text("% painted")
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
