"""The pictures that a run was sent along with, and what each is for."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from studio.models.image import Image
from studio.models.run import Run


class Role(models.TextChoices):
    """What a picture that comes along is for."""

    SOURCE = "source", _("Source")
    STYLE = "style", _("Style")
    SUBJECT = "subject", _("Subject")
    PRODUCT = "product", _("Product")
    PALETTE = "palette", _("Palette")
    LAYOUT = "layout", _("Layout")


class Reference(models.Model):
    """One picture of a run, by position `@1`, `@2` and so on in its prompt. One removed for good leaves the row."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="references", verbose_name=_("run"))
    image = models.ForeignKey(
        Image, models.SET_NULL, null=True, blank=True, related_name="references", verbose_name=_("picture")
    )
    role = models.CharField(_("role"), max_length=7, choices=Role)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("reference")
        ordering = ("run", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("run", "position"), name="reference_one_for_each_place"),
            models.UniqueConstraint(
                fields=("run",), condition=models.Q(role="source"), name="reference_one_source_of_a_run"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.position}"
