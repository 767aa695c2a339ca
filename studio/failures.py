"""Every way a picture can fail to arrive: the words for the person, and whether asking again is free of risk.

A row keeps the code and its parameters; words are made when they are shown, in the reader's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from studio import readings


class Failure(Exception):
    """A call that brought no picture.

    `retry_after_s` is the provider's wish; `facts` are for the operator and never hold words of the user.
    """

    def __init__(
        self,
        code: str,
        *,
        retry_after_s: float | None = None,
        request_id: str = "",
        facts: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s
        self.request_id = request_id
        self.facts = facts or {}

    @property
    def kind(self) -> "Kind":
        """What the table says of this code."""
        return KINDS[self.code]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way to fail. `in_short` is the operator's word, `words` the user's; `next_step` is what they may do then.

    `retry`: it surely cost nothing, and may go well in a moment. `unknown`: nobody can tell whether it was made and
    billed. `late`: its picture may still turn up, and is its owner's then. `stops`: no call of this model can go well
    until an operator acts. `answered`: the model is at work, and only this call was not to its liking. `outage`: the
    provider's own trouble; many in a row, and the model is down (studio/breaker.py). `edit_words`, `edit_pictures`: the
    person has to change these first. Whatever it is, a frame that ends by it gives its credits back.
    """

    in_short: Callable[[], str]
    title: Callable[[], str] = field(default=lambda: _("Not made"))
    words: Callable[[], str]
    next_step: Callable[[], str] = field(default=str)
    retry: bool = False
    unknown: bool = False
    late: bool = False
    stops: bool = False
    answered: bool = False
    outage: bool = False
    edit_words: bool = False
    edit_pictures: bool = False


KINDS: Final[dict[str, Kind]] = {
    "blocked": Kind(
        in_short=lambda: _("words refused by the safety check"),
        title=lambda: _("Not allowed"),
        words=lambda: _("The model’s safety check refused these words."),
        next_step=lambda: change_words(),
        edit_words=True,
        answered=True,
    ),
    "blocked_edit": Kind(
        in_short=lambda: _("words or pictures refused by the safety check"),
        title=lambda: _("Not allowed"),
        words=lambda: _("The model’s safety check refused these words or pictures."),
        next_step=lambda: _("Change the words or take another picture and try again."),
        edit_words=True,
        edit_pictures=True,
        answered=True,
    ),
    "blocked_output": Kind(
        in_short=lambda: _("picture refused by the safety check"),
        title=lambda: _("Not allowed"),
        words=lambda: _("The model’s safety check refused the picture it made."),
        next_step=lambda: change_words(),
        edit_words=True,
        answered=True,
    ),
    "blocked_words": Kind(
        in_short=lambda: _("words refused before they were sent"),
        title=lambda: _("Not allowed"),
        words=lambda: _("The safety check refused these words."),
        next_step=lambda: change_words(),
        edit_words=True,
    ),
    "unchecked": Kind(
        in_short=lambda: _("safety check did not answer"),
        words=lambda: _("The safety check did not answer, and nothing is sent without it."),
        retry=True,
    ),
    "no_check": Kind(
        in_short=lambda: _("safety check refuses to be asked"),
        words=lambda: _("The studio’s safety check is out of order, and nothing is sent without it."),
    ),
    "held_back": Kind(
        in_short=lambda: _("owner held back"),
        title=lambda: _("On hold"),
        words=lambda: on_hold(),  # stands below
    ),
    "refused": Kind(
        in_short=lambda: _("settings refused"),
        words=lambda: _("The model does not take these settings."),
        next_step=lambda: _("Choose others and try again."),
        answered=True,
    ),
    "unauthorised": Kind(
        in_short=lambda: _("key refused"),
        words=lambda: _("This model is switched off for the moment."),
        next_step=lambda: _("It is not your prompt. Choose another model meanwhile."),
        stops=True,
    ),
    "model_gone": Kind(
        in_short=lambda: _("model gone"),
        words=lambda: _("This model is no longer offered by its provider."),
        next_step=lambda: _("Choose another one."),
        stops=True,
    ),
    "billing": Kind(
        in_short=lambda: _("account on hold"),
        words=lambda: _("The studio’s account with this model is on hold."),
        next_step=lambda: _("Choose another one meanwhile."),
        stops=True,
    ),
    "misdirected": Kind(
        in_short=lambda: _("no model at this address"),
        words=lambda: _("The studio can’t find this model for the moment."),
        next_step=lambda: _("It is not your prompt. Choose another model meanwhile."),
        outage=True,
    ),
    "bad_picture": Kind(
        in_short=lambda: _("a picture not taken by the model"),
        words=lambda: _("The model could not take one of the pictures."),
        next_step=lambda: _("Choose another one and try again."),
        edit_pictures=True,
        answered=True,
    ),
    "picture_gone": Kind(
        in_short=lambda: _("a picture that goes along is gone"),
        words=lambda: _("A picture that was to go along is not there any more."),
        next_step=lambda: _("Choose another one and try again."),
        edit_pictures=True,
    ),
    "pictures_away": Kind(
        in_short=lambda: _("store did not give a picture that goes along"),
        words=lambda: _("The pictures that go along could not be read from the store."),
        retry=True,
    ),
    "rate_limited": Kind(
        in_short=lambda: _("rate limit"),
        words=lambda: _("The model had more to do than it takes on at once."),
        retry=True,
        answered=True,
    ),
    "overloaded": Kind(
        in_short=lambda: _("provider overloaded"), words=lambda: _("The model was overloaded."), retry=True, outage=True
    ),
    "unreachable": Kind(
        in_short=lambda: _("provider unreachable"),
        words=lambda: _("The model could not be reached."),
        retry=True,
        outage=True,
    ),
    "broken": Kind(
        in_short=lambda: _("provider failed"), words=lambda: _("The model failed while it worked on this."), outage=True
    ),
    "empty": Kind(
        in_short=lambda: _("answer without a picture"), words=lambda: _("The model answered without a picture.")
    ),
    "not_a_picture": Kind(
        in_short=lambda: _("answer not a picture"), words=lambda: _("What the model sent is not a picture.")
    ),
    "garbled": Kind(
        in_short=lambda: _("answer unreadable, outcome unknown"),
        words=lambda: _("The model’s answer could not be read."),
        unknown=True,
    ),
    "elsewhere": Kind(
        in_short=lambda: _("picture at a foreign address"),
        words=lambda: _("The model was done, but its picture could not be fetched safely."),
        next_step=lambda: _("It is not your prompt. Try again, or choose another model."),
    ),
    "lost_touch": Kind(
        in_short=lambda: _("line broke, outcome unknown"),
        words=lambda: _("We lost touch with the model half way."),
        next_step=lambda: _("You may try again. If the first picture turns up after all, it is yours, too."),
        unknown=True,
        late=True,
        outage=True,
    ),
    "not_stored": Kind(
        in_short=lambda: _("store refused it"),
        words=lambda: _("The picture was made, but the store did not take it. Once it does, it is yours."),
        late=True,
    ),
    "waited_too_long": Kind(
        in_short=lambda: _("waited too long"),
        words=lambda: _("It waited for %(n)s minutes, and its turn did not come.") % waited(),
    ),
    "not_answering": Kind(
        in_short=lambda: _("model down until the deadline"),
        words=lambda: _("It waited for %(n)s minutes, and the model did not answer.") % waited(),
        next_step=lambda: _("Choose another one."),
    ),
    "worker_lost": Kind(
        in_short=lambda: _("worker stopped three times"),
        words=lambda: _("The machine that worked on it stopped three times."),
    ),
}


def waited() -> dict[str, int]:
    """How many minutes a frame waits at most, for a sentence."""
    return {"n": settings.QUEUE_DEADLINE_S // 60}


LATE: Final = tuple(code for code, kind in KINDS.items() if kind.late)


def in_short(code: str) -> str:
    """What went wrong, in an operator's few words."""
    return KINDS[code].in_short() if code in KINDS else code


def title(code: str) -> str:
    """The few words that head a failed frame."""
    return KINDS[code].title()


def happened(code: str) -> str:
    """What went wrong, without advice: for the statement, which is read long after."""
    return KINDS[code].words()


def words(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """Why there is no picture and what to do, for the person who asked for it; the facts of its row may tell more."""
    told = facts or {}
    if read := readings.words(told.get("categories", ())):
        return f"{read} {change_words(marked=told.get('marked', False))}"
    return f"{happened(code)} {KINDS[code].next_step()}".strip()


def change_words(*, marked: bool = False) -> str:
    """What to do about words that were refused; some may be drawn on a picture."""
    return _("Change the words, or what is drawn, and try again.") if marked else _("Change the words and try again.")


def on_hold() -> str:
    """Why somebody gets no pictures while one of their runs is looked into."""
    return _("Your pictures are on hold while the people who run this studio look into one of your runs.")
