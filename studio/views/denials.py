"""Why a press brought no run, in words and beside which field: for the whole form, and for a frame asked again."""

from typing import Final

from django.utils.translation import gettext as _

from credits import ledger
from studio import absences, composer, failures, pauses
from studio.briefs import Brief
from studio.forms import ComposerForm
from studio.generations import submission
from studio.models import ImageModel

DENIED: Final = (submission.Denied, ledger.NotEnough)


def why(denied: Exception, *, brief: Brief, model: ImageModel) -> tuple[str | None, str]:
    """The field to change, None where it is none of them, and what to tell; of one of DENIED."""
    match denied:
        case ledger.NotEnough():
            return "count", composer.missing_words(brief=brief, short=denied)
        case submission.QuoteChanged():
            return None, composer.quote_words(now=denied.now)
        case submission.OnHold():
            return None, failures.on_hold()
        case submission.Paused():
            return None, pauses.words(denied.until)
        case submission.NotAnswering():
            words = absences.silent_words(model=model, other=ComposerForm().other_than(model))
            return "model", f"{words} {_('Nothing was charged.')}"
        case _:
            return "model", not_sold(model)


def not_sold(model: ImageModel) -> str:
    """The model is not on offer, or has no price for these settings."""
    form = ComposerForm()
    if model not in form.offered:
        return absences.withdrawn_words(model=model, other=form.other_than(model))
    return _("%(model)s is not available with this quality and size. Choose others.") % {"model": model.label}
