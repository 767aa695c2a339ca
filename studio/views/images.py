"""One picture: its page, its file, ringing it, deleting it and bringing it back."""

import uuid
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import rates
from accounts.rates import limited
from accounts.requests import UserRequest, back, login_required, uuids, whole
from studio import facts, frames, generations, library, masks, remakes, storage
from studio.models import Image, ImageKind, ImageModel
from studio.views import denials
from studio.views.shown import all_shown, shown


@login_required
@require_GET
def image_detail(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """The picture as large as the window lets, with what was asked, what was got and what it cost."""
    found = _own(request, image)
    newer, older = library.neighbours(image=found)
    family = library.family(image=found)
    receipt = facts.receipt(image=found)
    other = library.beside(image=found)
    locked = found if found.kind == ImageKind.LOCKED else other
    made_by_press = remakes.of(image=found)
    context = {
        "picture": shown(found),
        "full": storage.url(key=found.object_key),
        "made_from": all_shown(family.made_from),
        "made_of_it": all_shown(family.made_of_it),
        "went_along": facts.along(image=found),
        "kept_words": facts.kept(image=found),
        "remakes": made_by_press,
        "named_gone": not made_by_press and remakes.named_gone(image=found),
        "keeps_place": any(one.brief.lock for how, one in made_by_press.items() if how != "again"),
        "key": uuid.uuid4(),
        "lock": Lock.of(found, other, locked) if locked and other else None,
        "heat": storage.url(key=locked.heat_key) if locked and "heat" in request.GET else "",
        "newer": newer,
        "older": older,
        "siblings": all_shown(family.run),
        "facts": facts.of(image=found, receipt=receipt),
        "receipt": receipt,
        "paid": -sum(line.credits for line in receipt),
    }
    return render(request, "studio/image_detail.html", context)


class Lock(NamedTuple):
    """The two pictures of a masked edit, and how much of what was to stay the model had changed, in percent."""

    locked: Image
    raw: Image
    share: str

    @classmethod
    def of(cls, image: Image, other: Image, locked: Image) -> "Lock":
        """Whichever of the two one looks at."""
        raw = other if locked is image else image
        return cls(locked, raw, masks.percent(locked.changed_share or 0))


@require_POST
@login_required
def put_on_table(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """Of a masked edit, the one of the two that lies on the table."""
    found = _own(request, image)
    if library.beside(image=found) is None:
        raise Http404
    library.put_on_table(image=found)
    return redirect("studio:image", image=found.uuid)


@require_POST
@login_required
def remake(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """One press on a picture: vary it, make it again, finish it. At the price that the press showed."""
    found = _own(request, image)
    asked = remakes.of(image=found).get(request.POST.get("how", ""))
    if asked is None or rates.wait(request, action="runs"):
        messages.error(request, rates.words() if asked else _("That is not to be had just now. Nothing was charged."))
        return redirect("studio:image", image=found.uuid)
    [key] = uuids([request.POST.get("key", "")]) or [uuid.uuid4()]
    quoted = whole(request.POST.get("quoted", "")) or 0
    try:
        run = generations.submit(user=request.user, brief=asked.brief, key=key, quoted=quoted)
    except denials.DENIED as denied:
        model = ImageModel.objects.get(pk=asked.brief.model_id)
        messages.error(request, denials.why(denied, brief=asked.brief, model=model)[1])
        return redirect("studio:image", image=found.uuid)
    return redirect(f"{reverse('studio:home')}?watch=1#run-{run.number}")


@login_required
@require_GET
@limited("downloads")
def download(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """Sends the browser to the original, byte for byte as the model made it, under the frame's name."""
    found = _own(request, image)
    name = library.download_name(generation=found.generation, image=found)
    return redirect(storage.url(key=found.object_key, filename=name))


@require_POST
@login_required
def ring(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """Rings a picture, or takes the ring off. Chosen `among` others it is ringed, and they lose theirs."""
    found = _own(request, image)
    if among := uuids(request.POST.getlist("among")):
        library.keep(image=found, among=among)
        return back(request, "studio:library")
    library.ring(image=found, ringed=not found.ringed)
    if not request.htmx:
        return back(request, "studio:library")
    found.ringed = not found.ringed
    return render(request, "studio/_frame_no.html", {"picture": shown(found)})


@require_POST
@login_required
def delete(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """Takes a picture off the pages; the answer offers to bring it back."""
    found = _own(request, image)
    library.delete(image=found)
    if request.htmx:
        return render(request, "studio/_deleted.html", {"picture": shown(found)})
    messages.info(
        request, _("%(number)s is deleted.") % {"number": shown(found).number}, extra_tags=f"undo:{found.uuid}"
    )
    shelf = "?show=brought" if found.kind == ImageKind.UPLOAD else ""
    return redirect(f"{reverse('studio:library')}{shelf}")


@require_POST
@login_required
def restore(request: UserRequest, image: uuid.UUID) -> HttpResponse:
    """Brings a deleted picture back."""
    found = get_object_or_404(library.of(user=request.user, shelf=library.Shelf.DELETED), uuid=image)
    library.restore(image=found)
    if not request.htmx:
        return redirect("studio:image", image=found.uuid)
    if (request.htmx.current_url_abs_path or "").startswith(reverse("studio:home")) and found.generation:
        return render(request, "studio/_frame.html", {"frame": frames.of([found.generation])[0]})
    return render(request, "studio/_picture.html", {"picture": shown(found)})


def _own(request: UserRequest, image: uuid.UUID) -> Image:
    found = get_object_or_404(library.owned(user=request.user).select_related("generation__model"), uuid=image)
    found.owner = request.user
    return found
