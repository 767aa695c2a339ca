"""A run is one press of Generate; a generation is one call of one model for one picture of it."""

import re
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.models import Wallet
from studio.models.catalogue import Background, ImageModel, Mode, OutputFormat, Quality

if TYPE_CHECKING:
    from studio.models.image import Image
    from studio.models.reference import Reference


class Keep(models.TextChoices):
    """What must stay as it is in the source."""

    FACE = "face", _("Face")
    SUBJECT = "subject", _("Subject")
    PRODUCT = "product", _("Product")
    ANGLE = "angle", _("Angle")
    COMPOSITION = "composition", _("Composition")
    LAYOUT = "layout", _("Layout")
    FRAMING = "framing", _("Framing")
    LIGHTING = "lighting", _("Lighting")
    COLOURS = "colours", _("Colours")
    TEXT = "text", _("Text")


class Strength(models.TextChoices):
    """How far a picture may go from its source."""

    LOW = "low", _("A little")
    MEDIUM = "medium", _("Clearly")
    HIGH = "high", _("Far")


class Remade(models.TextChoices):
    """How a run was pressed on a picture's page; one of the composer has none of these."""

    VARY = "vary", _("Varied")
    AGAIN = "again", _("Made again")
    FINISH = "finish", _("Finished")


VARIED = {
    Strength.LOW: _("Varied a little"),
    Strength.MEDIUM: _("Varied clearly"),
    Strength.HIGH: _("Varied far"),
}


class Run(models.Model):
    """One press of Generate with its frozen brief: what was asked never changes after the debit."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="runs", verbose_name=_("owner"))
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="+", verbose_name=_("wallet"))
    number = models.PositiveIntegerField(_("number"))
    key = models.UUIDField(_("idempotency key"))
    digest = models.CharField(_("digest of the brief"), max_length=64)
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)

    mode = models.CharField(_("kind of work"), max_length=8, choices=Mode, default=Mode.TEXT)
    prompt = models.TextField(_("prompt"))
    width = models.PositiveIntegerField(_("width, px"))
    height = models.PositiveIntegerField(_("height, px"))
    quality = models.CharField(_("quality"), max_length=8, choices=Quality)
    output_format = models.CharField(_("format"), max_length=5, choices=OutputFormat)
    compression = models.PositiveSmallIntegerField(_("compression"), null=True, blank=True)
    background = models.CharField(_("background"), max_length=12, choices=Background)
    previews = models.PositiveSmallIntegerField(_("previews"), default=0)
    credits = models.PositiveIntegerField(_("credits taken"), help_text=_("the quote: the most that the run can cost"))
    remade = models.CharField(_("remade"), max_length=6, choices=Remade, blank=True, default="", db_default="")
    # What the pictures that came along are for: their rows are `Reference`s.
    instructions = models.TextField(_("instructions"), blank=True, default="", db_default="")
    keep = ArrayField(
        models.CharField(max_length=12, choices=Keep), default=list, db_default=[], blank=True, verbose_name=_("keep")
    )
    keep_words = models.CharField(_("keep, in words"), max_length=500, blank=True, default="", db_default="")
    strength = models.CharField(
        _("how far from its source"), max_length=6, choices=Strength, blank=True, default="", db_default=""
    )
    mask = models.ForeignKey("studio.Image", models.SET_NULL, null=True, blank=True, related_name="+")
    markup = models.ForeignKey("studio.Image", models.SET_NULL, null=True, blank=True, related_name="+")
    feather_px = models.PositiveSmallIntegerField(_("feather, px of the source"), default=0, db_default=0)
    lock = models.BooleanField(_("original put back outside the mask"), default=False, db_default=False)
    sheet = models.JSONField(
        _("where the source lies"), null=True, blank=True, help_text=_("in a larger sheet: width, height, x, y")
    )
    # What moderation says of the prompt, once for all frames. What a sealed run reads as stands at its seal alone.
    checked_at = models.DateTimeField(_("words checked at"), null=True, blank=True)
    refused_for = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, verbose_name=_("refused for")
    )

    class Meta:
        verbose_name = _("run")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("owner", "number"), name="run_number_once_for_each_owner"),
            models.UniqueConstraint(fields=("owner", "key", "digest"), name="run_once_for_each_press"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def written(self) -> str:
        """All that its owner wrote and the model reads."""
        return f"{self.prompt}\n\n{self.keep_words}" if self.keep_words else self.prompt

    @property
    def sent_prompt(self) -> str:
        """What the model reads: the words of the user, then what its pictures are for and what has to stay."""
        return f"{self.prompt}\n\n{self.instructions}" if self.instructions else self.prompt

    @property
    def source(self) -> "Image | None":
        """The picture that it changes, as far as that is there."""
        row = self.references.filter(role="source").select_related("image").first()
        return row.image if row else None

    @property
    def gone(self) -> "models.QuerySet[Reference]":
        """What it was sent along with and is deleted since, or removed for good."""
        return self.references.exclude(image__isnull=False, image__deleted_at__isnull=True)

    @property
    def complete(self) -> bool:
        """Whether every picture that it was sent along with is still there, so that it can be asked again as it was."""
        return not self.mask_gone and not self.gone.exists()

    @property
    def names_pictures(self) -> bool:
        """Whether its words name one that goes along: `@2`."""
        return re.search(r"@\d", self.prompt) is not None

    @property
    def work(self) -> str:
        """The kind of work in a word or two, told apart where a source was painted, extended or marked up."""
        if self.sheet is not None:
            return str(_("Extended"))
        if self.mask_id is not None:
            return str(_("Painted"))
        return str(_("Marked up")) if self.markup_id is not None else str(Mode(self.mode).label)

    @property
    def remade_words(self) -> str:
        """How it was pressed on a picture's page, in a word or two; empty for what the composer sent."""
        if self.remade == Remade.VARY and self.strength:
            return str(VARIED[Strength(self.strength)])
        return str(Remade(self.remade).label) if self.remade else ""

    @property
    def works(self) -> list[str]:
        """What tells it apart from others of the same words: the kind of an edit, and how it was pressed on a page."""
        return [word for word in (self.work if self.mode != Mode.TEXT else "", self.remade_words) if word]

    @property
    def masked(self) -> bool:
        """Whether only a part of its source is to change, or what lies round it."""
        return self.mask_id is not None or self.sheet is not None

    @property
    def mask_gone(self) -> bool:
        """Whether its mask was purged with what it was drawn on: asked again, all of its source would change."""
        return self.lock and not self.masked


class Status(models.TextChoices):
    """Where a generation is in its life; the last three are ends."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)


class WaitsFor(models.TextChoices):
    """What holds a queued generation back, besides its turn."""

    PLACE = "place", _("A place at the model")
    MODEL = "model", _("The model to answer")


class Generation(models.Model):
    """One call for one picture, and the frame that it fills on the page: run, dash, position.

    The row is the queue: a worker claims it by a conditional update and holds it by a lease.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="generations", verbose_name=_("run"))
    position = models.PositiveSmallIntegerField(_("position"))
    model = models.ForeignKey(ImageModel, models.PROTECT, related_name="+", verbose_name=_("model"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.QUEUED)
    credits = models.PositiveIntegerField(_("share"), help_text=_("credits that come back when it is not made"))
    retry_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="retries")

    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    due_at = models.DateTimeField(_("not before"), null=True, blank=True)
    handed_at = models.DateTimeField(_("handed to the broker at"), null=True, blank=True)
    started_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    waits_for = models.CharField(_("waits for"), max_length=5, choices=WaitsFor, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(_("claims"), default=0)
    losses = models.PositiveSmallIntegerField(_("workers lost over it"), default=0, db_default=0)
    sent_at = models.DateTimeField(_("sent to the model at"), null=True, blank=True)
    received_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    object_key = models.CharField(_("object key"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_params = models.JSONField(_("what the words need"), default=dict, blank=True)
    outcome_unknown = models.BooleanField(_("outcome unknown"), default=False)
    settled_at = models.DateTimeField(
        _("settled at"), null=True, blank=True, help_text=_("an operator needs no answer about an unknown outcome")
    )
    request_id = models.CharField(_("the provider's request id"), max_length=120, blank=True)
    usage = models.JSONField(_("usage"), default=dict, blank=True)
    got = models.JSONField(_("what was got"), default=dict, blank=True)
    cost_microusd = models.PositiveBigIntegerField(_("cost, millionths of a dollar"), null=True, blank=True)

    class Meta:
        verbose_name = _("generation")
        ordering = ("run", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("run", "position"), name="generation_one_for_each_frame"),
            models.UniqueConstraint(fields=("retry_of",), name="generation_tried_again_once"),
            models.CheckConstraint(
                condition=Q(status__in=("succeeded", "failed", "cancelled"), ended_at__isnull=False)
                | Q(status__in=("queued", "running"), ended_at__isnull=True),
                name="generation_ended_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("handed_at"), F("id"), condition=Q(status="queued"), name="generation_queue"),
            models.Index(F("lease_until"), condition=Q(status="running"), name="generation_leases"),
            models.Index(F("ended_at").desc(), condition=Q(status="failed"), name="generation_failures"),
            models.Index(F("created_at"), condition=Q(outcome_unknown=True), name="generation_unknown"),
            models.Index(F("ended_at"), condition=Q(ended_at__isnull=False), name="generation_ended"),
            models.Index(F("run"), condition=Q(status__in=("queued", "running")), name="generation_open"),
            models.Index(F("model"), F("ended_at").desc(), condition=Q(status="succeeded"), name="generation_made"),
        ]
        permissions: ClassVar = [
            ("retry_generation", _("Can try a failed frame again, paid by the house")),
            ("repay_generation", _("Can give the credits of a picture back")),
        ]

    def __str__(self) -> str:
        return self.frame

    @property
    def frame(self) -> str:
        """The number that people, receipts and support say: `118-3`."""
        return f"{self.run.number}-{self.position}"

    @property
    def seconds(self) -> float | None:
        """From the claim to the end."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
