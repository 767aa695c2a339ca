"""The mask's page. The composer's form opens it; from then on it has an address, that a reload and Back find again."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.rates import limited
from accounts.requests import UserRequest, login_required
from studio import composer, masks, strip
from studio.forms import ComposerForm
from studio.views import brought, studio

OPEN: Final = "masks"  # in the session: the form that each page was opened with, by its picture
MOST: Final = 4


@require_http_methods(["GET", "POST"])
@login_required
@limited("uploads")
def mask(request: UserRequest) -> HttpResponse:
    """Opens the mask's page of the source that was posted, with all that was typed: nothing is lost."""
    if request.method == "GET":  # names no source
        return redirect("studio:image_to_image")
    found = brought.read(request)
    source = found.strip.source.image if found.strip.source else None
    if source is None:
        form = ComposerForm(found.data, strip=found.strip)
        form.full_clean()
        form.errors.clear()
        form.add_error("mode", _("Add the picture that is to be changed first."))
        return render(request, "studio/home.html", studio.page(request, form), status=422)
    found.data.pop("csrfmiddlewaretoken", None)
    before = {name: kept for name, kept in request.session.get(OPEN, {}).items() if name != str(source.uuid)}
    newest = dict(list(before.items())[1 - MOST :])
    request.session[OPEN] = {**newest, str(source.uuid): found.data.urlencode()}
    return redirect("studio:mask_page", picture=source.uuid)


@login_required
@require_GET
def mask_page(request: UserRequest, picture: UUID) -> HttpResponse:
    """The mask's page over one picture, with the form that it was opened with; without one, the composer over it."""
    kept = request.session.get(OPEN, {}).get(str(picture))
    data = QueryDict(kept, mutable=True)
    pieces = strip.read(user=request.user, data=data)
    source = pieces.source.image if pieces.source else None
    if source is None:
        return redirect(f"{reverse('studio:image_to_image')}?source={picture}")
    if data.get("scale") == "own":  # what goes back into a picture has that picture's shape
        data["scale"] = "standard"
    form = ComposerForm(data, strip=pieces, paints=masks.kind_of(data) == "paint")
    form.is_valid()
    context = masks.page(source=source, composer=composer.of(user=request.user, form=form))
    return render(request, "studio/mask.html", context)
