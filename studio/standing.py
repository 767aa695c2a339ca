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
    breaker = getattr(model, "breaker", None)
    if breaker and breaker.down_since:
        facts = {"since": short_time(breaker.down_since), "next": short_time(breaker.probe_at), "n": breaker.failures}
        facts["why"] = failures.in_short(breaker.reason) if breaker.reason else "–"
        words.append(
            _("Not answering since %(since)s, after %(n)s failures in a row: %(why)s. Asked again at %(next)s.") % facts
        )
    return " ".join(words)


def short_time(moment: datetime) -> str:
    """A moment on the reader's clock."""
    return date_format(localtime(moment), "j M, H:i")
