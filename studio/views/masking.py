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
from studio.briefs import PROMPT_MOST
from studio.forms import ComposerForm
from studio.views import brought, studio

OPEN: Final = "masks"  # in the session: the form that each page was opened with, by its picture
MOST: Final = 4  # of them, for every request reads the session
MOST_SIGNS: Final = PROMPT_MOST + 8_000  # of all that was typed and chosen


@require_http_methods(["GET", "POST"])
@login_required
@limited("uploads")
def mask(request: UserRequest) -> HttpResponse:
    """Opens the mask's page of the source that was posted, with all that was typed; of two for one the newest stays."""
    if request.method == "GET":  # names no source
        return redirect("studio:image_to_image")
    found = brought.read(request)
    source = found.strip.source.image if found.strip.source else None
    form = _form(found.data)
    problems = found.problems
    if source is None:
        problems = problems or [("mode", _("Add the picture that is to be changed first."))]
    elif sum(len(value) for _name, values in form.lists() for value in values) > MOST_SIGNS:
        problems = [("prompt", _("This is too long. A prompt can have 32,000 characters."))]
    if problems or source is None:
        return studio.composed(request, ComposerForm(found.data, strip=found.strip), problems, status=422)
    before = {name: kept for name, kept in request.session.get(OPEN, {}).items() if name != str(source.uuid)}
    newest = dict(list(before.items())[1 - MOST :])
    request.session[OPEN] = {**newest, str(source.uuid): form.urlencode()}
    return redirect("studio:mask_page", picture=source.uuid)


@login_required
@require_GET
def mask_page(request: UserRequest, picture: UUID) -> HttpResponse:
    """The mask's page over one picture, with the form that it was opened with; without one, the composer over it."""
    data = QueryDict(request.session.get(OPEN, {}).get(str(picture)))
    pieces = strip.read(user=request.user, data=data)
    source = pieces.source.image if pieces.source else None
    if source is None:
        return redirect(f"{reverse('studio:image_to_image')}?source={picture}")
    form = ComposerForm(data, strip=pieces)
    model = next((one for one in form.offered if str(one.pk) == data.get("model")), form.stand_in)
    form.paints = masks.kind_of(data, model) == "paint"
    form.is_valid()
    context = masks.page(source=source, composer=composer.of(user=request.user, form=form))
    return render(request, "studio/mask.html", context)


def _form(data: QueryDict) -> QueryDict:
    """Of what was posted, the composer's own fields: a press has a key of its own each time the page is opened."""
    pictures = data.getlist("picture")
    names = {*ComposerForm.base_fields, "picture", *(f"role-{name}" for name in pictures)} - {"key", "quoted"}
    kept = QueryDict(mutable=True)
    for name in names & set(data):
        kept.setlist(name, data.getlist(name))
    return kept
