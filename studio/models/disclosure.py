"""A member of staff looked at a user's words and pictures: who, whose, when and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from studio.models.run import Run


class Disclosure(models.Model):
    """Opens one run to one member of staff. Kept for good."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="disclosures", verbose_name=_("run"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("disclosure")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.run_id} {self.by_id}"
