"""A file on its way in: its bytes lie in quarantine until a worker has read them, and then they are gone."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from studio.models.image import Image


class UploadState(models.TextChoices):
    """How far a file has come; the last two are ends."""

    WAITING = "waiting", _("Waiting")
    READING = "reading", _("Being read")
    READY = "ready", _("Ready")
    TURNED_AWAY = "away", _("Turned away")


class Upload(models.Model):
    """One file that somebody brought. Pages name it by its uuid; once it is ready, `image` is the picture it became."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads", verbose_name=_("owner"))
    name = models.CharField(_("file name"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("bytes"))
    quarantine_key = models.CharField(_("quarantine"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=UploadState, default=UploadState.WAITING)
    created_at = models.DateTimeField(_("came at"), auto_now_add=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("claims"), default=0)
    image = models.ForeignKey(Image, models.SET_NULL, null=True, blank=True, related_name="uploads")
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_params = models.JSONField(_("what the words need"), default=dict, blank=True)
    # What moderation says of it. A picture that is refused is kept for an operator, who may overrule.
    refused_for = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, verbose_name=_("refused for")
    )
    sealed = models.BooleanField(
        _("sealed"), default=False, db_default=False, help_text=_("for the group Child safety alone, and kept")
    )
    overruled_at = models.DateTimeField(_("overruled at"), null=True, blank=True)
    overruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("overruled by"),
    )
    note = models.CharField(_("note to the owner"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("upload")
        ordering = ("-id",)
        permissions: ClassVar = [("overrule_upload", _("Can take in a picture that moderation refused"))]
        indexes: ClassVar = [
            models.Index(F("created_at"), condition=Q(state__in=("waiting", "reading")), name="upload_open"),
            models.Index(F("created_at"), condition=~Q(quarantine_key=""), name="upload_quarantine"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
