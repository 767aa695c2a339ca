"""Parts of a page that look the same each time: drawn once a process. A page of pictures is mostly made of them."""

import secrets
from typing import Any, Final

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MOST: Final = 4000  # of 3 kB and less
TOKEN: Final = secrets.token_hex(16)  # stands where each page has a CSRF token of its own
_drawn: Final = dict[tuple[object, ...], str]()


@register.simple_tag(takes_context=True)
def kept(context: Context, name: str, **shown: Any) -> SafeString:
    """`{% kept "studio/_picture.html" picture=picture %}`: an include that sees nothing but that one thing.

    The thing's `look` is all that what is drawn depends on, beside the reader's language and time zone.
    """
    [thing] = shown.values()
    key = (name, translation.get_language(), timezone.get_current_timezone_name(), thing.look)
    html = _drawn.get(key)
    if html is None or settings.DEBUG:  # whoever changes a template wants to see it
        if len(_drawn) >= MOST:
            _drawn.clear()
        found = context.template.engine.get_template(name)  # type: ignore[union-attr]
        html = _drawn[key] = found.render(Context({**shown, "csrf_token": TOKEN}))
    return mark_safe(html.replace(TOKEN, str(context.get("csrf_token", ""))))  # noqa: S308 - drawn by a template
