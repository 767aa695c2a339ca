"""The bare peer of a page: one query, one template, an equal list, behind the same server and threads.

`/?items=40` shows so many pictures, each with what a tile has: a link, a placeholder, a picture with three signed
addresses, its number, its time and its two forms. No session, no middleware, no translation, nothing counted.
"""

import os
from functools import cache
from typing import Any

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from gptimage.pages import Pages

LIST = """<!doctype html><html lang="en"><title>Pictures</title><main><ul>
{% for picture in pictures %}<li class="tile" data-state="done" data-ratio="{{ picture.ratio }}">
  <a class="face" href="/library/{{ picture.uuid }}/">
    <img class="under" src="{{ picture.placeholder }}" alt="" width="16" height="16">
    <img src="{{ picture.src }}" srcset="{{ picture.srcset }}" width="{{ picture.width }}" height="{{ picture.height }}"
      alt="{{ picture.words }}" loading="lazy">
  </a>
  <div class="tile-tools">
    <a class="button small square" href="/library/{{ picture.uuid }}/file/" aria-label="Download {{ picture.number }}">
      <svg class="icon" aria-hidden="true"><use href="/static/icons.svg#download"/></svg></a>
    <form method="post" action="/library/{{ picture.uuid }}/delete/">{% csrf_token %}
      <button class="button small square" type="submit" aria-label="Delete {{ picture.number }}">
        <svg class="icon" aria-hidden="true"><use href="/static/icons.svg#trash-2"/></svg></button></form>
  </div>
  <div class="edge-print">
    <form method="post" action="/library/{{ picture.uuid }}/ring/">{% csrf_token %}
      <button class="frame-no" type="submit" aria-pressed="{{ picture.ringed|yesno:'true,false' }}"
        aria-label="Ring {{ picture.number }}">{{ picture.number }}</button></form>
    <time datetime="{{ picture.at|date:'c' }}">{{ picture.at|date:"H:i" }}</time>
  </div>
</li>{% endfor %}
</ul></main>"""
QUERY = """
SELECT image.uuid, image.object_key, image.placeholder, image.width, image.height, image.ringed, image.created_at,
       run.number, run.prompt, made.position
FROM studio_image AS image JOIN studio_generation AS made ON made.id = image.generation_id
JOIN studio_run AS run ON run.id = made.run_id WHERE image.deleted_at IS NULL ORDER BY image.id DESC LIMIT %s
"""
SIGNED = "http://127.0.0.1:8333/pictures/{}-{}.webp?X-Amz-Algorithm=AWS4-HMAC-SHA256&" + 330 * "s"


def pictures(request: HttpRequest) -> HttpResponse:
    """The list."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [int(request.GET["items"])])
        rows = cursor.fetchall()
    return HttpResponse(_template().render({"pictures": [_shown(*row) for row in rows]}, request))


def _shown(
    uuid: Any,
    key: str,
    placeholder: str,
    width: int,
    height: int,
    ringed: bool,
    at: Any,
    run: int,
    words: str,
    nth: int,
) -> dict[str, Any]:
    addresses = [(SIGNED.format(key, size), size) for size in (320, 640, 1024)]
    return {
        "uuid": uuid,
        "src": addresses[1][0],
        "srcset": ", ".join(f"{address} {size}w" for address, size in addresses),
        "width": width,
        "height": height,
        "ratio": width / height,
        "at": at,
        "ringed": ringed,
        "placeholder": placeholder,
        "number": f"{run}-{nth}",
        "words": words,
    }


@cache
def _template() -> Any:
    return engines["django"].from_string(LIST)


urlpatterns = [path("", pictures)]
settings.configure(
    ROOT_URLCONF="bench.bare_site",
    SECRET_KEY="bench-only",
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={
        "default": {
            **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 16}},
        }
    },
)
_pages = Pages(get_wsgi_application(), threads=8)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """As gptimage/asgi.py hands pages on."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return

    await _pages(scope, receive, send)
