"""The mask editor besides painting: a larger sheet, marks, fingers, small windows, and no script."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.mask_hand import SIDE, Point, attached, choose, draw, kind, make, place
from tests.browser.mask_page import EXTENDED, Editor
from tests.browser.test_accessible import WINDOWS, findings, too_wide


@pytest.fixture
def page(open_editor: Visit) -> Page:
    return open_editor()


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
    for ratio, shape in (("9:16", "story"), ("16:9", "wide")):
        page.locator(".mini label", has_text=ratio).click()
        expect(page.locator("[name=extend_shape]:focus")).to_have_count(0)  # arrows place the picture from here on
        for key, y in (("ArrowUp", "49"), ("ArrowDown", "50")):
            page.keyboard.press(key)
            expect(page.locator("[name=extend_y]")).to_have_value(y)
        expect(page.locator("[name=extend_shape]:checked")).to_have_value(shape)
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
def test_one_finger_draws_and_two_zoom(open_editor: Visit) -> None:
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
    for words, price in (("Paint", 9), ("Extend", EXTENDED), ("Mark up", 9)):
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            kind(page, words)
            expect(page.locator("[data-cost]")).to_have_text(f"{price} credits")  # it changes a moment after the kind
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                assert findings(page) == [], (words, width, theme)
            assert too_wide(page) == [], (words, width)
            expect(make(page)).to_be_in_viewport(ratio=1)


@pytest.mark.long
def test_without_script_numbers_and_files_do_it(open_editor: Visit, editor: Editor) -> None:
    page = open_editor(java_script_enabled=False)
    page.get_by_text("By numbers").click()
    for name, value in {"Left": "10", "Top": "20", "Right": "50", "Bottom": "60"}.items():
        page.get_by_label(name, exact=True).fill(value)
    expect(page.get_by_label("Mask", exact=True)).to_be_visible()
    make(page).click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    [sent] = editor.posted
    assert [sent[name] for name in ("left", "top", "right", "bottom", "drawn")] == [b"10", b"20", b"50", b"60", b""]


@pytest.mark.long
def test_the_price_follows_the_kind(page: Page, editor: Editor) -> None:
    kind(page, "Extend")
    expect(make(page)).to_contain_text("14 credits")
    make(page).click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert editor.posted[0]["quoted"] == b"14"


@pytest.mark.long
def test_back_on_a_phone_shuts_the_pane_and_then_the_page(page: Page, editor: Editor) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    lock = page.get_by_role("switch", name="Pixel lock")
    page.locator("[data-menu] > summary").click()
    page.get_by_role("link", name="Lock, numbers, last result").click()
    expect(lock).to_be_visible()
    page.go_back()
    expect(lock).to_be_hidden()
    expect(make(page)).to_be_visible()
    assert editor.paths == []
