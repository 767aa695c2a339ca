"""What is sold: plans that bring credits each month, and packs. Their prices are rows that are never edited."""

from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credits.models.ledger import in_words


class Interval(models.TextChoices):
    """How often a price is paid."""

    ONCE = "once", _("once")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class Product(models.Model):
    """What a plan and a pack have in common."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    credits = models.PositiveIntegerField(_("credits"), validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    highlighted = models.BooleanField(_("highlighted"), default=False)
    offered = models.BooleanField(_("offered"), default=True)
    stripe_id = models.CharField(_("product at Stripe"), max_length=80, blank=True, default="", editable=False)

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Plan(Product):
    """A subscription. `credits` come each month; paid by the year they come as twelve lots, one a month."""

    note = models.CharField(_("in one line"), max_length=60, blank=True)
    rollover = models.BooleanField(
        _("rolls over"), default=False, help_text=_("Credits that are left move one month on, then end.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=0, help_text=_("How long credits stay after their month.")
    )
    in_flight = models.PositiveSmallIntegerField(_("in the making at once"), validators=[MinValueValidator(1)])
    longest_side_px = models.PositiveIntegerField(_("longest side, px"), default=3840)
    retention_days = models.PositiveIntegerField(
        _("days that pictures are kept"), null=True, blank=True, help_text=_("Empty: while the plan lasts.")
    )
    features = models.TextField(_("features"), blank=True, help_text=_("One a line, as the pricing page shows them."))

    class Meta(Product.Meta):
        verbose_name = _("plan")
        verbose_name_plural = _("plans")


class Pack(Product):
    """Credits that are bought once."""

    lasts_days = models.PositiveIntegerField(
        _("days that it lasts"), null=True, blank=True, help_text=_("Empty: no end.")
    )

    class Meta(Product.Meta):
        verbose_name = _("pack")
        verbose_name_plural = _("packs")


class SalePrice(models.Model):
    """What a plan or a pack costs from a moment on, before tax. A change is a new row, here and at Stripe."""

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="prices")
    pack = models.ForeignKey(Pack, models.PROTECT, null=True, blank=True, related_name="prices")
    interval = models.CharField(_("paid each"), max_length=5, choices=Interval)
    amount_minor = models.PositiveIntegerField(
        _("amount"), validators=[MinValueValidator(1)], help_text=_("In minor units of the currency, before tax.")
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="usd",
        validators=[RegexValidator("^[a-z]{3}$", _("Three small letters: usd."))],
    )
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    stripe_id = models.CharField(
        _("price at Stripe"), max_length=80, null=True, blank=True, unique=True, editable=False
    )  # unique where there is one

    class Meta:
        verbose_name = _("sale price")
        verbose_name_plural = _("sale prices")
        ordering = ("plan", "pack", "interval", "-valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "pack", "interval", "currency", "valid_from"],
                name="saleprice_one_for_each_moment",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=in_words("interval", Interval.values), name="saleprice_interval_known"),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, pack__isnull=True, interval__in=["month", "year"])
                | Q(plan__isnull=True, pack__isnull=False, interval="once"),
                name="saleprice_of_a_plan_or_a_pack",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="saleprice_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.amount_minor / 100:.2f} {self.currency.upper()}"

    @property
    def product(self) -> Plan | Pack:
        """What it is the price of; the database says that it is one of the two."""
        product = self.plan or self.pack
        assert product is not None
        return product
