"""The library: everything a user has made, newest first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest, login_required, whole
from studio import library as domain
from studio.views.shown import all_shown


@login_required
@require_GET
def library(request: UserRequest) -> HttpResponse:
    """One page by keyset (`?before=`) of one shelf (`?show=`); a fragment for htmx."""
    before = whole(request.GET.get("before", ""))
    named = request.GET.get("show", "")
    shelf = domain.Shelf(named) if named in domain.Shelf else domain.Shelf.ALL
    page = domain.page(user=request.user, before=before, shelf=shelf)
    context = {
        "pictures": all_shown(page.images),
        "next_before": page.next_before,
        "shelf": shelf,
    }
    if request.htmx and before:
        return render(request, "studio/_pictures.html", context)
    return render(request, "studio/library.html", context | {"totals": domain.totals(user=request.user)})
