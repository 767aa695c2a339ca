"""Why staff did something: words that the next one who reads them can use."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

LEAST_WORDS: Final = 2
LEAST_CHARACTERS: Final = 10


def says_why(reason: str) -> None:
    """Refuses a letter or a single word."""
    if len(reason.split()) < LEAST_WORDS or len(reason) < LEAST_CHARACTERS:
        words = _("Say it in two words and %(n)s characters at least: others read it later.")
        raise ValidationError(words % {"n": LEAST_CHARACTERS})


def reason_field(*, max_length: int, help_text: Any = "") -> forms.CharField:
    """A line for the reason."""
    return forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=help_text,
        max_length=max_length,
        validators=[says_why],
        widget=UnfoldAdminTextInputWidget,
    )
