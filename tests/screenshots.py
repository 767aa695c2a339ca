"""`make screenshots`: every page, light and dark, at 390 and 1440 px, into screenshots/.

Runs the real site, fills it with a day's work, and takes each page as its reader meets it: empty, at work, full,
failing. With `--docs` the README's pictures are renewed too.
"""

import itertools
import os
import re
import sys
import uuid
from collections.abc import Iterator
from io import BytesIO

from PIL import Image as Pillow
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from studio.sandbox.behaviour import Behaviour, fault_of
from tests import backstage, browser_site
from tests.browser.conftest import ARGUMENTS, join
from tests.browser_site import Site
from tests.listening import behave

OUT = backstage.ROOT / "screenshots"
DOCS = backstage.ROOT / "docs" / "screenshots"
SIZES = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}
OPEN = {
    "front": "/",
    "sign-in": "/accounts/login/",
    "sign-in-password": "/accounts/login/?with=password",
    "join": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "outbox": "/outbox/",
    "terms": "/terms/",
    "privacy": "/privacy/",
    "not-found": "/nothing-here/",
}
SIGNED_IN = {
    "studio": "/studio/",
    "library": "/library/",
    "library-ringed": "/library/?show=ringed",
    "credits": "/credits/",
    "account": "/account/",
    "e-mail": "/accounts/email/",
    "two-step": "/accounts/2fa/",
}
ADMIN = {
    "admin": "/admin/",
    "admin-users": "/admin/accounts/user/",
    "admin-wallets": "/admin/credits/wallet/",
    "admin-entries": "/admin/credits/entry/",
    "admin-models": "/admin/studio/imagemodel/",
    "admin-prices": "/admin/studio/price/",
    "admin-runs": "/admin/studio/run/",
    "admin-generations": "/admin/studio/generation/",
}
RUNS = (
    ("A stoneware cup on a sunlit breakfast table, linen cloth, soft morning side light", "square", 4),
    ("Launch banner: last light over a calm sea, low horizon, the sky left free for a headline", "banner", 2),
    ("Perfume bottle on round plaster plinths, an arch behind, soft palm shadows, peach", "portrait", 4),
    ("A green velvet chair in a sunlit room, oak floor", "wide", 2),
    ("Hardcover book on a blue ground, hard sun", "card", 1),
)

ENDED = "SELECT count(*) = 0 FROM studio_generation WHERE status IN ('queued', 'running')"
MISHAP = "moderation_output"


def main() -> None:
    """Takes all of them."""
    os.environ["IN_FLIGHT_PER_USER"] = "3"  # so that the fourth frame of a run waits, and can be cancelled
    OUT.mkdir(exist_ok=True)
    with browser_site.running("screenshots") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_site.chromium(), args=ARGUMENTS)
        take(browser, site, OPEN, None)
        newcomer = browser.new_context(base_url=site.url)
        join(newcomer.new_page(), site, "newcomer@example.com")
        take(browser, site, {"studio-empty": "/studio/", "library-empty": "/library/"}, newcomer)
        worker = signed_in(browser, site, "demo")
        pictures = fill(worker.new_page(), site)
        take(browser, site, SIGNED_IN | {"image": pictures[0]} | compared(site), worker)
        source, edited = edit(worker.new_page(), site)
        take(browser, site, {"studio-edit": f"/studio/image/?source={source}", "image-locked": edited}, worker)
        paint(browser, site, worker, source)
        take(browser, site, ADMIN, signed_in(browser, site, "admin"))
        at_work(browser, site, worker)
        browser.close()


def signed_in(browser: Browser, site: Site, who: str) -> BrowserContext:
    """A browser in which the demo or the operator's account is signed in."""
    account = site.accounts[who]
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto(OPEN["sign-in-password"])
    page.get_by_label("E-mail").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/studio/")
    return context


def fill(page: Page, site: Site) -> list[str]:
    """A day's work; the addresses of its pictures. Of the newest run one frame is refused and one cancelled."""
    page.goto("/studio/")
    *others, newest = reversed(RUNS)
    for run in others:
        press(page, site, *run)
    site.wait_until(ENDED)
    refuse_third(site)
    press(page, site, *newest)
    waits = site.rows("SELECT uuid FROM studio_generation ORDER BY id DESC LIMIT 1")
    post(page, site, f"/studio/frames/{waits[0][0]}/cancel")
    site.wait_until(ENDED)
    behave(site.environment["OPENAI_BASE_URL"], plan=None)
    ids = site.rows("SELECT uuid FROM studio_image WHERE widths <> '{}' ORDER BY id")
    post(page, site, f"/library/{ids[0][0]}/ring")
    return [f"/library/{row[0]}/" for row in ids]


def compared(site: Site) -> dict[str, str]:
    """The choice of pictures to compare, and two and four of them compared."""
    ids = site.rows("SELECT uuid FROM studio_image WHERE widths <> '{}' ORDER BY id LIMIT 6")
    images = [f"image={row[0]}" for row in ids]
    return {
        "compare-choose": f"/library/compare/?{images[0]}",
        "compare": f"/library/compare/?{'&'.join(images[1:3])}&as=slider",
        "compare-side": f"/library/compare/?{'&'.join(images[2:6])}&as=side",
    }


def edit(page: Page, site: Site) -> tuple[str, str]:
    """A part of a photo painted anew: the uuid of the photo, and the address of what came of it."""
    page.set_viewport_size(SIZES["1440"])
    page.goto("/studio/image/")
    page.set_input_files("input[name=picture_files]", backstage.ROOT / "static" / "plates" / "stoneware-cup.webp")
    page.locator("[data-piece][data-state=ready]").wait_for()
    page.get_by_label("Prompt").fill("The jug in a sage green glaze, same shape, same light")
    page.locator("#count").fill("1")
    page.locator("#to-mask").click()
    stroke(page)
    page.locator("[data-make]:not([aria-disabled=true])").click()
    page.wait_for_url("**#run-*")
    site.wait_until(ENDED)
    site.wait_until("SELECT count(*) = 0 FROM studio_image WHERE widths = '{}' AND kind IN ('raw', 'locked')")
    [[source]] = site.rows("SELECT uuid FROM studio_image WHERE kind = 'upload'")
    [[locked]] = site.rows("SELECT uuid FROM studio_image WHERE kind = 'locked'")
    return str(source), f"/library/{locked}/"


def stroke(page: Page) -> None:
    """Paints the jug."""
    sheet = page.locator("[data-sheet]")
    sheet.wait_for()
    page.wait_for_timeout(400)
    box = sheet.bounding_box()
    assert box
    places = [
        (0.82, 0.2),
        (0.92, 0.2),
        (0.84, 0.28),
        (0.94, 0.3),
        (0.84, 0.36),
        (0.94, 0.38),
        (0.86, 0.44),
        (0.92, 0.44),
    ]
    page.mouse.move(box["x"] + places[0][0] * box["width"], box["y"] + places[0][1] * box["height"])
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
    page.mouse.up()
    page.wait_for_timeout(600)


def paint(browser: Browser, site: Site, context: BrowserContext, source: str) -> None:
    """The mask's page, which is come to by a press."""
    for theme, (width, viewport) in looks():
        look = browser.new_context(
            base_url=site.url,
            storage_state=context.storage_state(),
            viewport=viewport,
            color_scheme=theme,  # type: ignore[arg-type]
        )
        page = look.new_page()
        page.goto(f"/studio/image/?source={source}" + ("#composer" if width == "390" else ""))
        page.locator("#to-mask").click()
        stroke(page)
        keep(page, f"mask-{theme}-{width}")
        look.close()


def refuse_third(site: Site) -> None:
    """Has the model refuse the picture of the third call from now on: its plan draws by a generation's number."""
    newest = site.rows("SELECT max(id) FROM studio_generation")[0][0]
    faults = (MISHAP,)
    for plan in map(str, itertools.count()):
        drawn = [fault_of({}, Behaviour(plan=plan, faults=faults), seed=str(newest + nth)) for nth in (1, 2, 3)]
        if drawn == [None, None, MISHAP]:
            break
    behave(site.environment["OPENAI_BASE_URL"], plan=plan, faults=faults)


def press(page: Page, site: Site, prompt: str, shape: str, count: int) -> None:
    """Sends the composer's form as a browser does, with the price that its button would show."""
    post(page, site, "/studio/runs/", **posted(page, prompt, shape, count))


def post(page: Page, site: Site, path: str, **values: str) -> None:
    """Sends a form of the page."""
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": csrf(page), **values}
    answer = page.request.post(f"{site.url}{path}", form=form, headers={"Referer": site.url})
    assert answer.ok, answer.status


def posted(page: Page, prompt: str, shape: str, count: int) -> dict[str, str]:
    """What the composer's form says of a run, and its price."""
    values = {
        "prompt": prompt,
        "shape": shape,
        "scale": "standard",
        "model": page.locator("input[name=model]").first.get_attribute("value") or "",
        "quality": "medium",
        "output_format": "png",
        "background": "auto",
        "previews": "on",
        "count": str(count),
        "key": str(uuid.uuid4()),
    }
    price = re.search(r'name="quoted"[^>]*value="(\d+)"', page.request.get("/studio/quote", params=values).text())
    assert price
    return values | {"quoted": price[1]}


def csrf(page: Page) -> str:
    """The page's token against forged posts."""
    return page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""


def at_work(browser: Browser, site: Site, context: BrowserContext) -> None:
    """The studio while frames take shape."""
    page = context.new_page()
    page.set_viewport_size(SIZES["1440"])
    page.goto("/studio/")
    press(page, site, *RUNS[0])
    page.reload()
    page.locator(".tile[data-state=running] img").first.wait_for()
    page.wait_for_timeout(300)
    keep(page, "studio-at-work-light-1440")


def take(browser: Browser, site: Site, pages: dict[str, str], context: BrowserContext | None) -> None:
    """Each page in both themes and both widths."""
    state = context.storage_state() if context else None
    for theme, (width, viewport) in looks():
        look = browser.new_context(
            base_url=site.url,
            storage_state=state,
            viewport=viewport,
            color_scheme=theme,  # type: ignore[arg-type]
            has_touch=width == "390",
            reduced_motion="reduce",
        )
        for name, path in pages.items():
            page = look.new_page()
            page.goto(path, wait_until="networkidle" if "admin" in name else "load")
            page.wait_for_timeout(400)
            keep(page, f"{name}-{theme}-{width}")
            page.close()
        look.close()


def looks() -> Iterator[tuple[str, tuple[str, dict[str, int]]]]:
    """Both themes, both widths."""
    for theme in ("light", "dark"):
        for size in SIZES.items():
            yield theme, size


def keep(page: Page, name: str) -> None:
    """Writes one picture; those of the README as WebP beside it."""
    data = page.screenshot(path=OUT / f"{name}.png")
    short = name.removesuffix("-light-1440")
    if "--docs" in sys.argv and short in ("studio", "library", "image", "credits", "mask", "compare", "image-locked"):
        DOCS.mkdir(parents=True, exist_ok=True)
        Pillow.open(BytesIO(data)).save(DOCS / f"{short}.webp", quality=82)


if __name__ == "__main__":
    main()
