"""Generations: one call for one picture, how it went, and what an operator can do about it."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from credits.admin import ReadOnlyAdmin
from credits.models import Entry
from studio import failures, lookups, reports
from studio.admin import acts
from studio.calls import in_words, no_request
from studio.models import Generation, Image, Status
from studio.money import call_cost, seconds

COLOURS = dict.fromkeys(Status, "plain") | {
    Status.SUCCEEDED: "success",
    Status.FAILED: "danger",
    Status.QUEUED: "warning",
}


class ErrorFilter(admin.SimpleListFilter):
    """By how it failed."""

    title = gettext_lazy("error")
    parameter_name = "error"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every code there is."""
        return [(code, failures.in_short(code)) for code in failures.KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        """Frames that failed like that."""
        return queryset.filter(error_code=self.value()) if self.value() else queryset


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Read-only but for three acts: a second try at the house's cost, an outcome settled, credits given back."""

    list_display = (
        "frame", "owner", "model", "state", "error", "attempts", "waited", "took", "cost", "share", "created_at"
    )  # fmt: skip
    list_filter = ("status", ErrorFilter, "outcome_unknown", "model", "created_at")
    list_per_page = 50
    list_select_related = ("run__owner", "model")
    ordering = ("-id",)
    search_fields = ("request_id",)  # shows the box; what is searched is said by lookups
    search_help_text = gettext_lazy("118-3, e-mail, uuid or request id")
    show_full_result_count = False
    actions = ("retry", "settle")
    actions_detail = ("retry_one", "settle_one", "repay")
    fieldsets = (
        (None, {"fields": (("frame", "run_link"), ("owner", "model"), ("status", "credits"), ("tries", "entries"))}),
        (gettext_lazy("Failure"), {"fields": (("error", "outcome"), "error_words", "details")}),
        (
            gettext_lazy("Call"),
            {
                "fields": (
                    "request_name",
                    ("cost", "waited", "took"),
                    "used",
                    "received",
                    "pictures",
                    ("uuid", "object_key"),
                )
            },
        ),
        (
            gettext_lazy("Times"),
            {
                "fields": (
                    ("created_at", "due_at", "handed_at"),
                    "waits_for",
                    ("started_at", "sent_at", "received_at"),
                    ("lease_until", "ended_at", "attempts"),
                )
            },
        ),
    )
    readonly_fields = (
        "frame", "run_link", "owner", "tries", "entries", "error", "outcome", "error_words", "details", "request_name",
        "cost", "waited", "took", "used", "received", "pictures",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Generation], words: str
    ) -> tuple[QuerySet[Generation], bool]:
        """By frame or run number, e-mail address, uuid or the provider's request id."""
        return queryset.filter(lookups.find(words, run="run__", frame="")), False

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """The acts that this row is in a state for."""
        row = Generation.objects.filter(pk=object_id).first()
        fit = {
            "retry_one": row and row.status == Status.FAILED and not row.retries.exists(),
            "settle_one": row and reports.unknown(Generation.objects.filter(pk=row.pk)).exists(),
            "repay": row and acts.can_be_repaid(row),
        }
        found: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        return [act for act in found if fit[act.action_name.removeprefix("studio_generation_")]]

    def has_retry_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Who may try again at the house's cost."""
        return request.user.has_perm("studio.retry_generation")

    def has_repay_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Who may give credits of a picture back."""
        return request.user.has_perm("studio.repay_generation")

    @admin.action(description=gettext_lazy("Try again, paid by the house"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Generation]) -> HttpResponse | None:
        """Asks, then makes a second frame for each failed one of those ticked."""
        return acts.retry(self, request, queryset.select_related("run__owner", "model"))

    @action(description=gettext_lazy("Try again, paid by the house"), url_path="retry", permissions=["retry"])
    def retry_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same for one."""
        return acts.retry_one(self, request, object_id)

    @admin.action(description=gettext_lazy("Settle the outcome"), permissions=["retry"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Generation]) -> HttpResponse | None:
        """Asks for the reason, then takes those of unknown outcome off the list of what needs an operator."""
        return acts.settle(self, request, queryset.select_related("run__owner", "model"))

    @action(description=gettext_lazy("Settle the outcome"), url_path="settle", permissions=["retry"])
    def settle_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same for one."""
        return acts.one(acts.settle, self, request, object_id)

    @action(description=gettext_lazy("Give the credits back"), url_path="repay", permissions=["repay"])
    def repay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the reason, then gives a made picture's share back, once."""
        return acts.repay(self, request, object_id)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: workers write."""
        return False

    @display(description=gettext_lazy("frame"), ordering="run__number")
    def frame(self, row: Generation) -> str:
        """The number that people say."""
        return row.frame

    @display(description=gettext_lazy("owner"), ordering="run__owner__email")
    def owner(self, row: Generation) -> str:
        """Who asked for it."""
        return row.run.owner.email

    @display(description=gettext_lazy("status"), label=COLOURS, ordering="status")
    def state(self, row: Generation) -> tuple[str, str]:
        """Its status, in a colour and a word."""
        return row.status, str(Status(row.status).label)

    @display(description=gettext_lazy("waited"))
    def waited(self, row: Generation) -> str:
        """From the press to the last claim."""
        return seconds((row.started_at - row.created_at).total_seconds() if row.started_at else None)

    @display(description=gettext_lazy("took"))
    def took(self, row: Generation) -> str:
        """From the last claim to the end."""
        return seconds(row.seconds)

    @display(description=gettext_lazy("cost"), ordering="cost_microusd")
    def cost(self, row: Generation) -> str:
        """What the call cost the house."""
        return call_cost(row.cost_microusd)

    @display(description=gettext_lazy("credits"), ordering="credits")
    def share(self, row: Generation) -> int:
        """What it was sold for; 0 for what the house pays."""
        return row.credits

    @display(description=gettext_lazy("run"))
    def run_link(self, row: Generation) -> str:
        """The run that it belongs to."""
        return format_html('<a href="{}">{}</a>', reverse("admin:studio_run_change", args=[row.run_id]), row.run)

    @display(description=gettext_lazy("ledger"))
    def entries(self, row: Generation) -> str:
        """What came back for it: when, why and by whom."""
        entry = Entry.objects.filter(cause=f"generation:{row.uuid}").select_related("by").first()
        if entry is None:
            return _("Nothing came back")
        words = _("%(n)s credits came back") % {"n": entry.credits}
        why = ", ".join(filter(None, (entry.note, str(entry.by or ""))))
        link = format_html('<a href="{}">{}</a>', reverse("admin:credits_entry_change", args=[entry.pk]), words)
        return format_html("{}: {}", link, why) if why else link

    @display(description=gettext_lazy("tries"))
    def tries(self, row: Generation) -> str:
        """The failed frame that it is a second try of, and its own second try."""
        first, again = row.retry_of, row.retries.first()
        words = [
            _("second try of %(frame)s") % {"frame": first.frame} if first else "",
            _("tried again as %(frame)s") % {"frame": again.frame} if again else "",
        ]
        return ", ".join(filter(None, words)) or _("first and only")

    @display(description=gettext_lazy("error"), ordering="error_code", empty_value="–")
    def error(self, row: Generation) -> str:
        """How it failed, in a few words."""
        return failures.in_short(row.error_code) if row.error_code else ""

    @display(description=gettext_lazy("outcome"))
    def outcome(self, row: Generation) -> str:
        """Whether anybody knows it, and whether an operator still has to."""
        if not row.outcome_unknown:
            return _("known")
        if row.status == Status.SUCCEEDED:
            return _("was unknown; the picture turned up")
        if row.settled_at:
            when = date_format(timezone.localtime(row.settled_at), "j F Y, H:i")
            return _("unknown; settled %(when)s, by whom and why stands in the history") % {"when": when}
        return _("unknown; tried again") if row.retries.exists() else _("unknown")

    @display(description=gettext_lazy("details"))
    def details(self, row: Generation) -> str:
        """What the call told besides."""
        return in_words(row.error_params)

    @display(description=gettext_lazy("the provider's request id"))
    def request_name(self, row: Generation) -> str:
        """By which its log knows the call, or why there is none."""
        return row.request_id or no_request(row)

    @display(description=gettext_lazy("used"))
    def used(self, row: Generation) -> str:
        """Tokens, by the call's own account."""
        return in_words(row.usage)

    @display(description=gettext_lazy("got"))
    def received(self, row: Generation) -> str:
        """What the answer said of the picture."""
        return in_words(row.got)

    @display(description=gettext_lazy("pictures"), empty_value="–")
    def pictures(self, row: Generation) -> str:
        """Which there are: of a masked edit the model's own, and the one with the original put back."""
        return "; ".join(_of_picture(image) for image in row.images.order_by("kind"))

    @display(description=gettext_lazy("what its owner reads"))
    def error_words(self, row: Generation) -> str:
        """The sentence on the failed frame."""
        if not row.error_code:
            return "–"
        return f"{failures.title(row.error_code)}. {failures.words(row.error_code, row.error_params)}"


def _of_picture(image: Image) -> str:
    facts = [str(image.get_kind_display()), f"{image.width} × {image.height}"]
    if image.changed_share is not None:
        share = f"{image.changed_share:.1%}"
        facts.append(_("%(share)s of what was to stay had changed, and was put back") % {"share": share})
    facts += [_("on the table")] if image.on_table else []
    facts += [_("deleted by its owner")] if image.deleted_at else []
    return ", ".join(facts)
