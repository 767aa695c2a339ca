"""The studio page, the quote and the press of Generate."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import rates
from accounts.rates import limited
from accounts.requests import UserRequest, login_required, whole
from studio import catalogue, composer, frames, generations, starts, strip
from studio.forms import ComposerForm
from studio.models import Mode, Run, Status
from studio.suggestions import SUGGESTIONS
from studio.views import brought, denials
from studio.views.shown import all_shown

RUNS = 10
ADDRESSES = {Mode.TEXT: "studio:home", Mode.IMAGE: "studio:image_to_image", Mode.GUIDED: "studio:guided"}


@login_required
@require_GET
def home(request: UserRequest, mode: str = Mode.TEXT) -> HttpResponse:
    """The composer beside the newest runs, for one kind of work; the first-run page while there are none."""
    return render(request, "studio/home.html", page(request, mode=mode))


@require_POST
@login_required
@limited("uploads")
def compose(request: UserRequest) -> HttpResponse:
    """The composer with what was posted, and its files, mask or order changed; nothing is made and nothing charged."""
    form, problems = _brought(request, leaves="drawn" in request.POST)
    return composed(request, form, problems)


@login_required
@require_http_methods(["GET", "POST"])
@limited("quotes")
def quote(request: UserRequest) -> HttpResponse:
    """What the form's settings cost, as fragments that replace the ones on the page. A page posts: words are in it."""
    data = (request.POST or request.GET).copy()
    kind = brought.one_way(data)
    form = ComposerForm(data, strip=strip.read(user=request.user, data=data))
    form.paints = kind == "paint"
    form.is_valid()
    if not form.strip.pieces or any(piece.state == "waiting" for piece in form.strip.pieces):
        form.errors.pop("mode", None)  # what is still to come is no fault before anybody presses
    template = "studio/_mask_cost.html" if kind else "studio/_quote.html"  # of the mask's page, or of the composer
    return render(request, template, {"composer": composer.of(user=request.user, form=form)})


@require_POST
@login_required
def generate(request: UserRequest) -> HttpResponse:
    """Takes the credits and starts the frames; or the form again with a sentence beside what has to change."""
    wait_s = rates.wait(request, action="runs")
    form, problems = _brought(request, files_too=not wait_s, sends=True)
    for problem in problems:
        form.add_error(*problem)
    if wait_s:
        form.add_error(None, rates.words())
        response = _refused(request, form, status=429)
        response["Retry-After"] = str(wait_s)
        return response
    if form.is_valid():
        try:
            run = generations.submit(
                user=request.user,
                brief=form.brief(),
                key=form.cleaned_data["key"] or uuid.uuid4(),
                quoted=form.cleaned_data["quoted"] or 0,
            )
        except denials.DENIED as denied:
            form.add_error(*denials.why(denied, brief=form.brief(), model=form.cleaned_data["model"]))
        else:
            return _started(request, form, run)
    return _refused(request, form)


@login_required
@require_GET
@limited("frames")
def run_detail(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    """One run of the table, for a page that another tab's press has outrun."""
    found = get_object_or_404(Run, uuid=run, owner=request.user)
    return render(request, "studio/_run.html", {"run": frames.of_runs([found])[0]})


@require_POST
@login_required
def cancel_run(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    """Cancels every frame of a run that still waits."""
    found = get_object_or_404(Run, uuid=run, owner=request.user)
    for generation in found.generations.filter(status=Status.QUEUED).select_related(
        "run__owner", "run__wallet", "model"
    ):
        generations.cancel(generation=generation)
    if request.htmx:
        return render(request, "studio/_run.html", {"run": frames.of_runs([found])[0]})
    return redirect(f"{reverse('studio:home')}?watch=1#run-{found.number}")


def _started(request: UserRequest, form: ComposerForm, run: Run) -> HttpResponse:
    home_url = reverse("studio:home")
    if not request.htmx:  # an edit is set up again as it was sent, with the mask that came along
        again = "" if run.mode == Mode.TEXT else f"run={run.uuid}&"
        return redirect(f"{reverse(ADDRESSES[Mode(run.mode)])}?{again}watch=1#run-{run.number}")
    if request.htmx.target == "composer":  # the first-run page: it has no table to put a run on
        return HttpResponse(headers={"HX-Redirect": home_url})
    context = {"run": frames.of_runs([run])[0], "composer": composer.of(user=request.user, form=form)}
    response = render(request, "studio/_started.html", context)
    response["HX-Trigger"] = "balance"
    return response


def _refused(request: UserRequest, form: ComposerForm, status: int = 422) -> HttpResponse:
    if not request.htmx:
        return render(request, "studio/home.html", page(request, form), status=status)
    context = {"composer": composer.of(user=request.user, form=form)}
    response = render(request, "studio/_composer_refused.html", context, status=status)
    response["HX-Reswap"] = "none"  # only the fragments: what somebody has typed meanwhile stays
    return response


def _brought(request: UserRequest, **how: bool) -> tuple[ComposerForm, list[tuple[str, str]]]:
    """The form as it was posted, with the files that came along taken in; what was wrong with those."""
    found = brought.read(request, **how)
    return ComposerForm(composer.posted(found.data), strip=found.strip), found.problems


def composed(
    request: UserRequest, form: ComposerForm, problems: list[tuple[str, str]], status: int = 200
) -> HttpResponse:
    """The composer as it was posted, with no sentences but these: nobody has pressed Generate."""
    form.full_clean()
    form.errors.clear()
    for problem in problems:
        form.add_error(*problem)
    return render(request, "studio/home.html", page(request, form), status=status)


def page(request: UserRequest, form: ComposerForm | None = None, mode: str = Mode.TEXT) -> dict[str, Any]:
    """The whole studio page; without a form that was posted, with one that starts where its reader was."""
    runs = Run.objects.filter(owner=request.user)
    before = whole(request.GET.get("before", ""))
    found = list((runs if before is None else runs.filter(number__lt=before))[: RUNS + 1])
    offered = form.offered if form else list(catalogue.offered())
    views = frames.of_runs(found[:RUNS], models=offered)
    first = not found and not before
    if form is None:
        sent = next(((view.run, view.rows) for view in views if before is None and not view.run.remade), None)
        if sent is None and (found or before) and (last := runs.filter(remade="").first()):
            sent = last, list(last.generations.all())
        started, pictures = starts.of(user=request.user, query=request.GET, mode=mode, newest=sent)
        form = ComposerForm(initial=started, offered=offered, strip=pictures)
    on_table = [view for view in views if view.frames]  # all deleted: nothing to lie there
    filled = composer.of(user=request.user, form=form)
    return {
        "composer": filled,
        "balance": filled.balance,  # the page's head asks for these too
        "making": filled.reader.making,
        "runs": on_table,
        "earlier": found[RUNS - 1].number if len(found) > RUNS else None,
        "first": first,
        "live": (live := any(run.live for run in on_table)),
        "watching": live and "watch" in request.GET,
        "history": all_shown(composer.history(user=request.user)),
        "suggestions": SUGGESTIONS if first else [],
        "start": composer.of(user=request.user, form=ComposerForm(offered=offered)) if first else None,
    }
