"""The front page's figures, the page of everything stuck, and the sidebar."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from credits import broker
from studio import failures, learned, price_list, reports, seals, tasks
from studio.admin import uploads
from studio.admin.prices import below_cost_list
from studio.models import Outcome, Seal
from studio.money import dollars

log = logging.getLogger(__name__)

DAYS = 7
askers: list[Callable[[], list[str]]] = []  # tell what is away: who asks the dependencies stands above this app
SIDEBAR = (
    ("admin:accounts_user_changelist", "accounts.view_user", "group", gettext_lazy("Users")),
    ("admin:credits_wallet_changelist", "credits.view_wallet", "account_balance_wallet", gettext_lazy("Wallets")),
    ("admin:credits_entry_changelist", "credits.view_entry", "receipt_long", gettext_lazy("Entries")),
    ("admin:studio_imagemodel_changelist", "studio.view_imagemodel", "tune", gettext_lazy("Models")),
    ("admin:studio_price_changelist", "studio.view_price", "sell", gettext_lazy("Prices")),
    ("admin:studio_run_changelist", "studio.view_run", "stacks", gettext_lazy("Runs")),
    ("admin:studio_generation_changelist", "studio.view_generation", "image", gettext_lazy("Generations")),
    ("admin:stuck", "studio.view_generation", "hourglass_disabled", gettext_lazy("Stuck, unknown, failing")),
    ("admin:studio_disclosure_changelist", "studio.view_disclosure", "visibility", gettext_lazy("Disclosures")),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The places that this member of staff may go to."""
    places: list[dict[str, Any]] = [{"title": _("Today"), "icon": "today", "link": reverse("admin:index")}]
    places += [
        {"title": title, "icon": icon, "link": reverse(name)}
        for name, permission, icon, title in SIDEBAR
        if request.user.has_perm(permission)
    ]
    handles = seals.may_handle(request.user)
    if handles or request.user.has_perm("studio.view_upload"):
        unseen = uploads.unseen(request, handles=handles)
        title = _("Refused pictures, %(n)s new") % {"n": unseen} if unseen else _("Refused pictures")
        places.append({"title": title, "icon": "block", "link": reverse("admin:studio_upload_changelist")})
    if handles:
        open_ = Seal.objects.filter(outcome=Outcome.OPEN).count()
        title = _("Sealed runs, %(n)s to review") % {"n": open_} if open_ else _("Sealed runs")
        places.append({"title": title, "icon": "lock", "link": reverse("admin:studio_seal_changelist")})
    return [{"items": places}]


def environment(request: HttpRequest) -> list[str] | None:
    """Says that pictures are samples while the sandbox answers."""
    return [_("Sandbox"), "warning"] if settings.SANDBOX else None


def front(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Today in figures, and the last days, for those who may see generations."""
    if not request.user.has_perm("studio.view_generation"):
        return context
    days = reports.days(count=DAYS)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    failed = [(code, failures.in_short(code), count) for code, count in reports.failures(since=midnight)]
    figures = {
        "days": [(day, dollars(day.cost_microusd), dollars(day.worth_microusd)) for day in days],
        "today": days[0],
        "cost": dollars(days[0].cost_microusd),
        "worth": dollars(days[0].worth_microusd),
        "at_work": reports.at_work(),
        "failed": failed,
        "stuck": reports.stuck(),
        "below_cost": len(price_list.sold_below_cost()) if request.user.has_perm("studio.view_price") else 0,
        "below_cost_list": below_cost_list(),
    }
    return {**context, "title": _("Today"), "figures": figures}


@require_GET
def stuck(request: HttpRequest) -> HttpResponse:
    """Everything that is stuck, every outcome that nobody knows, and what fails, by reason: each with what to do."""
    if not request.user.has_perm("studio.view_generation"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": _("Stuck, unknown, failing"),
        "away": [words for ask in askers for words in ask()],
        "stuck": reports.stuck(),
        "limited": learned.holding(),
        "failing": reports.failing(),
        "unlike": reports.unlike(),
        "may_repay": request.user.has_perm("studio.repay_generation"),
        "unknown_days": reports.UNKNOWN_FOR.days,
        "may_retry": request.user.has_perm("studio.retry_generation"),
        "may_offer": request.user.has_perm("studio.change_imagemodel"),
    }
    return TemplateResponse(request, "studio/admin/stuck.html", context)


@require_POST
def sweep(request: HttpRequest) -> HttpResponse:
    """Asks the workers for a sweep now: it belongs where the spool of finished pictures lies."""
    if not request.user.has_perm("studio.retry_generation"):
        raise PermissionDenied
    try:
        tasks.recover.delay()
    except broker.ERRORS as error:
        log.warning("sweep not asked for: %s", type(error).__name__)
        messages.error(request, _("The broker does not answer. No worker can be asked for anything until it does."))
    else:
        messages.success(request, _("A worker was asked to sweep. What it can carry on leaves this page in seconds."))
    return redirect("admin:stuck")


def urls() -> list[URLPattern]:
    """The pages that belong to no table."""
    return [
        path("stuck/", admin.site.admin_view(stuck), name="stuck"),
        path("stuck/sweep/", admin.site.admin_view(sweep), name="sweep"),
    ]


admin.site.extra_urls = urls  # type: ignore[attr-defined]  # unfold's site asks for it
