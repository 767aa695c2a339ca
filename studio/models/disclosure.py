"""A member of staff looked at a user's words and pictures: who, whose, when and why."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from studio.models.run import Run
from studio.models.upload import Upload


class Disclosure(models.Model):
    """Opens one run, or one refused upload, to one member of staff. Kept for good."""

    run = models.ForeignKey(
        Run, models.PROTECT, null=True, blank=True, related_name="disclosures", verbose_name=_("run")
    )
    upload = models.ForeignKey(
        Upload, models.PROTECT, null=True, blank=True, related_name="disclosures", verbose_name=_("refused picture")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("disclosure")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(run__isnull=True) ^ models.Q(upload__isnull=True), name="disclosure_of_one_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id or self.upload_id} {self.by_id}"

    @property
    def owner(self) -> User:
        """Whose words and pictures they are."""
        of = self.run or self.upload
        assert of
        return of.owner
