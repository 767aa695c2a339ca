"""Sealed runs: for those alone who were given the right by name, each look with a reason, and marked as reported."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from credits.admin import ReadOnlyAdmin
from studio import seals
from studio.admin.forms import ReasonForm, ReferenceForm
from studio.admin.runs import staff
from studio.models import Outcome, Run, Seal

COLOURS = {Outcome.OPEN: "danger", Outcome.REPORTED: "success", Outcome.NO_REPORT: "plain"}


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """No column, filter or search tells what was written. Nobody handles a run of their own."""

    list_display = ("created_at", "number", "owner", "state", "decided_at", "decided_by", "reference")
    list_filter = ("outcome", "created_at")
    list_select_related = ("run__owner", "decided_by")
    search_fields = ("run__owner__email", "reference")
    fields = ("created_at", "number", "owner", "outcome", "decided_at", "decided_by", "reference", "reason")
    readonly_fields = ("number", "owner")
    change_form_outer_after_template = "studio/admin/_seal.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Being a superuser is not enough."""
        return seals.may_handle(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether anything of it is listed."""
        return seals.may_handle(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seal]:
        """Others' runs."""
        rows: QuerySet[Seal] = super().get_queryset(request)
        return rows.exclude(run__owner=staff(request))

    def get_urls(self) -> list[URLPattern]:
        """What can be done: read it, mark it either way, close the account."""
        acts = {"look": self.look, "report": self.report, "release": self.release, "suspend": self.suspend}
        views = {name: self.admin_site.admin_view(require_POST(act)) for name, act in acts.items()}
        own = [path(f"<int:pk>/{name}/", view, name=f"studio_seal_{name}") for name, view in views.items()]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is known without reading it, and the acts."""
        kwargs["extra_context"] = {**(kwargs.get("extra_context") or {}), **self.around(request, object_id)}
        page: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        return page

    def around(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the page shows besides the row's own fields."""
        seal = self.get_object(request, object_id) if seals.may_handle(request.user) else None
        if seal is None:
            return {}
        return {
            "seal": seal,
            "looks": seal.run.disclosures.select_related("by"),
            "is_open": seal.outcome == Outcome.OPEN,
            "reason": ReasonForm(),
            "reference": ReferenceForm(),
        }

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything that a report needs, in this one answer: looked at again it is asked for again."""
        seal, form = self.found(request, pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self.refused(request, seal, form)
        seals.look(seal=seal, by=staff(request), reason=form.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Sealed run %(number)s") % {"number": seal.run.number},
            "opts": self.opts,
            "seal": seal,
            "sent": seal.run.generations.filter(sent_at__isnull=False).exists(),
            "keys": seals.pictures_of(Run.objects.filter(pk=seal.run_id)).values_list("object_key", flat=True),
        }
        return TemplateResponse(request, "studio/admin/seal_opened.html", context)

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Marks it as reported."""
        seal, form = self.found(request, pk), ReferenceForm(request.POST)
        if not form.is_valid():
            return self.refused(request, seal, form)
        reference = form.cleaned_data["reference"]
        done = seals.report(seal=seal, by=staff(request), reference=reference)
        return self.decided(request, seal, done, _("Marked as reported: %(number)s.") % {"number": reference})

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Marks it as nothing to report, and lets its owner go on."""
        seal, form = self.found(request, pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self.refused(request, seal, form)
        done = seals.release(seal=seal, by=staff(request), reason=form.cleaned_data["reason"])
        words = _("No report needed. %(owner)s gets pictures again.") % {"owner": seal.run.owner}
        return self.decided(request, seal, done, words)

    def suspend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Closes the owner's account."""
        seal = self.found(request, pk)
        owner = seal.run.owner
        if seals.suspend(seal=seal, by=staff(request)):
            self.log_change(request, seal, _("Suspended its owner."))
            self.log_change(request, owner, _("Suspended by the group Child safety."))
            messages.success(request, _("%(owner)s is suspended: signed out, and kept out.") % {"owner": owner})
        else:
            words = _("%(owner)s is suspended already, or a superuser: another superuser has to do it.")
            messages.error(request, words % {"owner": owner})
        return redirect("admin:studio_seal_change", pk)

    def found(self, request: HttpRequest, pk: int) -> Seal:
        """The row, for who may handle it."""
        if not seals.may_handle(request.user):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).select_related("run__owner"), pk=pk)

    def refused(self, request: HttpRequest, seal: Seal, form: forms.Form) -> HttpResponse:
        """Back, with what the form lacks."""
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("admin:studio_seal_change", seal.pk)

    def decided(self, request: HttpRequest, seal: Seal, done: bool, words: str) -> HttpResponse:
        """Back, with what was done; once."""
        if done:
            self.log_change(request, seal, words)
            messages.success(request, words)
        else:
            messages.error(request, _("It was decided before. Nothing was changed."))
        return redirect("admin:studio_seal_change", seal.pk)

    @display(description=gettext_lazy("run"), ordering="run__number")
    def number(self, seal: Seal) -> str:
        """Its owner's number for it. No link: who handles seals need not see runs."""
        return str(seal.run)

    @display(description=gettext_lazy("whose"), ordering="run__owner__email")
    def owner(self, seal: Seal) -> str:
        """Who wrote it."""
        return seal.run.owner.email

    @display(description=gettext_lazy("outcome"), label=COLOURS, ordering="outcome")
    def state(self, seal: Seal) -> tuple[str, str]:
        """In a colour and a word."""
        return seal.outcome, str(Outcome(seal.outcome).label)
