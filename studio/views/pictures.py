"""Pictures that go along: files that come in, and single places of the composer's strip."""

import uuid
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.rates import limited
from accounts.requests import UserRequest, login_required
from studio import library, storage, strip, uploads
from studio.models import Image, Role, Upload


@require_POST
@login_required
@limited("uploads")
def upload(request: UserRequest) -> HttpResponse:
    """Takes one file; its place in the strip, while it is being read."""
    file = request.FILES.get("file")
    if file is None:
        return HttpResponse(_("Choose a file."), status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain")
    try:
        found = uploads.receive(user=request.user, file=file)
    except storage.ERRORS:
        words = _("The store takes no files just now. Try it again in a moment.")
        return HttpResponse(words, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
    return _piece(request, found.uuid)


@login_required
@require_GET
@limited("frames")
def piece(request: UserRequest, picture: uuid.UUID) -> HttpResponse:
    """One place of the strip, for a picture of the library's or a file that came: as it stands now (`?role=`)."""
    return _piece(request, picture)


@require_POST
@login_required
@limited("uploads")
def again(request: UserRequest, picture: uuid.UUID) -> HttpResponse:
    """Reads a file once more that was turned away by no fault of its own."""
    uploads.again(upload=get_object_or_404(Upload, uuid=picture, owner=request.user))
    return _piece(request, picture)


@login_required
@require_GET
@limited("previews")
def drawing(request: UserRequest, picture: uuid.UUID) -> HttpResponse:
    """A mask, or what was drawn on a picture, as it is kept: from our own address, so that a canvas may read it."""
    drawn = Image.objects.filter(kind__in=library.DRAWN, owner=request.user)
    found = get_object_or_404(drawn, uuid=picture)
    try:
        data = storage.get(key=found.object_key)
    except storage.ERRORS:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpResponse(data, content_type="image/png", headers={"Cache-Control": "private, max-age=3600, immutable"})


def _piece(request: UserRequest, picture: uuid.UUID) -> HttpResponse:
    role = request.GET.get("role", "")
    [found] = strip.of(user=request.user, named=[(picture, role)]).pieces
    if found.state == "gone":
        raise Http404
    return render(request, "studio/_piece.html", {"piece": found, "roles": Role.choices})
