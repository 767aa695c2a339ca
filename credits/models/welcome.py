"""What was decided about newcomers, and where they came from."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credits.models.ledger import in_words


class Answer(models.TextChoices):
    """Whether a newcomer got welcome credits, and why not."""

    GIVEN = "given", _("given")
    MAILBOX = "mailbox", _("not given: another account has had them for this mailbox")
    DOMAIN = "domain", _("not given: the domain is a disposable or a blocked one")
    NETWORK = "network", _("not given: too many came from one network that day")


class Welcome(models.Model):
    """What was decided about a user's welcome credits: once given it stays. Only credits/welcome.py writes it."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="welcome")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    # A keyed hash of the mailbox behind the address and all its aliases; empty where that is not to be held.
    mailbox = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=in_words("answer", Answer.values), name="welcome_answer_known"),
            models.UniqueConstraint(
                fields=["mailbox"],
                condition=Q(answer=Answer.GIVEN.value) & ~Q(mailbox=""),
                name="welcome_once_a_mailbox",
            ),
        ]

    def __str__(self) -> str:
        return self.get_answer_display()


class NetworkDay(models.Model):
    """How many welcomes people of one network got on a day. Kept for a week; the network is a keyed hash."""

    network = models.CharField(max_length=64)
    day = models.DateField(db_index=True)
    welcomes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["network", "day"], name="network_day_once")]

    def __str__(self) -> str:
        return f"{self.day}: {self.welcomes}"
