"""What an operator can do about a frame. Each act asks first, is done once, and is written into the row's history."""

from collections.abc import Callable
from typing import Final

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from accounts.models import User
from credits.models import Entry, EntryKind
from studio import generations, reports
from studio.admin.forms import ReasonForm
from studio.models import Generation, Status

MOST_AT_ONCE: Final = 100

# An act on some rows: shows its form, or does it and returns None.
Act = Callable[[ModelAdmin, HttpRequest, QuerySet[Generation]], HttpResponse | None]


def retry(page: ModelAdmin, request: HttpRequest, rows: QuerySet[Generation]) -> HttpResponse | None:
    """Shows what would be tried again, a hundred at most; once confirmed with a reason, tries and returns None."""
    failed = rows.filter(status=Status.FAILED, retries__isnull=True).order_by("run_id", "position")[:MOST_AT_ONCE]
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if failed and not form.is_valid():
        return _asked(
            page, request, "retry", title=_("Try again, paid by the house"), rows=failed, all_=rows, form=form
        )
    before = list(rows.filter(retries__isnull=False).order_by("run_id", "position")[:MOST_AT_ONCE])
    again = []
    for row in failed:
        with transaction.atomic():
            Generation.objects.select_for_update(no_key=True).get(pk=row.pk)  # who comes second sees the first's try
            if row.retries.exists():
                before.append(row)
            elif made := _tried_again(page, request, row, form.cleaned_data["reason"]):
                again.append(made)
    if before:
        messages.info(request, " ".join(map(already, before)))
    if again or not before:
        words = ngettext(
            "%(n)s frame is tried again: %(frames)s.", "%(n)s frames are tried again: %(frames)s.", len(again)
        )
        messages.success(request, words % {"n": len(again), "frames": ", ".join(row.frame for row in again) or "–"})
    return None


def settle(page: ModelAdmin, request: HttpRequest, rows: QuerySet[Generation]) -> HttpResponse | None:
    """Shows whose unknown outcome would be settled; once confirmed with a reason, does it and returns None."""
    open_ = reports.unknown(rows).order_by("run_id", "position")[:MOST_AT_ONCE]
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if open_ and not form.is_valid():
        return _asked(page, request, "settle", title=_("Settle the outcome"), rows=open_, all_=rows, form=form)
    settled = [row for row in open_ if _settled(page, request, row, form.cleaned_data["reason"])]
    if settled:
        messages.success(request, _("Settled: %(frames)s.") % {"frames": ", ".join(row.frame for row in settled)})
    else:
        messages.info(request, _("No outcome to settle: it is known, settled or tried again already."))
    return None


def one(act: Act, page: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """An act on one row, from its own page."""
    row = get_object_or_404(Generation, pk=object_id)
    rows = Generation.objects.filter(pk=row.pk).select_related("run__owner", "model")
    return act(page, request, rows) or redirect("admin:studio_generation_change", row.pk)


def retry_one(page: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """A second try of one row; one that did not fail says so."""
    row = get_object_or_404(Generation, pk=object_id)
    if row.status != Status.FAILED:
        messages.error(request, _("%(frame)s did not fail: only failed frames are tried again.") % {"frame": row.frame})
        return redirect("admin:studio_generation_change", row.pk)
    return one(retry, page, request, object_id)


def already(row: Generation) -> str:
    """What is said of a frame that was tried again before."""
    again = row.retries.get()
    return _("%(frame)s was tried again as %(again)s already.") % {"frame": row.frame, "again": again.frame}


def repay(page: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """A form for the reason; posted, it gives the picture's share back, once."""
    row = get_object_or_404(Generation.objects.select_related("run__wallet", "run__owner"), pk=object_id)
    if not can_be_repaid(row):
        messages.error(request, _("%(frame)s has no credits to give back.") % {"frame": row.frame})
        return redirect("admin:studio_generation_change", row.pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        _repaid(page, request, row, form.cleaned_data["reason"])
        return redirect("admin:studio_generation_change", row.pk)
    context = {
        **page.admin_site.each_context(request),
        "title": _("Give the credits of %(frame)s back") % {"frame": row.frame},
        "opts": page.opts,
        "row": row,
        "form": form,
    }
    return TemplateResponse(request, "studio/admin/repay.html", context)


def can_be_repaid(row: Generation) -> bool:
    """Whether a picture was made for credits that did not come back yet."""
    paid = row.status == Status.SUCCEEDED and row.credits > 0
    return paid and not Entry.objects.filter(kind=EntryKind.REFUND, cause=f"generation:{row.uuid}").exists()


def _asked(
    page: ModelAdmin,
    request: HttpRequest,
    act: str,
    *,
    title: str,
    rows: QuerySet[Generation],
    all_: QuerySet[Generation],
    form: forms.Form,
) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "title": title,
        "act": act,
        "opts": page.opts,
        "rows": rows,
        "left_out": all_.count() - len(rows),
        "checkbox": ACTION_CHECKBOX_NAME,
        "form": form,
    }
    return TemplateResponse(request, f"studio/admin/{act}.html", context)


def _tried_again(page: ModelAdmin, request: HttpRequest, row: Generation, reason: str) -> Generation | None:
    try:
        again = generations.retry(generation=row)
    except generations.NotFailed:  # its picture turned up in between
        return None
    words = _("Tried again as %(frame)s, paid by the house: %(reason)s")
    page.log_change(request, row, words % {"frame": again.frame, "reason": reason})
    return again


def _settled(page: ModelAdmin, request: HttpRequest, row: Generation, reason: str) -> bool:
    done = reports.unknown(Generation.objects.filter(pk=row.pk)).update(settled_at=timezone.now())
    if done:
        page.log_change(request, row, _("Settled: %(reason)s") % {"reason": reason})
    return bool(done)


def _repaid(page: ModelAdmin, request: HttpRequest, row: Generation, reason: str) -> None:
    assert isinstance(request.user, User)
    entry = generations.repay(generation=row, by=request.user, reason=reason)
    words = {"n": entry.credits, "frame": row.frame, "owner": row.run.owner}
    page.log_change(request, row, _("Gave its %(n)s credits back.") % words)
    messages.success(request, _("%(frame)s: %(n)s credits are back with %(owner)s.") % words)
