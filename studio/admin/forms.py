"""What operators fill in: prices, what a model can do, reasons."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from credits.reasons import reason_field
from studio import catalogue, price_list
from studio.models import Background, OutputFormat, Price, Quality
from studio.money import call_cost

CLOCKS_DIFFER: Final = timedelta(minutes=1)
ROW: Final = (
    "model", "mode", "quality", "band", "credits", "reference_credits", "preview_credits", "output_tokens",
    "sell_below_cost", "valid_from",
)  # fmt: skip


class ReasonForm(forms.Form):
    """Why: kept with the operator's name."""

    reason = reason_field(max_length=300)


class OverruleForm(ReasonForm):
    """Why a refused picture is taken in after all, and what its owner reads of it."""

    note = forms.CharField(
        label=gettext_lazy("Note to its owner"), min_length=10, max_length=300, widget=UnfoldAdminTextInputWidget
    )


class ReferenceForm(forms.Form):
    """Under which number a report was filed."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the report"), min_length=4, max_length=100, widget=UnfoldAdminTextInputWidget
    )


def several(choices: list[tuple[str, Any]], label: Any) -> forms.MultipleChoiceField:
    """One box to tick for each choice."""
    return forms.MultipleChoiceField(choices=choices, label=label, widget=UnfoldAdminCheckboxSelectMultipleWidget)


class ImageModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """Lists as boxes to tick; the model and its fields are the admin's word."""

    qualities = several(Quality.choices, gettext_lazy("Qualities"))
    formats = several(OutputFormat.choices, gettext_lazy("Formats"))
    backgrounds = several(Background.choices, gettext_lazy("Backgrounds"))


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new row of the price list. It never rewrites the past, and sells below cost only where that is said."""

    class Meta:
        model = Price
        fields = ROW

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if mode := self.fields.get("mode"):
            mode.help_text = _(
                "A kind without a row of its own costs what text to image does, and its pictures besides."
            )
        if valid_from := self.fields.get("valid_from"):
            self.initial["valid_from"] = None
            valid_from.required = False
            valid_from.help_text = _("Empty: from now on.")

    def clean_valid_from(self) -> datetime:
        now = timezone.now()
        valid_from: datetime = self.cleaned_data["valid_from"] or now
        if valid_from < now - CLOCKS_DIFFER:
            raise forms.ValidationError(_("That moment is over. A price can’t change what was sold already."))
        return valid_from

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return found
        price = Price(**{name: found[name] for name in ROW})
        if price.quality not in price.model.qualities:
            self.add_error("quality", _("%(model)s has no such quality.") % {"model": price.model})
        if price_list.shortfall_microusd(price) > 0 and not found["sell_below_cost"]:
            self.add_error("credits", below_cost(price))
        return found


def below_cost(price: Price) -> str:
    """Why a price is refused: what the dearest call costs, what its credits are worth, and how many would do."""
    sums = ngettext(
        "The dearest call costs up to %(cost)s, and %(credits)s credit is worth %(worth)s at least.",
        "The dearest call costs up to %(cost)s, and %(credits)s credits are worth %(worth)s at least.",
        price.credits,
    ) % {
        "cost": call_cost(catalogue.worst_case(price)),
        "credits": price.credits,
        "worth": call_cost(price_list.worth_microusd(price.credits)),
    }
    enough = price_list.credits_to_cover(price)
    way = ngettext(
        "%(n)s credit would cover it. Or tick “Sell below cost”.",
        "%(n)s credits would cover it. Or tick “Sell below cost”.",
        enough,
    )
    return f"{sums} {way % {'n': enough}}"
