"""The bare peer of a page: one query, one template, an equal list, behind the same server and threads.

`/?items=40` shows so many pictures, each with what a tile has: a link, a picture with three signed addresses, its
number and its time. No session, no middleware, nothing counted.
"""

import os
from functools import cache
from typing import Any

import environ
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

LIST = """<!doctype html><html lang="en"><title>Pictures</title><main><ul>
{% for picture in pictures %}<li class="tile" data-state="done" data-ratio="{{ picture.ratio }}">
  <a class="face" href="/library/{{ picture.uuid }}/">
    <img src="{{ picture.src }}" srcset="{{ picture.srcset }}" width="{{ picture.width }}" height="{{ picture.height }}"
      alt="{{ picture.words }}" loading="lazy">
  </a>
  <div class="edge-print">{{ picture.number }}
    <time datetime="{{ picture.at|date:'c' }}">{{ picture.at|date:"H:i" }}</time>
  </div>
</li>{% endfor %}
</ul></main>"""
QUERY = """
SELECT image.uuid, image.object_key, image.width, image.height, image.created_at, run.number, run.prompt, made.position
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
    uuid: Any, key: str, width: int, height: int, at: Any, run: int, words: str, position: int
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
        "number": f"{run}-{position}",
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
_pages: Any = WSGIMiddleware(get_wsgi_application(), workers=8)  # type: ignore[arg-type]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """As gptimage/asgi.py hands pages on."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return

    async def received() -> Any:
        return await receive()

    await _pages(scope, received, send)
