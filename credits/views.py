"""The pages of a reader's own credits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.requests import login_required
from credits import holdings, ledger, statements, welcome
from credits.forms import StatementForm
from credits.statements import Show


@never_cache
@require_GET
@login_required
def statement(request: HttpRequest) -> HttpResponse:
    """The balance by lot and a page of the statement. A filter that makes no sense shows everything."""
    assert request.user.is_authenticated
    wallet = ledger.wallet_of(user=request.user)
    form = StatementForm(request.GET)
    form.is_valid()
    show = Show(form.cleaned_data.get("show") or Show.ALL)
    before = form.cleaned_data.get("before")
    page = statements.page(wallet=wallet, show=show, before=before)
    context = {
        "no_welcome": "" if page.rows else welcome.why_not(user=request.user),
        "holdings": holdings.of(wallet=wallet),
        "page": page,
        "show": show,
        "shows": Show.choices,
        "before": before,
    }
    return render(request, "credits/statement.html", context)


@never_cache
@require_GET
@login_required
def balance(request: HttpRequest) -> HttpResponse:
    """The number in the bar."""
    return render(request, "credits/_balance.html")
