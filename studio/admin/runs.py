"""Runs: what was pressed, by whom, what became of it. Words and pictures are closed until a reason is given."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from accounts.models import User
from credits.admin import ReadOnlyAdmin, places
from studio import disclosures, lookups, picture_urls, reports
from studio.admin.forms import ReasonForm
from studio.models import Generation, Image, Keep, Run


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Read-only. The prompt is in no column, no filter and no search; it is on the page of an opened run alone."""

    list_display = ("number", "owner_email", "created_at", "asked_of", "quality", "frame_count", "credits", "back")
    list_filter = ("generations__status", "generations__model", "quality", "created_at")
    list_per_page = 50
    list_select_related = ("owner",)
    ordering = ("-id",)
    search_fields = ("number",)  # shows the box; what is searched is said by lookups
    search_help_text = gettext_lazy("118, 118-3, e-mail or uuid")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": (("number", "created_at"), ("owner_link", "wallet_link"), ("credits", "back"))}),
        (
            gettext_lazy("Asked"),
            {
                "fields": (
                    ("asked_of", "mode", "remade", "quality"),
                    ("size", "output_format", "compression"),
                    ("background", "previews"),
                )
            },
        ),
        (gettext_lazy("Sent along"), {"fields": (("along", "kept"), ("strength", "masked", "lock"))}),
    )
    readonly_fields = ("owner_link", "wallet_link", "back", "asked_of", "size", "along", "kept", "masked")
    change_form_outer_after_template = "studio/admin/_run.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """With what came back, and the frames of a page in one query."""
        return reports.with_back(super().get_queryset(request)).prefetch_related("generations__model")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Run], words: str
    ) -> tuple[QuerySet[Run], bool]:
        """By number, frame, e-mail address or uuid."""
        return queryset.filter(lookups.find(words, run="", frame="generations__")), True

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whatever the admin allows, but never a question about the words, or whether it is sealed."""
        closed = ("prompt", "keep_words", "instructions", "seal")
        return lookup.split("__")[0] not in closed and super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        """The form that opens a run."""
        view = self.admin_site.admin_view(require_POST(self.open_run))
        return [path("<int:pk>/open/", view, name="studio_run_open"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, with frames and disclosures, and with words and pictures where they are open to this person."""
        kwargs["extra_context"] = {**(kwargs.get("extra_context") or {}), **self.around(request, object_id)}
        page: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        return page

    def around(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the page shows besides the run's own fields."""
        run = self.get_object(request, object_id)
        if run is None or not self.has_view_permission(request, run):
            return {}
        opened = disclosures.standing(run=run, by=staff(request))
        return {
            "run": run,
            "frames": Generation.objects.filter(run=run).select_related("run", "model").order_by("position"),
            "disclosures": disclosures.told_to(user=request.user).filter(run=run).select_related("by"),
            "sealed": disclosures.sealed(run),
            "opened": opened,
            "closes_at": disclosures.closes_at(opened) if opened else None,
            "pictures": pictures_of(run) if opened else [],
            "sent_along": along_of(run) if opened else [],
            "may_open": self.may_open(request),
            "reason": ReasonForm(),
        }

    def may_open(self, request: HttpRequest) -> bool:
        """Who may look at users' words and pictures, saying why."""
        return request.user.has_perm("studio.add_disclosure")

    def open_run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Opens the run to this member of staff."""
        run = get_object_or_404(Run, pk=pk)
        if not (self.has_view_permission(request, run) and self.may_open(request)):
            raise PermissionDenied
        form = ReasonForm(request.POST)
        if form.is_valid():
            with suppress(disclosures.Sealed):  # its page says so
                disclosures.open_run(run=run, by=staff(request), reason=form.cleaned_data["reason"])
        else:
            words = _("The run stays closed. Say why you open it: %(error)s")
            messages.error(request, words % {"error": " ".join(map(str, form.errors["reason"]))})
        return redirect("admin:studio_run_change", pk)

    @display(description=gettext_lazy("owner"), ordering="owner__email")
    def owner_email(self, run: Run) -> str:
        """Who pressed."""
        return run.owner.email

    @display(description=gettext_lazy("model"))
    def asked_of(self, run: Run) -> str:
        """Which model was asked."""
        return ", ".join(dict.fromkeys(frame.model.label for frame in run.generations.all()))

    @display(description=gettext_lazy("frames"))
    def frame_count(self, run: Run) -> int:
        """How many pictures were asked for, second tries included."""
        return len(run.generations.all())

    @display(description=gettext_lazy("came back"), ordering="back")
    def back(self, run: Run) -> int:
        """Credits of frames that were not made, or given back."""
        credits: int = run.back  # type: ignore[attr-defined]  # annotated above
        return credits

    @display(description=gettext_lazy("size"))
    def size(self, run: Run) -> str:
        """The pixels asked for."""
        return f"{run.width} × {run.height}"

    @display(description=gettext_lazy("pictures"), empty_value="–")
    def along(self, run: Run) -> str:
        """What each is for; which ones stands on the page of an opened run."""
        return ", ".join(f"{row}: {row.get_role_display()}" for row in run.references.order_by("position"))

    @display(description=gettext_lazy("keep"), empty_value="–")
    def kept(self, run: Run) -> str:
        """What has to stay; the words stand on the page of an opened run."""
        words = [_("and in words")] if run.keep_words else []
        return ", ".join([*(str(Keep(name).label) for name in run.keep), *words])

    @display(description=gettext_lazy("mask"), empty_value="–")
    def masked(self, run: Run) -> str:
        """How it was said what is to change."""
        if run.masked:
            how = _("painted, feather %(n)s px") if run.mask_id else _("extended, feather %(n)s px")
            return how % {"n": run.feather_px}
        return _("marks drawn on it") if run.markup_id else ""

    @display(description=gettext_lazy("owner"))
    def owner_link(self, run: Run) -> str:
        """Who pressed, and their other runs."""
        where = f"{reverse('admin:studio_run_changelist')}?q={run.owner.email}"
        return format_html('<a href="{}">{}</a>', where, run.owner.email)

    @display(description=gettext_lazy("ledger"))
    def wallet_link(self, run: Run) -> str:
        """The entries of the wallet that paid."""
        where = f"{reverse('admin:credits_entry_changelist')}?wallet__id__exact={run.wallet_id}"
        return format_html('<a href="{}">{}</a>', where, _("Entries of its wallet"))


def staff(request: HttpRequest) -> User:
    """The member of staff who asks: the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def pictures_of(run: Run) -> list[dict[str, Any]]:
    """The pictures of an opened run that their owner has not deleted, in the order of the frames."""
    images = Image.objects.filter(generation__run=run, deleted_at__isnull=True).select_related("generation__run")
    return [
        {"image": image, "frame": image.generation, "src": picture_urls.src(image)}
        for image in images.order_by("generation__position", "kind")
    ]


def along_of(run: Run) -> list[dict[str, Any]]:
    """What went along with an opened run and was drawn on it, but for what its owner deleted or what is sealed."""
    there = Image.objects.filter(deleted_at__isnull=True, generation__run__seal__isnull=True)
    images = there.select_related("generation__run").in_bulk([row.image_id for row in run.references.all()])
    rows = [(f"{row}: {row.get_role_display()}", images.get(row.image_id or 0)) for row in run.references.all()]
    drawn = [(str(image.get_kind_display()), image) for image in (run.mask, run.markup) if image]
    return [
        {"label": label, "image": image, "frame": image.generation, "src": picture_urls.src(image)}
        for label, image in (*rows, *drawn)
        if image
    ]


def place_of(reference: str) -> str:
    """Where an entry's cause leads: the run that was paid, or the one whose frame came back."""
    return f"{reverse('admin:studio_run_changelist')}?{urlencode({'q': reference})}"


places["run"] = places["generation"] = place_of
