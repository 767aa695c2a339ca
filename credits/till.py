"""Buying: a press opens a page at Stripe, and the page after it tells how far it is. Neither grants anything."""

import logging
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest, login_required, uuids, whole
from credits import ledger, shop
from credits.billing import checkouts, events
from credits.billing import portal as portals
from credits.billing.client import stripe_client
from credits.billing.errors import BillingError
from credits.models import Checkout, Payment

log = logging.getLogger(__name__)

SHOP = "studio:pricing"


@require_POST
@login_required
def buy(request: UserRequest) -> HttpResponse:
    """Opens the page at Stripe for a plan or a pack. The same press again leads to what became of the first."""
    price = shop.price(pk=whole(request.POST.get("price", "")) or 0)
    key = next(iter(uuids([request.POST.get("key", "")])), uuid.uuid4())
    if price is None:
        messages.error(request, _("That price is another by now. Nothing was charged. Choose again."))
        return redirect(SHOP)
    try:
        found = checkouts.open_page(
            wallet=ledger.wallet_of(user=request.user),
            price=price,
            key=key,
            address=lambda made: request.build_absolute_uri(reverse("credits:checkout", args=[made])),
        )
    except BillingError as error:
        messages.error(request, error.words)
        return redirect(SHOP)
    if found.state == Checkout.State.OPEN:
        return HttpResponseRedirect(found.session_url)
    return redirect("credits:checkout", found.uuid)


@never_cache
@require_GET
@login_required
def checkout(request: UserRequest, checkout: uuid.UUID) -> HttpResponse:
    """How far a payment is; `left`: its buyer came back without paying. A fragment for whoever looks again."""
    found = get_object_or_404(
        Checkout.objects.select_related("price__plan", "price__pack"), uuid=checkout, wallet__owner=request.user
    )
    context = {
        "checkout": found,
        "payment": Payment.objects.filter(checkout=found).first(),
        "left": "left" in request.GET and found.state == Checkout.State.OPEN,
        "waits": found.state in (Checkout.State.OPEN, Checkout.State.PROCESSING) and "left" not in request.GET,
    }
    part = "HX-Request" in request.headers
    return render(request, "credits/_checkout.html" if part else "credits/checkout.html", context)


@require_POST
@login_required
def portal(request: UserRequest) -> HttpResponse:
    """Stripe's own pages for cards, invoices, the plan."""
    back = request.build_absolute_uri(reverse("credits:statement"))
    try:
        return HttpResponseRedirect(portals.open_page(wallet=ledger.wallet_of(user=request.user), address=back))
    except BillingError as error:
        messages.error(request, error.words)
        return redirect("credits:statement")


@never_cache
@require_GET
@login_required
def invoice(request: UserRequest, payment: int) -> HttpResponse:
    """The invoice as Stripe keeps it."""
    found = get_object_or_404(Payment, pk=payment, wallet__owner=request.user)
    if not found.invoice_id:
        raise Http404
    try:
        with stripe_client() as client:
            there = client.v1.invoices.retrieve(found.invoice_id)
    except BillingError as error:
        messages.error(request, error.words)
        return redirect("credits:statement")
    if not there.hosted_invoice_url:
        raise Http404
    return HttpResponseRedirect(there.hosted_invoice_url)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Stripe's word: signed, or refused. Stored and acknowledged; a worker does the rest."""
    try:
        events.receive(body=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except events.Unsigned:
        log.warning("a webhook without Stripe's signature was refused")
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    return HttpResponse(status=HTTPStatus.OK)
