"""Pricing, for everyone: what is sold, and what a credit buys."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from credits import memberships
from credits.billing.client import is_set_up
from credits.models import Interval
from studio import price_page, shop_front
from studio.models import Quality
from studio.price_page import SHEET_CREDITS, Counter


class AskedForm(forms.Form):
    """Which shape to count for, from how many credits. What makes no sense is left out."""

    def __init__(self, data: Mapping[str, Any], *, counter: Counter) -> None:
        super().__init__(data)
        self.shapes = price_page.size_choices(counter.models[0] if counter.models else None)
        self.amounts = [
            (n, _("%(n)s credits") % {"n": number_format(n, force_grouping=True)}) for n in price_page.amounts()
        ]
        self.fields["shape"] = forms.ChoiceField(choices=self.shapes, required=False)
        self.fields["credits"] = forms.TypedChoiceField(choices=self.amounts, coerce=int, required=False)
        self.is_valid()
        self.size = self.cleaned_data.get("shape") or "square"
        self.counted = self.cleaned_data.get("credits") or SHEET_CREDITS


@require_GET
def pricing(request: HttpRequest) -> HttpResponse:
    """`?pay=year` shows what plans cost by the year; `?shape=` and `?credits=` count the table's frames."""
    counter = Counter()
    asked = AskedForm(request.GET, counter=counter)
    interval = Interval.YEAR if request.GET.get("pay") == Interval.YEAR else Interval.MONTH
    signed_in = request.user.is_authenticated
    context = {
        "sheets": counter.sheets(),
        "sheet_credits": SHEET_CREDITS,
        "first": counter.models[0] if counter.models else None,
        "first_size": price_page.size_of(model=counter.models[0], size="square") if counter.models else None,
        "yearly": interval == Interval.YEAR,
        "saved": shop_front.saved_by_the_year(),
        "plans": shop_front.plans(interval=interval, counter=counter),
        "packs": shop_front.packs(counter=counter),
        "member": memberships.running(user=request.user) if signed_in else None,  # type: ignore[arg-type]
        "welcome_frames": counter.frames(settings.WELCOME_CREDITS),
        "free_in_flight": settings.IN_FLIGHT_PER_USER,
        "payments": is_set_up(),
        "currency": settings.SHOP_CURRENCY.upper(),
        "asked": asked,
        "qualities": [Quality(value).label for value in Quality.values],
        "lines": counter.lines(size=asked.size, credits=asked.counted),
    }
    return render(request, "studio/pricing.html", context)
