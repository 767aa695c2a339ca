"""Why a press brought no run, in words and beside which field: for the whole form, and for a frame asked again."""

from typing import Final

from django.utils.translation import gettext as _

from credits import ledger
from studio import composer, failures, pauses
from studio.briefs import Brief
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
            return "model", composer.refused_words(model=model)
        case _:
            return "model", _("This model is not sold with this quality and size. Choose others.")
