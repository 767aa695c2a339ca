"""What an operator can do about a frame. Each act asks first, is done once, and is written into the row's history."""

from typing import Final

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from accounts.models import User
from credits.models import Entry, EntryKind
from studio import generations
from studio.admin.forms import ReasonForm
from studio.models import Generation, Status

MOST_AT_ONCE: Final = 100


def retry(page: ModelAdmin, request: HttpRequest, rows: QuerySet[Generation]) -> HttpResponse | None:
    """Shows what would be tried again, a hundred at most; once confirmed, tries and returns None."""
    failed = rows.filter(status=Status.FAILED).order_by("run_id", "position")[:MOST_AT_ONCE]
    if "confirmed" not in request.POST:
        context = {
            **page.admin_site.each_context(request),
            "title": _("Try again, paid by the house"),
            "opts": page.opts,
            "rows": failed,
            "left_out": rows.count() - len(failed),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "studio/admin/retry.html", context)
    again = [made for row in failed if (made := _tried_again(page, request, row))]
    words = ngettext("%(n)s frame is tried again: %(frames)s.", "%(n)s frames are tried again: %(frames)s.", len(again))
    messages.success(request, words % {"n": len(again), "frames": ", ".join(row.frame for row in again) or "–"})
    return None


def retry_one(page: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The same for one row, from its own page."""
    row = get_object_or_404(Generation, pk=object_id)
    if row.status != Status.FAILED:
        messages.error(request, _("%(frame)s did not fail: only failed frames are tried again.") % {"frame": row.frame})
        return redirect("admin:studio_generation_change", row.pk)
    rows = Generation.objects.filter(pk=row.pk).select_related("run", "model")
    return retry(page, request, rows) or redirect("admin:studio_generation_change", row.pk)


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


def _tried_again(page: ModelAdmin, request: HttpRequest, row: Generation) -> Generation | None:
    try:
        again = generations.retry(generation=row)
    except generations.NotFailed:  # its picture turned up in between
        return None
    page.log_change(request, row, _("Tried again as %(frame)s, paid by the house.") % {"frame": again.frame})
    return again


def _repaid(page: ModelAdmin, request: HttpRequest, row: Generation, reason: str) -> None:
    assert isinstance(request.user, User)
    entry = generations.repay(generation=row, by=request.user, reason=reason)
    words = {"n": entry.credits, "frame": row.frame, "owner": row.run.owner}
    page.log_change(request, row, _("Gave its %(n)s credits back.") % words)
    messages.success(request, _("%(frame)s: %(n)s credits are back with %(owner)s.") % words)
