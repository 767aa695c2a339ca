"""The system holds to its own rules: shapes as data, contrast, no style or handler inside a page."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import Context, Template

from accounts.templatetags.look import NARROWEST, WIDEST, ratio

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = ROOT / "static" / "css"
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "email" not in path.parts)


def test_every_shape_has_its_row() -> None:
    rows = dict(re.findall(r'\[data-ratio="(\d+)"\] \{ --n: ([\d.]+); \}', (CSS / "ratios.css").read_text()))
    assert {int(key): float(value) for key, value in rows.items()} == {
        hundredths: hundredths / 100 for hundredths in range(NARROWEST, WIDEST + 1)
    }


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1024, 1024, 100), (1088, 1360, 80), (2016, 864, 233), (100, 900, 33), (900, 100, 300)],
)
def test_a_shape_in_hundredths(width: int, height: int, expected: int) -> None:
    assert ratio(width, height) == expected


def test_an_icon_is_one_that_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text()))
    used = {name for path in PAGES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    assert used <= drawn
    html = Template('{% load look %}{% icon "check" "l" %}').render(Context())
    assert html == '<svg class="icon l" aria-hidden="true"><use href="/static/icons.svg#check"/></svg>'


def test_no_page_has_a_style_or_a_handler_in_it() -> None:
    inline = re.compile(r'\sstyle=|\son[a-z]+="|<style|javascript:|<script>')
    ours = [path for path in PAGES if "admin" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in ours if inline.search(path.read_text())] == []


def test_every_stylesheet_stays_readable() -> None:
    assert [path.name for path in CSS.rglob("*.css") if path.read_text().count("\n") >= 450] == []


def test_both_themes_have_contrast() -> None:
    command = [sys.executable, str(CSS / "check_contrast.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 below AA" in done.stdout


def test_no_comment_of_a_template_is_cut_by_a_line_and_thus_shown() -> None:
    assert [str(path) for path in PAGES if re.search(r"{#(?!.*#})", path.read_text())] == []
