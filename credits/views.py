"""The pages of a reader's own credits."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest, login_required
from credits import holdings, ledger, memberships, notices, periods, statement_csv, statements, usage, welcome
from credits.billing.client import is_set_up
from credits.forms import LowBalanceForm, StatementForm
from credits.models import LowBalance, Payment, Subscription, Wallet
from credits.periods import Period
from credits.statements import Asked, Show

IN_THE_MENU: Final = 5


@never_cache
@require_GET
@login_required
def statement(request: UserRequest) -> HttpResponse:
    """The balance by lot and a page of the statement. A filter that makes no sense shows everything."""
    wallet = ledger.wallet_of(user=request.user)
    return render(request, "credits/statement.html", _page(request, wallet))


@require_POST
@login_required
def low_balance(request: UserRequest) -> HttpResponse:
    """Whether to write when little is left, and below which number."""
    wallet = ledger.wallet_of(user=request.user)
    form = LowBalanceForm(request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "credits/statement.html", _page(request, wallet, form), status=status)
    below, on = form.cleaned_data["below"], form.cleaned_data["on"]
    notices.watch(wallet=wallet, below=below, on=on)
    messages.success(request, _("We write when you fall below %(n)s credits.") % {"n": below} if on else _("No mail."))
    return redirect(reverse("credits:statement") + "#low")


@never_cache
@require_GET
@login_required
def statement_csv_file(request: UserRequest) -> Any:
    """All entries that were asked for, as a file."""
    wallet = ledger.wallet_of(user=request.user)
    chosen = _chosen(request, memberships.running(user=request.user))
    lines = statement_csv.lines(wallet=wallet, asked=chosen.asked)
    name = f"credits-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@never_cache
@require_GET
@login_required
def balance(request: HttpRequest) -> HttpResponse:
    """The number in the bar."""
    return render(request, "credits/_balance.html")


@never_cache
@require_GET
@login_required
def balance_lots(request: UserRequest) -> HttpResponse:
    """What the number in the bar is made of."""
    lots = holdings.open_now(wallet=ledger.wallet_of(user=request.user))
    context = {"lots": lots[:IN_THE_MENU], "more": max(0, len(lots) - IN_THE_MENU)}
    return render(request, "credits/_balance_lots.html", context)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the address asks of the statement."""

    asked: Asked
    period: Period
    before: int | None

    def address(self, **changes: str) -> str:
        """The query that asks the same with changes."""
        said = {"show": self.asked.show.value, "period": self.period.value, "q": self.asked.find} | changes
        return "?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def query(self) -> str:
        """The same again, from its newest entry."""
        return self.address()


def _chosen(request: HttpRequest, member: Subscription | None) -> Chosen:
    form = StatementForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    period = Period(said.get("period") or Period.ALL)
    span = periods.span(period, member=member)
    show, find = Show(said.get("show") or Show.ALL), said.get("q") or ""
    asked = Asked(show=show, since=span.since, until=span.until, find=find)
    return Chosen(asked=asked, period=period, before=said.get("before"))


def _page(request: UserRequest, wallet: Wallet, low_form: LowBalanceForm | None = None) -> dict[str, object]:
    member = memberships.running(user=request.user)
    chosen = _chosen(request, member)
    page = statements.page(wallet=wallet, asked=chosen.asked, before=chosen.before)
    held = holdings.of(wallet=wallet)
    since = periods.current(member=member).since
    assert since
    used = usage.of(wallet=wallet, since=since)
    hidden = chosen.asked.show != Show.TAKEN and not statements.has(wallet=wallet, show=Show.TAKEN)
    shows = [(value, label, chosen.address(show=value)) for value, label in Show.choices]
    return {
        "no_welcome": "" if page.rows else welcome.why_not(user=request.user),
        "holdings": held,
        "page": page,
        "show": chosen.asked.show,
        "shows": [row for row in shows if not (hidden and row[0] == Show.TAKEN)],
        "chosen": chosen,
        "periods": Period.choices,
        "before": chosen.before,
        "usage": used,
        "days_left": round(held.balance / used.a_day) if used.a_day else None,
        "member": member,
        "payments": is_set_up(),
        "invoices": _invoices(wallet),
        "low": LowBalance.objects.filter(wallet=wallet).first(),
        "low_form": low_form,
    }


def _invoices(wallet: Wallet) -> list[Payment]:
    """All that was asked to be paid, the newest first."""
    asked = wallet.payments.exclude(state=Payment.State.VOID).select_related("price__plan", "price__pack")
    return list(asked.order_by("-created_at", "-id")[:100])
