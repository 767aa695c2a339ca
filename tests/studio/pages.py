"""What a browser reads from the composer and posts to it."""

import re
import uuid
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import User
from studio.models import Image, ImageModel, Run
from tests.conftest import balance

TAG = re.compile(r"<(input|select|textarea|button)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def form(page: str) -> dict[str, str]:
    """The composer's hidden fields: the first of each name, as other forms follow it."""
    hidden = reversed(re.findall(r'<input[^>]*type="hidden"[^>]*>', page))
    pairs = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in hidden]
    return {name[1]: value[1] for name, value in pairs if name and value}


def posted(catalogue: list[ImageModel], page: str = "", **changes: Any) -> dict[str, str]:
    """What a browser posts from the composer."""
    values = {
        "mode": "text",
        "prompt": "A stoneware cup",
        "shape": "square",
        "scale": "standard",
        "model": catalogue[0].pk,
        "quality": "medium",
        "output_format": "png",
        "compression": 90,
        "background": "auto",
        "previews": "on",
        "count": 1,
        "key": uuid.uuid4(),
        "quoted": 4,
        **{name: value for name, value in form(page).items() if name in ("key", "quoted")},
    } | changes
    return {name: str(value) for name, value in values.items() if value is not None}


def fields(page: str, form: str = 'id="composer"') -> dict[str, list[str]]:
    """What a browser without scripts would post from a page's form, without its buttons and files."""
    [whole] = re.findall(rf"<form[^>]*{form}.*?</form>", page, re.S)
    posted: dict[str, list[str]] = {}
    for tag, said in TAG.findall(whole):
        has = {name: unescape(value) for name, value in ATTRIBUTE.findall(said)}
        if "name" not in has or "disabled" in has or tag == "button" or has.get("type") in ("file", "submit"):
            continue
        name = has["name"]
        if has.get("type") in ("radio", "checkbox") and "checked" not in has:
            continue
        if tag == "select":
            [options] = re.findall(rf'<select[^>]*name="{name}".*?</select>', whole, re.S)
            chosen = re.findall(r'<option value="([^"]*)"[^>]* selected', options) or re.findall(
                r'value="([^"]*)"', options
            )
            posted.setdefault(name, []).append(chosen[0])
        elif tag == "textarea":
            [text] = re.findall(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', whole, re.S)
            posted.setdefault(name, []).append(unescape(text))
        else:
            posted.setdefault(name, []).append(has.get("value", "on"))
    return posted


def with_(posted: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same with some fields filled in; None leaves one out."""
    return {name: value for name, value in (posted | changes).items() if value is not None}


def said(response: Any, field: str = "mode") -> str:
    """The sentence beside a field."""
    found = re.search(rf'id="error-{field}"[^>]*>.*?<span>(.*?)</span>', response.content.decode(), re.S)
    return unescape(found[1]) if found else ""


def page(client: Client, address: str = "/studio/image/", **query: Any) -> str:
    """A page's HTML."""
    return client.get(address, query).content.decode()


def of_pictures(client: Client, *pieces: tuple[Image, str], mode: str = "image", **changes: Any) -> dict[str, Any]:
    """The composer with those pictures, ready to be pressed."""
    roles = {f"role-{image.uuid}": role for image, role in pieces}
    start = with_(fields(page(client)), mode=mode, prompt="Make it red", count=1, previews=None, **roles)
    again = client.post("/studio/compose", with_(start, picture=[str(image.uuid) for image, _ in pieces]))
    return with_(fields(again.content.decode()), **changes)


def refused(client: Client, user: User, posted: dict[str, Any], field: str = "mode") -> str:
    """Presses, and finds a sentence beside that field and nothing charged of 100 credits."""
    response = client.post("/studio/runs/", posted)
    assert response.status_code == 422
    assert not Run.objects.exists() and balance(user) == 100
    htmx = client.post("/studio/runs/", posted, headers={"HX-Request": "true"})
    assert said(htmx, field) == said(response, field)
    return said(response, field)
