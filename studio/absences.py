"""What is told of a model that is not to be had just now: why, and which other one is."""

from django.utils import timezone
from django.utils.translation import gettext as _

from studio.models import ImageModel


def not_answering(model: ImageModel) -> str:
    """It does not answer at the moment."""
    return _("%(model)s is not answering at the moment.") % {"model": model.label}


def withdrawn(model: ImageModel) -> str:
    """It is not on offer: stopped until an operator acts, or taken off for good."""
    gone = not model.enabled or (model.shutdown_date and model.shutdown_date <= timezone.localdate())
    words = _("%(model)s is not offered any more.") if gone else _("%(model)s is not on offer just now.")
    return words % {"model": model.label}


def silent_words(*, model: ImageModel, other: ImageModel | None) -> str:
    """No run is taken for a model that does not answer: which other one does."""
    if other is None:
        return f"{not_answering(model)} {_('It is offered again as soon as it answers.')}"
    offer = _("Choose another one, such as %(other)s, or wait until it answers.") % {"other": other.label}
    return f"{not_answering(model)} {offer}"


def withdrawn_words(*, model: ImageModel, other: ImageModel | None) -> str:
    """A press for a model that is not on offer brought nothing, and cost nothing."""
    words = withdrawn(model)
    if other is not None:
        words += " " + _("Choose another one, such as %(other)s.") % {"other": other.label}
    return f"{words} {_('Nothing was charged.')}"
