"""Pictures that the safety check refused as they came: a look with a reason, a way to overrule, one to hand them on."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from credits.admin import ReadOnlyAdmin
from studio import disclosures, refused_uploads, seals, storage, uploads
from studio.admin.forms import OverruleForm, ReasonForm
from studio.admin.runs import staff
from studio.models import Disclosure, Upload, UploadState
from studio.standing import short_time

LETTER = "studio/email/overruled"


class LookedFilter(admin.SimpleListFilter):
    """What nobody has looked at, what stays refused, and what was taken in after all."""

    title = gettext_lazy("state")
    parameter_name = "looked"
    found: dict[str, Callable[[QuerySet[Upload]], QuerySet[Upload]]] = {  # noqa: RUF012  a table, never changed
        "no": lambda rows: rows.filter(pk__in=refused_uploads.waiting().filter(disclosures=None).values("pk")),
        "refused": lambda rows: rows.filter(overruled_at=None),
        "overruled": lambda rows: rows.exclude(overruled_at=None),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """By the word in the address."""
        return [("no", _("Not looked at")), ("refused", _("Refused")), ("overruled", _("Overruled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> QuerySet[Upload]:
        """Those of that state."""
        narrow = self.found.get(self.value() or "")
        return narrow(queryset) if narrow else queryset


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """Refused ones alone. Picture and name are closed until a reason is given; sealed ones are for Child safety."""

    list_display = ("created_at", "owner_email", "reads_as", "size", "standing", "kept_until")
    list_filter = (LookedFilter, "created_at")
    list_select_related = ("owner",)
    list_per_page = 50
    search_fields = ("owner__email", "=uuid")
    search_help_text = gettext_lazy("e-mail or uuid")
    fields = (
        ("created_at", "owner_email"),
        ("reads_as", "size"),
        ("standing", "kept_until"),
        ("overruled_at", "overruled_by"),
        "note",
        "uuid",
    )
    readonly_fields = ("owner_email", "reads_as", "size", "standing", "kept_until")
    change_form_outer_after_template = "studio/admin/_upload.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Support, and for sealed ones those of Child safety."""
        return bool(super().has_view_permission(request, obj)) or seals.may_handle(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        """Refused ones that this member of staff may know of."""
        mine = super().get_queryset(request).exclude(owner=staff(request))  # nobody handles what they brought
        return listed(request, mine, handles=seals.may_handle(request.user))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whatever the admin allows, but never a question about a file's name, or whether it is sealed."""
        asked = lookup.split("__")[0]
        return asked not in ("name", "sealed", "quarantine_key") and super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        """What can be done: look at it, overrule, hand it on."""
        acts = {"look": self.look, "overrule": self.overrule, "seal": self.seal, "release": self.release}
        views = {name: self.admin_site.admin_view(require_POST(act)) for name, act in acts.items()}
        own = [path(f"<int:pk>/{name}/", view, name=f"studio_upload_{name}") for name, view in views.items()]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; with the picture where it is open to this person."""
        kwargs["extra_context"] = {**(kwargs.get("extra_context") or {}), **self.around(request, object_id)}
        page: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        return page

    def around(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the page shows besides the row's own fields."""
        upload = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if upload is None:
            return {}
        opened = disclosures.upload_standing(upload=upload, by=staff(request))
        is_open = refused_uploads.waiting().filter(pk=upload.pk).exists()
        return {
            "upload": upload,
            "disclosures": upload.disclosures.select_related("by"),
            "opened": opened,
            "closes_at": disclosures.closes_at(opened) if opened else None,
            "look": storage.url(key=uploads.look_key(upload)) if opened and is_open else "",
            "is_open": is_open,
            "may_look": may_look(request),
            "may_overrule": not upload.sealed and may_overrule(request),
            "reason": ReasonForm(),
            "overrule": OverruleForm(),
        }

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Opens it to this member of staff."""
        upload, form = self.found(request, pk, may_look(request)), ReasonForm(request.POST)
        if form.is_valid():
            disclosures.open_upload(upload=upload, by=staff(request), reason=form.cleaned_data["reason"])
        else:
            self.lacks(request, form)
        return redirect("admin:studio_upload_change", pk)

    def overrule(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes it in, once, after a look at it; its owner is told by mail."""
        upload, form = self.found(request, pk, may_overrule(request)), OverruleForm(request.POST)
        if not disclosures.upload_standing(upload=upload, by=staff(request)):
            raise PermissionDenied
        if not form.is_valid():
            self.lacks(request, form)
        elif refused_uploads.overrule(upload=upload, by=staff(request), note=form.cleaned_data["note"]):
            self.log_change(request, upload, _("Overruled: %(reason)s") % form.cleaned_data)
            tell_owner(request, upload, form.cleaned_data["note"])
            messages.success(
                request, _("It is taken in. %(owner)s gets a mail with your note.") % {"owner": upload.owner}
            )
        else:
            messages.error(request, _("It was decided before, or is gone. Nothing was changed."))
        return redirect("admin:studio_upload_change", pk)

    def seal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hands it on to Child safety: from then on it is closed to everybody else."""
        upload, form = self.found(request, pk, may_look(request)), ReasonForm(request.POST)
        if not form.is_valid():
            self.lacks(request, form)
            return redirect("admin:studio_upload_change", pk)
        if refused_uploads.seal(upload=upload):
            self.log_change(request, upload, _("Sealed: %(reason)s") % form.cleaned_data)
            messages.success(request, _("It is sealed, and the group Child safety is told. Tell its owner nothing."))
        return redirect("admin:studio_upload_changelist")

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Child safety finds nothing to report: it is refused like any other, and its owner goes on."""
        upload, form = self.found(request, pk, seals.may_handle(request.user)), ReasonForm(request.POST)
        if not form.is_valid():
            self.lacks(request, form)
        elif refused_uploads.unseal(upload=upload):
            self.log_change(request, upload, _("No report needed: %(reason)s") % form.cleaned_data)
            messages.success(request, _("%(owner)s gets pictures again.") % {"owner": upload.owner})
        return redirect("admin:studio_upload_changelist")

    def found(self, request: HttpRequest, pk: int, may: bool) -> Upload:
        """The row, for who may act on it."""
        if not (may and self.has_view_permission(request)):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).select_related("owner"), pk=pk)

    def lacks(self, request: HttpRequest, form: forms.Form) -> None:
        """Says what a form lacks."""
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))

    @display(description=gettext_lazy("owner"), ordering="owner__email")
    def owner_email(self, upload: Upload) -> str:
        """Who brought it."""
        return upload.owner.email

    @display(description=gettext_lazy("refused for"))
    def reads_as(self, upload: Upload) -> str:
        """What moderation says of it."""
        return ", ".join(upload.refused_for)

    @display(description=gettext_lazy("size"), ordering="size_bytes")
    def size(self, upload: Upload) -> str:
        """Of the file that came."""
        return filesizeformat(upload.size_bytes)

    @display(description=gettext_lazy("state"))
    def standing(self, upload: Upload) -> str:
        """What became of it."""
        if upload.state == UploadState.READY:
            return _("Taken in after all")
        if upload.overruled_at:
            return _("Overruled, being read")
        if upload.sealed:
            return _("Sealed")
        return _("Refused") if upload.quarantine_key else _("Refused and removed")

    @display(description=gettext_lazy("kept until"), ordering="created_at", empty_value="–")
    def kept_until(self, upload: Upload) -> str:
        """When it is removed for good."""
        if upload.sealed:
            return _("Until Child safety removes it")
        return short_time(refused_uploads.kept_until(upload)) if upload.quarantine_key else ""


def listed(request: HttpRequest, rows: QuerySet[Upload], *, handles: bool) -> QuerySet[Upload]:
    """Refused ones: whoever `handles` seals sees what is sealed, all others what is not."""
    rows = rows.exclude(refused_for=[])
    plain = request.user.has_perm("studio.view_upload")
    if handles:
        return rows if plain else rows.filter(sealed=True)
    return rows.filter(sealed=False)


def unseen(request: HttpRequest, *, handles: bool) -> int:
    """How many of these nobody has looked at; of sealed ones, this member of Child safety."""
    rows = listed(request, refused_uploads.waiting(), handles=handles)
    mine = Disclosure.objects.filter(by=staff(request), upload__sealed=True).values("upload")
    return rows.filter(Q(sealed=True) & ~Q(pk__in=mine) | Q(sealed=False, disclosures=None)).count()


def may_look(request: HttpRequest) -> bool:
    """Who may look at users' pictures, saying why."""
    return request.user.has_perm("studio.add_disclosure") or seals.may_handle(request.user)


def may_overrule(request: HttpRequest) -> bool:
    """Who may take one in after all."""
    return request.user.has_perm("studio.overrule_upload")


def tell_owner(request: HttpRequest, upload: Upload, note: str) -> None:
    """Writes to whoever brought it, with a way to the composer that has it as its source."""
    address = f"{reverse('studio:home')}?source={upload.uuid}"
    facts = {"note": note, "studio_url": request.build_absolute_uri(address)}
    get_adapter(request).send_mail(LETTER, upload.owner.email, facts)
