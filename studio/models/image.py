"""A stored picture: its original as it came, and the small copies that the pages show."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from studio.models.catalogue import Background, OutputFormat
from studio.models.run import Generation


class ImageKind(models.TextChoices):
    """Where a picture comes from."""

    RESULT = "result", _("Made here")
    UPLOAD = "upload", _("Brought along")
    RAW = "raw", _("The model’s own")
    LOCKED = "locked", _("With the original put back")
    MASK = "mask", _("A mask")
    MARKUP = "markup", _("Drawn on a picture")


class Image(models.Model):
    """A picture of one owner. Objects never change: the original lies at `object_key`, copies beside it by width.

    `work_key` names a smaller original for models, where this one is larger than they take; `digest` is of the file
    that an upload came as. Of a masked edit's two pictures, raw and locked, one is `on_table`; uploads and masks never
    are. `changed_share` of a locked one: how much of what was not to change the model had changed; where: `heat_key`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="images", verbose_name=_("owner"))
    generation = models.ForeignKey(
        Generation, models.PROTECT, null=True, blank=True, related_name="images", verbose_name=_("generation")
    )
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=8, choices=ImageKind, default=ImageKind.RESULT)
    object_key = models.CharField(_("object key"), max_length=200, unique=True)
    output_format = models.CharField(_("format"), max_length=5, choices=OutputFormat)
    width = models.PositiveIntegerField(_("width, px"))
    height = models.PositiveIntegerField(_("height, px"))
    size_bytes = models.PositiveBigIntegerField(_("bytes"))
    widths = ArrayField(models.PositiveIntegerField(), default=list, blank=True, verbose_name=_("widths of copies"))
    placeholder = models.TextField(
        _("placeholder"), blank=True, help_text=_("the picture in 16 pixels, a data address")
    )
    on_table = models.BooleanField(_("on the table"), default=True, db_default=True)
    work_key = models.CharField(_("key of the model’s copy"), max_length=200, blank=True, default="", db_default="")
    digest = models.CharField(_("digest of the file that came"), max_length=64, blank=True, default="", db_default="")
    name = models.CharField(_("name of the file that came"), max_length=200, blank=True, default="", db_default="")
    changed_share = models.FloatField(_("share changed outside the mask"), null=True, blank=True)
    ringed = models.BooleanField(_("ringed"), default=False)
    created_at = models.DateTimeField(_("stored at"), auto_now_add=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("picture")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("generation", "kind"), condition=Q(generation__isnull=False), name="image_one_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=("generation",),
                condition=Q(generation__isnull=False, on_table=True),
                name="image_one_on_the_table",
            ),
            models.UniqueConstraint(
                fields=("owner", "kind", "digest"), condition=~Q(digest=""), name="image_once_for_each_file"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("owner"), F("id").desc(), condition=Q(on_table=True, deleted_at__isnull=True), name="image_on_table"
            ),
            models.Index(
                F("owner"), F("id").desc(), condition=Q(ringed=True, deleted_at__isnull=True), name="image_ringed"
            ),
            models.Index(
                F("owner"), F("id").desc(), condition=Q(kind="upload", deleted_at__isnull=True), name="image_brought"
            ),
            models.Index(F("deleted_at"), condition=Q(deleted_at__isnull=False), name="image_trash"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def see_through(self) -> bool:
        """Whether it was asked for on transparency."""
        return self.generation is not None and self.generation.run.background == Background.TRANSPARENT

    def copy_key(self, width: int) -> str:
        """Where the WebP copy of that width lies."""
        return f"{self.object_key.rsplit('.', 1)[0]}-{width}.webp"

    @property
    def heat_key(self) -> str:
        """Where the map of what the model had changed lies, beside a locked picture."""
        return self.copy_key(0)

    @property
    def keys(self) -> list[str]:
        """Every object that is its own."""
        copies = [self.copy_key(width) for width in self.widths]
        heat = [self.heat_key] if self.changed_share is not None else []
        return [self.object_key, *copies, *heat, *([self.work_key] if self.work_key else [])]
