"""What readers ask of their statement, and what operators give."""

import uuid
from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSingleDateWidget, UnfoldBooleanWidget

from credits.models import Lot
from credits.periods import Period
from credits.reasons import reason_field
from credits.statements import Show

MOST_AT_ONCE: Final = 1_000_000
ASKS_ONCE_MORE_ABOVE: Final = 10_000


class StatementForm(forms.Form):
    """Which entries, and before which one. What is not valid is left out."""

    show = forms.ChoiceField(choices=Show.choices, required=False)
    period = forms.ChoiceField(choices=Period.choices, required=False)
    q = forms.CharField(max_length=40, required=False)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class LowBalanceForm(forms.Form):
    """Whether to write when the balance falls below a number."""

    on = forms.BooleanField(required=False)
    below = forms.IntegerField(
        min_value=1,
        max_value=MOST_AT_ONCE,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("Write a whole number from 1 to 1,000,000.")
        ),
    )


class GrantForm(forms.Form):
    """Credits for a wallet, with the reason. `key` is made with the form, so that a doubled post gives once.

    A sum that looks like a slip has to be ticked; the tick is shown with such a sum alone.
    """

    credits = forms.IntegerField(
        label=gettext_lazy("Credits"), min_value=1, max_value=MOST_AT_ONCE, widget=UnfoldAdminIntegerFieldWidget
    )
    sure = forms.BooleanField(label=gettext_lazy("I mean it"), widget=UnfoldBooleanWidget)
    reason = reason_field(
        max_length=500,
        help_text=gettext_lazy(
            "The customer reads it on their statement. Your name stands beside it in the admin alone."
        ),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: they stay until they are spent."),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
    )
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            asked = self.fields["credits"].clean(self.data.get("credits"))
        except ValidationError:
            asked = 0  # the field itself says what is wrong
        if asked <= ASKS_ONCE_MORE_ABOVE:
            del self.fields["sure"]
        else:
            words = _("%(n)s credits at once: tick it if you mean it.")
            self.fields["sure"].error_messages["required"] = words % {"n": number_format(asked, force_grouping=True)}

    def clean_ends_on(self) -> datetime | None:
        """The end of that day, which has to lie ahead."""
        day = self.cleaned_data["ends_on"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise ValidationError(_("That day is over. Name today or a later one."))
        return timezone.make_aware(datetime.combine(day, time.max))


class TakeBackForm(forms.Form):
    """How much of a lot goes, and why."""

    credits = forms.IntegerField(label=gettext_lazy("Credits"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)
    reason = reason_field(max_length=500, help_text=gettext_lazy("The customer reads it on their statement."))

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credits"].initial = lot.remaining
        self.fields["credits"].help_text = _("At most what is left of the lot: %(n)s.") % {"n": lot.remaining}
