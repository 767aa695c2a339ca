"""`make screenshots`: every page, light and dark, at 390 and 1440 px, into screenshots/.

Runs the real site, fills it with a day's work, and takes each page as its reader meets it: empty, at work, full,
failing. With `--docs` the README's pictures are renewed too.
"""

import re
import sys
import uuid
from collections.abc import Iterator
from io import BytesIO

from PIL import Image as Pillow
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import backstage, browser_site
from tests.browser.conftest import ARGUMENTS, join
from tests.browser_site import Site

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


def main() -> None:
    """Takes all of them."""
    OUT.mkdir(exist_ok=True)
    with browser_site.running("screenshots") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_site.chromium(), args=ARGUMENTS)
        take(browser, site, OPEN, None)
        newcomer = browser.new_context(base_url=site.url)
        join(newcomer.new_page(), site, "newcomer@example.com")
        take(browser, site, {"studio-empty": "/studio/", "library-empty": "/library/"}, newcomer)
        worker = signed_in(browser, site, "demo")
        pictures = fill(worker.new_page(), site)
        take(browser, site, SIGNED_IN | {"image": pictures[0]}, worker)
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
    """A day's work; the addresses of its pictures."""
    page.goto("/studio/")
    for prompt, shape, count in reversed(RUNS):
        page.request.post(
            f"{site.url}/studio/runs/", form=posted(page, prompt, shape, count), headers={"Referer": site.url}
        )
    site.wait_until("SELECT count(*) = 0 FROM studio_generation WHERE status IN ('queued', 'running')")
    ids = site.rows("SELECT uuid FROM studio_image WHERE widths <> '{}' ORDER BY id")
    page.request.post(
        f"{site.url}/library/{ids[0][0]}/ring",
        form={"csrfmiddlewaretoken": csrf(page)},
        headers={"Referer": site.url},
    )
    fail_some(site)
    return [f"/library/{row[0]}/" for row in ids]


def fail_some(site: Site) -> None:
    """One frame of the newest run was blocked and one cancelled, as the page shows them."""
    newest = "SELECT id FROM studio_generation WHERE run_id = (SELECT max(run_id) FROM studio_generation) ORDER BY id"
    ids = [row[0] for row in site.rows(newest)]
    site.rows("UPDATE studio_image SET deleted_at = now() WHERE generation_id = ANY(%s)", ids[2:])
    site.rows("UPDATE studio_generation SET status = 'failed', error_code = 'blocked' WHERE id = %s", ids[2])
    site.rows("UPDATE studio_generation SET status = 'cancelled' WHERE id = %s", ids[3])


def posted(page: Page, prompt: str, shape: str, count: int) -> dict[str, str]:
    """The composer's form as a browser posts it, with the price that its button would show."""
    values = {
        "csrfmiddlewaretoken": csrf(page),
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
    page.request.post(f"{site.url}/studio/runs/", form=posted(page, *RUNS[0]), headers={"Referer": site.url})
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
    if "--docs" in sys.argv and short in ("studio", "library", "image", "credits"):
        DOCS.mkdir(parents=True, exist_ok=True)
        Pillow.open(BytesIO(data)).save(DOCS / f"{short}.webp", quality=82)


if __name__ == "__main__":
    main()
