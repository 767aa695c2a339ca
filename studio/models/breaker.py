"""Whether a model answers: what its last calls tell, and since when it is down."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from studio.models.catalogue import ImageModel
from studio.models.run import Generation


class Breaker(models.Model):
    """One row for each model that ever failed. Apart from the catalogue, which operators edit and forms write whole."""

    model = models.OneToOneField(ImageModel, models.CASCADE, primary_key=True, related_name="breaker")
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    reason = models.CharField(_("the last of them"), max_length=40, blank=True, db_default="")
    failing_since = models.DateTimeField(_("first of them at"), null=True)
    down_since = models.DateTimeField(_("not answering since"), null=True)
    pauses = models.PositiveSmallIntegerField(_("pauses so far"), default=0)
    probe_at = models.DateTimeField(_("asked again at"), null=True)
    probe = models.ForeignKey(Generation, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("breaker")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(down_since__isnull=True, probe_at__isnull=True)
                | Q(down_since__isnull=False, probe_at__isnull=False),
                name="breaker_down_is_asked_again",
            ),
        ]

    def __str__(self) -> str:
        return str(self.model_id)
