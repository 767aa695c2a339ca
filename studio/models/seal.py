"""A run that may be about the sexual abuse of children: closed to all but those who have to report it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from studio.models.run import Run


class Outcome(models.TextChoices):
    """What became of a sealed run; the last two are ends."""

    OPEN = "open", _("To be reviewed")
    REPORTED = "reported", _("Reported")
    NO_REPORT = "no_report", _("No report needed")


class Seal(models.Model):
    """Its run is kept until it was reported and a year is over, or until it needed no report."""

    run = models.OneToOneField(Run, models.PROTECT, related_name="seal", verbose_name=_("run"))
    categories = ArrayField(models.CharField(max_length=40), verbose_name=_("reads as"))
    created_at = models.DateTimeField(_("sealed at"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, default=Outcome.OPEN)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reference = models.CharField(_("number of the report"), max_length=100, blank=True)
    reason = models.CharField(_("why no report"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sealed run")
        ordering = ("-id",)
        default_permissions = ()
        permissions: ClassVar = [("handle_seal", _("Can read sealed runs and mark them as reported"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at=None, decided_by=None, reference="", reason="")
                | (Q(outcome="reported", decided_at__isnull=False, decided_by__isnull=False) & ~Q(reference=""))
                | (Q(outcome="no_report", decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                name="seal_decided_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return str(self.run_id)
