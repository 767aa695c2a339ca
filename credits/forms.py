"""What readers ask of their statement, and what operators give."""

import uuid
from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from credits.statements import Show

MOST_AT_ONCE = 1_000_000


class StatementForm(forms.Form):
    """Which entries, and before which one. What is not valid is left out."""

    show = forms.ChoiceField(choices=Show.choices, required=False)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class GrantForm(forms.Form):
    """Credits for a wallet, with the reason. `key` is made with the form, so that a doubled post gives once."""

    credits = forms.IntegerField(
        label=gettext_lazy("Credits"), min_value=1, max_value=MOST_AT_ONCE, widget=UnfoldAdminIntegerFieldWidget
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Stands in the reader's statement, with your name beside it in the admin."),
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: they stay until they are spent."),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
    )
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def clean_ends_on(self) -> datetime | None:
        """The end of that day, which has to lie ahead."""
        day = self.cleaned_data["ends_on"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise ValidationError(_("That day is over. Name today or a later one."))
        return timezone.make_aware(datetime.combine(day, time.max))
