"""Changing a picture that one has: dropped, painted, sent, looked at and compared; and the same without scripts."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, enter, join
from tests.browser_site import LATENCY_S, Site
from tests.listening import behave

PLATES = Path(__file__).parents[2] / "static" / "plates"
CUP = PLATES / "stoneware-cup.webp"
DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: "image/webp" }));
  const told = { dataTransfer, bubbles: true, cancelable: true };
  for (const type of ["dragenter", "dragover", "drop"])
    document.querySelector("#composer").dispatchEvent(new DragEvent(type, told));
}"""


def drop(page: Page, file: Path) -> None:
    """Lets a file go over the composer."""
    page.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """Paints along points of the picture, 0 to 1 across and down."""
    box = page.locator("[data-sheet]").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def test_from_a_dropped_file_to_a_comparison(visit: Visit, site: Site) -> None:
    page = visit("/accounts/login/")
    join(page, site, "edits@example.com")
    page.get_by_label("Prompt").fill("The jug in a sage green glaze")
    drop(page, CUP)
    expect(page.locator("[data-piece]")).to_have_attribute("data-state", "ready")
    expect(page.get_by_role("radio", name="Image to image")).to_be_checked()  # by itself, with an address of its own
    expect(page).to_have_url(re.compile("/studio/image/$"))
    expect(page.get_by_label("Prompt")).to_have_value("The jug in a sage green glaze")
    page.locator("label.chip", has_text="Product").click()
    page.get_by_text("What the model is told besides").click()
    expect(page.locator("#told")).to_contain_text("Keep exactly as they are: the product.")
    page.locator("#count").fill("1")
    expect(page.locator("#composer .primary")).to_have_text(re.compile("Edit picture.*5 credits", re.S))

    page.get_by_role("button", name="Paint, extend or mark up").click()
    page.get_by_label("What the painted part becomes").fill("The jug in a deep red glaze")
    page.get_by_role("button", name="Close, the mask is kept").click()  # and back with what was typed there
    expect(page).to_have_url(re.compile("/studio/image/$"))
    expect(page.get_by_label("Prompt")).to_have_value("The jug in a deep red glaze")
    page.get_by_role("button", name="Paint, extend or mark up").click()
    make = page.get_by_role("button", name="Edit the painted part")
    stroke(page, (0.1, 0.1), (0.2, 0.5))
    page.keyboard.press("Control+z")
    expect(page.locator("[data-said]")).to_have_text("Nothing is painted")
    stroke(page, (0.82, 0.2), (0.9, 0.3), (0.9, 0.45))
    expect(page.locator("span[data-strokes]")).to_have_text("1 stroke")
    page.reload()
    expect(page.locator("span[data-strokes]")).to_have_text("1 stroke")
    page.go_back()  # takes it along
    page.locator("#to-mask").click()
    expect(page.locator("[data-said]")).to_contain_text("% painted")
    behave(site.environment["OPENAI_BASE_URL"], latency_s=4)  # long enough to be looked at when the page is there
    make.click()
    expect(page).to_have_url(re.compile("#run-1$"))
    expect(page.locator(".tile[data-state=running] img").first).to_be_visible()
    behave(site.environment["OPENAI_BASE_URL"], latency_s=float(LATENCY_S))
    expect(page.locator("#to-mask")).to_have_text(re.compile("Painted part"))  # and the form as it was sent
    expect(page.locator("[name=shape][value=source]")).to_be_checked()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1, timeout=25_000)
    assert site.rows("SELECT count(*) FROM studio_image WHERE kind IN ('raw', 'locked')")[0][0] == 2

    page.locator(".tile a.face").first.click()
    expect(page.get_by_text("0 pixels changed outside the paint")).to_be_visible()
    expect(page.locator("[data-kin=from] a")).to_have_count(1)
    page.get_by_role("link", name="The model’s own").click()
    page.get_by_role("button", name="Use the model’s own instead").click()
    page.get_by_role("button", name="Lock the pixels").click()
    expect(page.get_by_role("link", name="Locked", exact=True)).to_have_attribute("aria-current", "page")
    page.keyboard.press("ArrowUp")  # to what it was made from
    expect(page.get_by_role("heading", name=re.compile("stoneware-cup.webp"))).to_be_attached()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("link", name="Slider")).to_have_attribute("aria-current", "true")
    page.wait_for_load_state()
    page.keyboard.press("ArrowLeft")
    at = page.locator("[data-panes]").evaluate("(one) => one.style.getPropertyValue('--at')")
    assert at == "48%"


def test_a_failed_file_says_why_and_goes_alone(visit: Visit, site: Site, expected: list[str]) -> None:
    expected.append("status of 503")
    page = visit("about:blank")
    email = enter(page, site)
    page.goto("/studio/guided/")
    page.set_input_files("input[name=picture_files]", [Path(__file__), CUP])
    expect(page.get_by_text("test_edits.py is a text, not a picture")).to_be_visible()
    expect(page.locator("[data-piece][data-state=ready]")).to_have_count(1)
    page.get_by_role("button", name="Take @2 away").hover()  # its name follows its place
    page.get_by_role("button", name="Take @1 away").click()
    expect(page.locator("[data-handle]")).to_have_text(["@1"])
    page.route("**/studio/uploads/", lambda route: route.abort())
    page.set_input_files("input[name=picture_files]", PLATES / "soap-bars.webp")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute("**/studio/uploads/")
    again.click()
    expect(page.locator("[data-piece][data-state=ready]")).to_have_count(2)
    page.get_by_label("Prompt").fill("@1 beside @2")
    page.locator("[data-grip]").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-grip]").first).to_be_focused()
    expect(page.get_by_label("Prompt")).to_have_value("@2 beside @1")  # each name goes with its picture
    page.reload()  # nothing of it is lost
    expect(page.locator("[data-piece][data-state=ready]")).to_have_count(2)
    page.get_by_label("Prompt").fill("A still life of all of these")
    [[mine]] = site.rows(
        "SELECT uuid FROM studio_image WHERE name = 'soap-bars.webp' AND owner_id IN "
        "(SELECT id FROM accounts_user WHERE email = %s)",
        email,
    )
    page.goto(f"/library/{mine}/")
    page.get_by_role("link", name="Edit", exact=True).click()  # a picture from elsewhere joins what there is
    expect(page.locator("[data-piece]")).to_have_count(2)
    expect(page.get_by_label("Prompt")).to_have_value("A still life of all of these")
    expect(page.locator("[data-role]").filter(has=page.locator("option:checked", has_text="Source"))).to_have_count(1)
    expect(page.locator("[name=shape][value=source]")).to_be_checked()


def test_the_same_edit_without_scripts(visit: Visit, site: Site) -> None:
    page = visit("/accounts/login/", java_script_enabled=False)
    join(page, site, "plain-edits@example.com")
    page.goto("/studio/image/")
    page.get_by_label("Prompt").fill("The jug in a sage green glaze")
    page.locator("#count").fill("1")
    page.set_input_files("input[name=picture_files]", CUP)
    page.get_by_role("button", name="Bring them").click()
    expect(page.locator("[data-piece]")).to_have_attribute("data-state", "ready")
    expect(page.get_by_label("Prompt")).to_have_value("The jug in a sage green glaze")
    page.get_by_role("button", name="Paint, extend or mark up").click()
    page.get_by_text("By numbers").click()
    for name, at in (("Left", "75"), ("Top", "15"), ("Right", "100"), ("Bottom", "50")):
        page.get_by_label(name, exact=True).fill(at)
    page.get_by_role("button", name="Keep the mask and go back").or_(
        page.get_by_role("button", name="Close")
    ).first.click()
    expect(page.get_by_role("button", name="Painted part", exact=True)).to_be_visible()
    expect(page.get_by_label("Prompt")).to_have_value("The jug in a sage green glaze")
    page.locator("#composer .primary").click()
    if page.get_by_text("Nothing was charged.").is_visible():  # the press shows the price of these settings first
        page.locator("#composer .primary").click()
    expect(page).to_have_url(re.compile("#run-1$"))
    expect(page.locator(".tile[data-state=done]")).to_have_count(1, timeout=25_000)
    page.locator(".tile a.face").first.click()
    expect(page.get_by_text("0 pixels changed outside the paint")).to_be_visible()


def test_the_tray_and_the_shape_are_what_one_left(visit: Visit, site: Site) -> None:
    page = visit("about:blank")
    enter(page, site)
    page.set_input_files("input[name=picture_files]", CUP)
    expect(page.locator("[data-piece]")).to_have_attribute("data-state", "ready")
    page.get_by_label("Prompt").fill("The jug in a sage green glaze")
    page.locator("#count").fill("1")
    page.locator("#composer .primary").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    expect(page.locator("[name=shape][value=source]")).to_be_checked()
    tab = page.context.new_page()
    tab.goto("/studio/")
    tab.set_input_files("input[name=picture_files]", PLATES / "soap-bars.webp")
    expect(tab.locator("[data-piece]")).to_have_attribute("data-state", "ready")
    tab.goto("/studio/image/")
    expect(tab.locator("[data-piece]")).to_have_count(1)
    expect(tab.locator("[data-piece] [data-grip]")).to_have_attribute("aria-label", re.compile("soap-bars"))
    # What was drawn on one source waits for that one, and goes when another takes its place.
    bars = tab.locator("[data-piece]").get_attribute("data-piece")
    tab.locator("[name=extend_shape]").evaluate(
        "field => { field.value = 'wide'; field.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    expect(tab.locator("#to-mask")).to_contain_text("Extended")
    for file, words in (("soap-bars.webp", "Extended"), (CUP.name, "Paint, extend or mark up")):
        tab.locator("[data-grip]").press("Delete")
        expect(tab.locator("[data-piece]")).to_have_count(0)
        tab.set_input_files("input[name=picture_files]", PLATES / file)
        expect(tab.locator("[data-piece]")).to_have_attribute("data-state", "ready")
        assert (tab.locator("[data-piece]").get_attribute("data-piece") == bars) is (words == "Extended")
        expect(tab.locator("#to-mask")).to_contain_text(words)
