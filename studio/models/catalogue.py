"""The catalogue: which models there are, what each can do, what it costs the house and what it costs the user."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studio import sizes


class Mode(models.TextChoices):
    """What a run starts from."""

    TEXT = "text", _("Text to image")
    IMAGE = "image", _("Image to image")
    GUIDED = "guided", _("Guided edit")


class Quality(models.TextChoices):
    """How much the model spends on a picture; the words are the page's, the values the API's."""

    LOW = "low", _("Draft")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    XHIGH = "xhigh", _("Extra")
    MAX = "max", _("Max")


class OutputFormat(models.TextChoices):
    """What kind of file comes."""

    PNG = "png", "PNG"
    JPEG = "jpeg", "JPEG"
    WEBP = "webp", "WebP"


class Background(models.TextChoices):
    """What stands behind the subject."""

    AUTO = "auto", _("As it comes")
    OPAQUE = "opaque", _("Opaque")
    TRANSPARENT = "transparent", _("Transparent")


class Band(models.TextChoices):
    """Sizes that cost the same; where each ends stands in `sizes.BANDS`."""

    S = "s", _("up to 1.8 megapixels")
    M = "m", _("up to 3.8 megapixels")
    L = "l", _("up to 8.3 megapixels")


def pips(*, label: Any) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    """One of the three facts shown as one to five marks beside a model's name."""
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1), MaxValueValidator(5)])


def per_million(*, label: Any) -> models.PositiveIntegerField:  # type: ignore[type-arg]
    """What the provider charges for a million tokens, in US cents."""
    return models.PositiveIntegerField(label, help_text=_("US cents per million tokens"))


class ImageModel(models.Model):
    """A model that pictures can be asked of. Code never asks for one by name; it reads these columns."""

    api_name = models.CharField(_("name at the provider"), max_length=80, unique=True)
    label = models.CharField(_("name on the page"), max_length=40)
    note = models.CharField(_("in one line"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    enabled = models.BooleanField(_("offered"), default=True)
    sandbox_only = models.BooleanField(_("only while the sandbox answers"), default=False)
    stopped_reason = models.CharField(
        _("stopped because"), max_length=40, blank=True, help_text=_("set by a call that the provider will not bill")
    )
    per_minute = models.PositiveIntegerField(
        _("most calls a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("empty: as many as the provider's answers allow"),
    )
    shutdown_date = models.DateField(_("shut down by the provider on"), null=True, blank=True)

    qualities = ArrayField(models.CharField(max_length=8, choices=Quality), verbose_name=_("qualities"))
    formats = ArrayField(models.CharField(max_length=5, choices=OutputFormat), verbose_name=_("formats"))
    backgrounds = ArrayField(models.CharField(max_length=12, choices=Background), verbose_name=_("backgrounds"))
    most_references = models.PositiveSmallIntegerField(
        _("most pictures sent along"), default=16, db_default=16, validators=[MaxValueValidator(16)]
    )
    takes_markup = models.BooleanField(_("reads what is drawn on a picture"), default=True, db_default=True)
    # Every shape has to have a size within these.
    longest_side_px = models.PositiveIntegerField(
        _("longest side, px"),
        default=sizes.LONGEST_SIDE,
        validators=[MinValueValidator(1536), MaxValueValidator(sizes.LONGEST_SIDE)],
    )
    most_pixels = models.PositiveIntegerField(
        _("most pixels"),
        default=sizes.MOST_PIXELS,
        validators=[MinValueValidator(1_048_576), MaxValueValidator(sizes.MOST_PIXELS)],
    )
    least_pixels = models.PositiveIntegerField(
        _("fewest pixels"), default=sizes.LEAST_PIXELS, validators=[MaxValueValidator(sizes.LEAST_PIXELS)]
    )
    most_previews = models.PositiveSmallIntegerField(
        _("previews while it takes shape"), default=3, help_text=_("0 for a model that does not stream")
    )

    speed = pips(label=_("speed"))
    cost = pips(label=_("cost"))
    fidelity = pips(label=_("fidelity"))
    typical_s = models.PositiveSmallIntegerField(_("usual seconds"), help_text=_("until enough calls were timed"))

    text_in_cents = per_million(label=_("words in"))
    image_in_cents = per_million(label=_("pictures in"))
    image_out_cents = per_million(label=_("pictures out"))

    class Meta:
        verbose_name = _("model")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.label


class Price(models.Model):
    """What one picture costs in credits from a day on. Never edited in place: a change is a new row.

    A kind of work without a row of its own costs what text to image does, and its references besides.
    """

    model = models.ForeignKey(ImageModel, models.PROTECT, related_name="prices", verbose_name=_("model"))
    mode = models.CharField(_("kind of work"), max_length=8, choices=Mode, default=Mode.TEXT)
    quality = models.CharField(_("quality"), max_length=8, choices=Quality)
    band = models.CharField(_("size"), max_length=1, choices=Band)
    credits = models.PositiveIntegerField(_("credits a picture"), validators=[MinValueValidator(1)])
    reference_credits = models.PositiveIntegerField(_("credits a reference"), default=0)
    preview_credits = models.PositiveIntegerField(_("credits a preview"), default=0)
    output_tokens = models.PositiveIntegerField(_("most tokens out"), help_text=_("for the dearest size of the band"))
    sell_below_cost = models.BooleanField(
        _("sell below cost"),
        default=False,
        db_default=False,
        help_text=_("The dearest call may then cost more than its credits were sold for."),
    )
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)

    class Meta:
        verbose_name = _("price")
        ordering = ("model", "quality", "band", "-valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("model", "mode", "quality", "band", "valid_from"), name="price_one_for_each_moment"
            ),
            models.CheckConstraint(condition=models.Q(credits__gte=1), name="price_at_least_one_credit"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.get_quality_display()} {self.band.upper()}: {self.credits}"
