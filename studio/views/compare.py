"""Two to four pictures beside each other, and choosing them."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest, login_required, uuids
from accounts.templatetags.look import short
from studio import comparing, library, storage
from studio.models import Image
from studio.views.shown import Shown, all_shown

WAYS: Final = {
    "slider": gettext_lazy("Slider"),
    "side": gettext_lazy("Side by side"),
    "overlay": gettext_lazy("Overlay"),
    "blink": gettext_lazy("Blink"),
}


@dataclass(frozen=True, kw_only=True)
class Pane:
    """One of the pictures that are compared; `full` is the address of its original."""

    picture: Shown
    name: str
    full: str
    short: list[str]


@login_required
@require_GET
def compare(request: UserRequest) -> HttpResponse:
    """The pictures of `?image=…&image=…`, `?as=` a way to look; where fewer than two are left, a choice of pictures."""
    asked = uuids(request.GET.getlist("image"))
    images = comparing.found(user=request.user, uuids=asked)
    if len(images) < comparing.LEAST:
        return _choose(request, images, missing=len(asked) > len(images))
    known = [comparing.told(image=image) for image in images]
    panes = _panes(images, known)
    context = {
        "panes": panes,
        "names": get_text_list([pane.name for pane in panes], _("and")),
        "frame": comparing.frame(images),
        "ways": WAYS,
        "way": way if (way := request.GET.get("as", "")) in WAYS else "",
        "facts": comparing.of(known),
    }
    return render(request, "studio/compare.html", context)


def _choose(request: UserRequest, images: list[Image], *, missing: bool) -> HttpResponse:
    chosen = images[0] if images else None
    if chosen:
        chosen.owner = request.user
    near = [chosen, *comparing.related(image=chosen)] if chosen else []
    known = {image.pk for image in near}
    newest, brought = (
        [one for one in library.newest(user=request.user, count=count, shelf=shelf) if one.pk not in known]
        for shelf, count in ((library.Shelf.ALL, comparing.NEWEST), (library.Shelf.BROUGHT, comparing.BROUGHT))
    )
    context = {
        "chosen": chosen,
        "near": all_shown(near),
        "newest": all_shown(newest),
        "brought": all_shown(brought),
        "missing": missing,
        "enough": len(near) + len(newest) + len(brought) >= comparing.LEAST,
    }
    return render(request, "studio/compare_choose.html", context)


def _panes(images: list[Image], known: list[dict[str, str]]) -> list[Pane]:
    addresses = storage.urls(groups=[[image.object_key] for image in images])
    return [
        Pane(
            picture=picture,
            name=short(picture.number) or _("the upload"),
            full=full,
            short=comparing.in_short(told),
        )
        for picture, [full], told in zip(all_shown(images), addresses, known, strict=True)
    ]
