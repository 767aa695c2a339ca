"""When to write to a wallet's owner."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credits.models.ledger import Wallet


class LowBalance(models.Model):
    """One mail each time what can be spent falls below a number. `told_at`: since then it has been below."""

    wallet = models.OneToOneField(Wallet, models.PROTECT, related_name="low_balance")
    below = models.PositiveIntegerField(_("below, credits"), default=100, validators=[MinValueValidator(1)])
    on = models.BooleanField(_("write"), default=False)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("low balance")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(below__gt=0), name="low_balance_positive")]

    def __str__(self) -> str:
        return f"{self.below}"
