"""What the studio adds to a user's page: how many of their frames were refused within a day."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import UserAdmin
from accounts.models import User
from studio import pauses
from studio.standing import short_time


@admin.display(description=gettext_lazy("refused in 24 hours"))
def refused(person: User) -> str:
    """Frames that a safety check refused and whose credits came back; and until when no more are taken."""
    words = str(pauses.refused_today(user=person))
    until = pauses.until(user=person)
    if until is None:
        return words
    return _("%(n)s: presses are refused until %(when)s") % {"n": words, "when": short_time(until)}


UserAdmin.fields = (*UserAdmin.fields, refused)
UserAdmin.readonly_fields = (*UserAdmin.readonly_fields, refused)
