"""Single frames: their tile, their preview, cancelling, asking again, and the states that pages poll."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import rates
from accounts.rates import limited
from accounts.requests import UserRequest, login_required, uuids, whole
from studio import failures, frames, generations, live, readers, starts
from studio.models import Generation, Status
from studio.views import denials

MOST_POLLED = 200  # a page shows ten runs of ten frames


@login_required
@require_GET
@limited("frames")
def states(request: UserRequest) -> HttpResponse:
    """How many frames are being made, and a token for each frame asked about (`?id=…&id=…`)."""
    wanted = uuids(request.GET.getlist("id")[:MOST_POLLED])
    rows = Generation.objects.filter(uuid__in=wanted, run__owner=request.user).select_related("run", "model__breaker")
    making = readers.under_way(user=request.user).count()
    return JsonResponse({"making": making, "frames": frames.states(frames=frames.of(rows))})


@login_required
@require_GET
@limited("frames")
def frame_detail(request: UserRequest, frame: uuid.UUID) -> HttpResponse:
    """One tile, as it stands now; empty once its picture was deleted."""
    return _tile(request, _own(request, frame))


@login_required
@require_GET
@limited("previews")
def preview(request: UserRequest, frame: uuid.UUID) -> HttpResponse:
    """The newest partial picture of a frame that takes shape; nothing once the picture itself is there."""
    data = live.preview(generation=_own(request, frame).uuid)
    if data is None:
        return HttpResponse(status=204)
    kind = "image/webp" if data[8:12] == b"WEBP" else "image/png" if data[:4] == b"\x89PNG" else "image/jpeg"
    return HttpResponse(data, content_type=kind, headers={"Cache-Control": "private, max-age=600, immutable"})


@require_POST
@login_required
def cancel(request: UserRequest, frame: uuid.UUID) -> HttpResponse:
    """Cancels a frame that waits. One that was sent stays: the answer shows it as it stands."""
    generation = _own(request, frame)
    generations.cancel(generation=generation)
    if request.htmx:
        return _tile(request, _own(request, frame))
    return redirect("studio:home")


@require_POST
@login_required
def again(request: UserRequest, frame: uuid.UUID) -> HttpResponse:
    """A frame that was not made, asked for once more: a new run of one, at today's price."""
    generation = _own(request, frame)
    if wait_s := rates.wait(request, action="runs"):
        response = _refused(request, generation, rates.words(), status=429)
        response["Retry-After"] = str(wait_s)
        return response
    if generation.status not in (Status.FAILED, Status.CANCELLED):  # the page is older than its frame
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect("studio:home")
    if not generation.run.complete:
        return _refused(request, generation, failures.words("picture_gone"))
    brief = starts.again(run=generation.run, model=generation.model)
    quoted = whole(request.POST.get("quoted", "")) or 0
    try:
        # The frame is the key: pressed twice it is one run, until that run's frame fails and is asked again itself.
        run = generations.submit(user=request.user, brief=brief, key=generation.uuid, quoted=quoted)
    except denials.DENIED as denied:
        _field, words = denials.why(denied, brief=brief, model=generation.model)
        return _refused(request, generation, words)
    if not request.htmx:
        return redirect(f"{reverse('studio:home')}?watch=1#run-{run.number}")
    response = render(request, "studio/_run.html", {"run": frames.of_runs([run])[0]})
    response["HX-Trigger"] = "balance"
    return response


def _own(request: UserRequest, frame: uuid.UUID) -> Generation:
    generation = frames.find(owner_id=request.user.pk, frame=frame)
    if generation is None:
        raise Http404
    return generation


def _refused(request: UserRequest, generation: Generation, words: str, status: int = 422) -> HttpResponse:
    """The sentence as a toast, and the tile with the price as it is now."""
    if not request.htmx:
        messages.error(request, words)
        return redirect("studio:home")
    frame = next(iter(frames.of([generation])), None)
    response = render(request, "studio/_refused.html", {"words": words, "frame": frame}, status=status)
    response["HX-Retarget"] = "[data-toasts]"
    response["HX-Reswap"] = "beforeend"
    return response


def _tile(request: UserRequest, generation: Generation) -> HttpResponse:
    shown = frames.of([generation])
    return render(request, "studio/_frame.html", {"frame": shown[0]}) if shown else HttpResponse("")
