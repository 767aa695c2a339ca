"""Why a model is not to be had, as operators read it."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from studio import failures
from studio.models import ImageModel


def held_back(model: ImageModel) -> str:
    """Why it is not to be had now: what stopped it, or since when it does not answer."""
    words = []
    if model.stopped_reason:
        words.append(_("Stopped: %(why)s.") % {"why": failures.in_short(model.stopped_reason)})
    row = getattr(model, "breaker", None)
    if row and row.down_since:
        facts = {"since": short_time(row.down_since), "next": _clock(row.probe_at), "n": row.failures}
        facts["why"] = failures.in_short(row.reason) if row.reason else "–"
        words.append(
            _("Not answering since %(since)s, after %(n)s failures in a row: %(why)s. Asked again at %(next)s.") % facts
        )
    return " ".join(words)


def _clock(moment: datetime) -> str:
    """To the second: the first pauses are half a minute long."""
    return date_format(localtime(moment), "H:i:s")


def short_time(moment: datetime) -> str:
    """A moment on the reader's clock."""
    return date_format(localtime(moment), "j M, H:i")
