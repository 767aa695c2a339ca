"""Why a model is not to be had, and how many calls it takes, as operators read it."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studio import failures
from studio.learned import Learned
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


def held_to(model: ImageModel, learned: Learned | None) -> str:
    """How many calls a minute it takes now, and who says so; empty where nothing sets a limit."""
    words = []
    known = learned.per_minute if learned else None
    if learned and known and learned.heard_at:
        facts = {"calls": _calls(known), "at": _minute(learned.heard_at)}
        if learned.guessed:
            told = _("Held to about %(calls)s, a guess: it refuses calls and names no limit. Last changed at %(at)s.")
        else:
            told = _("Held to %(calls)s: its answers say so, last at %(at)s.")
        words.append(told % facts)
    if model.per_minute and (known is None or model.per_minute < known):
        words.append(_("Held to %(calls)s by an operator.") % {"calls": _calls(model.per_minute)})
    if learned and learned.shut_until:
        words.append(_("It asked to wait: no call before %(at)s.") % {"at": _clock(learned.shut_until)})
    return " ".join(words)


def _calls(count: int) -> str:
    return ngettext("%(n)s call a minute", "%(n)s calls a minute", count) % {"n": count}


def _minute(moment: datetime) -> str:
    return date_format(localtime(moment), "H:i")


def _clock(moment: datetime) -> str:
    """To the second: the first pauses are half a minute long."""
    return date_format(localtime(moment), "H:i:s")


def short_time(moment: datetime) -> str:
    """A moment on the reader's clock."""
    return date_format(localtime(moment), "j M, H:i")
