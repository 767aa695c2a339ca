"""What the composer shows: the form, what each choice costs, what is left after, and where to start from."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import uuids, whole
from credits import ledger
from studio import absences, catalogue, choices, edits, library, pauses, readers, sizes
from studio.briefs import Brief
from studio.choices import ModelChoice, ScaleChoice, ShapeChoice
from studio.forms import ComposerForm, size_of
from studio.models import Image, ImageModel, Keep, Mode, OutputFormat, Quality, Role
from studio.quotes import Quote
from studio.readers import Reader
from studio.suggestions import SUGGESTIONS

HISTORY: Final = 24
IN_VIEW: Final = 2  # models above the fold


@dataclass(frozen=True, kw_only=True)
class Composer:
    """Everything that `studio/_composer.html` and `studio/_quote.html` show."""

    form: ComposerForm
    key: uuid.UUID
    models: list[ModelChoice]
    model: ImageModel | None
    shapes: list[ShapeChoice]
    scales: list[ScaleChoice]
    size: sizes.Size | None
    quote: Quote | None
    wrong: bool  # the number or the size is not one that can be asked for, so it has no price
    count: int
    values: Mapping[str, Any]
    reader: Reader

    @property
    def balance(self) -> int:
        """What there is to spend."""
        return self.reader.balance

    @property
    def paused(self) -> str:
        """Why this person's presses are refused for a while."""
        return pauses.words(self.reader.paused_until) if self.reader.paused_until else ""

    @property
    def run_errors(self) -> list[Any]:
        """What is wrong with the press as a whole."""
        return [self.paused] if self.paused else list(self.form.non_field_errors())

    @property
    def model_errors(self) -> list[Any]:
        """What is wrong with the model; one that is chosen and does not answer is said before anybody presses."""
        found = list(self.form["model"].errors)
        silent = next((choice for choice in self.models if choice.checked and choice.refuses), None)
        if found or silent is None:
            return found
        return [absences.silent_words(model=silent.model, other=self.form.other_than(silent.model))]

    @property
    def left(self) -> int | None:
        """Credits left after the run; negative when too few."""
        return None if self.quote is None else self.balance - self.quote.credits

    @property
    def missing(self) -> int:
        """Credits that the run needs and the wallet lacks."""
        return max(0, -(self.left or 0))

    @property
    def folded_chosen(self) -> bool:
        """Whether the chosen model is one of those that are folded away."""
        return any(choice.checked for choice in self.models[IN_VIEW:])

    @property
    def affordable(self) -> int:
        """How many such pictures the balance pays for."""
        return self.balance // self.quote.each if self.quote else 0

    @property
    def quality_label(self) -> str:
        """The quality's name, empty for one that is none."""
        return str(Quality(self.values["quality"]).label) if self.values.get("quality") in Quality else ""

    @property
    def format_label(self) -> str:
        """The format's name, empty for one that is none."""
        return dict(OutputFormat.choices).get(str(self.values.get("output_format")), "")

    @property
    def mode(self) -> str:
        """The kind of work."""
        return str(self.values.get("mode") or Mode.TEXT)

    @property
    def along(self) -> int:
        """How many pictures go along, each for its price."""
        return len(self.form.strip.sent(self.mode))

    @property
    def source_shape(self) -> bool:
        """Whether there is a source, whose own shape may be asked for."""
        return self.mode == Mode.IMAGE and self.form.strip.source is not None

    @property
    def told(self) -> list[str]:
        """What the model is told besides the prompt, a sentence each."""
        edit = self.form.cleaned_data.get("edit", {}) if self.form.is_bound else self.form.edit_of(self.values)
        return str(edit.get("instructions", "")).splitlines()

    @property
    def roles(self) -> list[tuple[str, Any]]:
        """What a picture may be for."""
        return Role.choices

    @property
    def keeps(self) -> list[tuple[str, str, bool]]:
        """What may have to stay: value, name, and whether it has to."""
        chosen = self.values.get("keep") or []
        return [(value, str(label), value in chosen) for value, label in Keep.choices]

    @property
    def masked(self) -> bool:
        """Whether a part of the source is painted, or it is to be extended."""
        return self.mode == Mode.IMAGE and bool(self.values.get("mask") or self.values.get("extend_shape"))

    @property
    def drawn_on(self) -> Any:
        """The source that a mask, marks or a larger shape are of: what was posted with them, else the one there is."""
        source = self.form.strip.source
        drawn = any(self.values.get(name) for name in edits.DRAWN)
        return (drawn and self.values.get("drawn_on")) or (source.uuid if source else "")

    @property
    def ratio_label(self) -> str:
        """The shape's ratio, as in 4:5."""
        return next((shape.ratio for shape in self.shapes if shape.value == self.values.get("shape")), "")


def of(*, user: User, form: ComposerForm) -> Composer:
    """The composer for a form, bound or not, valid or not."""
    values = _values(form)
    model = next((m for m in form.offered if str(m.pk) == str(values.get("model"))), None)
    limits = catalogue.limits_of(model) if model else None
    source = form.strip.source_size if str(values.get("mode")) == Mode.IMAGE else None
    size = _size(form, values, source, limits)
    count = whole(str(values.get("count", ""))) or 1
    wrong = form.is_bound and not {"count", "width", "height"}.isdisjoint(form.errors)
    models = choices.models(form, values, size)
    each = next((choice.credits for choice in models if choice.checked), None)
    return Composer(
        form=form,
        key=uuid.uuid4() if not form.is_bound or form.is_valid() else (form.cleaned_data.get("key") or uuid.uuid4()),
        models=models,
        model=model,
        shapes=choices.shapes(values, source, limits),
        scales=choices.scales(values, source, limits),
        size=size,
        quote=Quote(each=each, credits=each * count) if each and not wrong else None,
        wrong=wrong,
        count=count,
        values=values,
        reader=readers.of(user=user),
    )


def posted(data: QueryDict) -> Mapping[str, Any]:
    """What was posted; a pressed suggestion stands for a whole form of its own."""
    pressed = whole(str(data.get("suggestion", "")))
    if pressed is not None and pressed < len(SUGGESTIONS):
        chosen = SUGGESTIONS[pressed]
        settings = ComposerForm().initial
        fields = {name: field.initial for name, field in ComposerForm.base_fields.items()}
        return {
            **fields,
            **settings,
            "prompt": str(chosen.prompt),
            "shape": chosen.shape,
            "count": 1,
            "key": data.get("key"),
            "quoted": data.get("quoted"),
        }
    return data


def quote_words(*, now: int) -> str:
    """The price is not the one that the button showed: its settings or the price list changed since."""
    words = _("With these settings, at today’s prices, it is %(now)s credits and not what the button said.")
    more = _("Nothing was charged. Press again to make it for %(now)s.")
    return f"{words} {more}" % {"now": now}


def missing_words(*, brief: Brief, short: ledger.NotEnough) -> str:
    """Too few credits: how many there are, how many are missing, and what can be had for them."""
    total = short.balance + short.missing
    words = _("This takes %(total)s credits and you have %(balance)s: %(missing)s are missing.") % {
        "total": total,
        "balance": short.balance,
        "missing": short.missing,
    }
    affordable = short.balance // (total // brief.count)
    if affordable:
        words += " " + ngettext("Make %(n)s frame.", "Make %(n)s frames.", affordable) % {"n": affordable}
    return words


def history(*, user: User) -> list[Image]:
    """The newest pictures, for the strip at the side."""
    return library.newest(user=user, count=HISTORY)


def _values(form: ComposerForm) -> dict[str, Any]:
    """What each field shows: what was typed, or what it starts with; another model for one that is not on offer."""
    values = {name: form[name].value() for name in form.fields}
    values |= {name: next(iter(uuids([str(values[name])])), "") for name in ("mask", "markup")}
    return {**values, "model": form.stand_in.pk} if form.is_bound and form.stand_in else values


def _size(
    form: ComposerForm, values: Mapping[str, Any], source: sizes.Size | None, limits: sizes.Limits | None
) -> sizes.Size | None:
    if form.is_bound:
        cleaned: sizes.Size | None = form.cleaned_data.get("size") if form.is_valid() or form.cleaned_data else None
        return cleaned
    sheet = edits.sheet_of(dict(values), source) if source else None
    return size_of(values, source, limits, sheet=sheet.size if sheet else None, painted=bool(values.get("mask")))
