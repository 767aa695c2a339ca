"""What the composer shows: the form, what each choice costs, what is left after, and where to start from."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import whole
from credits import ledger
from studio import absences, catalogue, choices, library, pauses, readers, sizes
from studio.briefs import Brief
from studio.choices import ModelChoice, ScaleChoice, ShapeChoice
from studio.forms import ComposerForm
from studio.frames import RunView
from studio.models import Generation, Image, ImageModel, OutputFormat, Quality, Run
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
    def ratio_label(self) -> str:
        """The shape's ratio, as in 4:5."""
        return next((shape.ratio for shape in self.shapes if shape.value == self.values.get("shape")), "")


def of(*, user: User, form: ComposerForm) -> Composer:
    """The composer for a form, bound or not, valid or not."""
    values = _values(form)
    model = next((m for m in form.offered if str(m.pk) == str(values.get("model"))), None)
    limits = catalogue.limits_of(model) if model else None
    size = _size(form, values, limits)
    count = whole(str(values.get("count", ""))) or 1
    wrong = form.is_bound and not {"count", "width", "height"}.isdisjoint(form.errors)
    models = choices.models(form, values, size)
    each = next((choice.credits for choice in models if choice.checked), None)
    return Composer(
        form=form,
        key=uuid.uuid4() if not form.is_bound or form.is_valid() else (form.cleaned_data.get("key") or uuid.uuid4()),
        models=models,
        model=model,
        shapes=choices.shapes(values, limits),
        scales=choices.scales(values, limits),
        size=size,
        quote=Quote(each=each, credits=each * count) if each and not wrong else None,
        wrong=wrong,
        count=count,
        values=values,
        reader=readers.of(user=user),
    )


def initial(*, user: User, query: QueryDict, newest: RunView | None) -> dict[str, Any]:
    """What the form starts with: the brief that the address names (`?run=`, `?from=`), else the newest run's."""
    runs = Run.objects.filter(owner=user).order_by("-id")
    named = None
    if (run := _uuid(query.get("run"))) is not None:
        named = runs.filter(uuid=run).first()
    elif (image := _uuid(query.get("from"))) is not None:
        named = runs.filter(generations__images__uuid=image).first()
    if named is not None:
        return {**_settings(named, named.generations.all()), "prompt": named.prompt}
    return {**_settings(newest.run, newest.rows), "prompt": newest.run.prompt} if newest else {}


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


def again(*, run: Run, model: ImageModel) -> Brief:
    """The same brief for one more frame of a run."""
    return Brief(
        mode=run.mode,
        prompt=run.prompt,
        model_id=model.pk,
        width=run.width,
        height=run.height,
        quality=run.quality,
        output_format=run.output_format,
        compression=run.compression,
        background=run.background,
        previews=run.previews,
        count=1,
    )


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _settings(run: Run, rows: Iterable[Generation]) -> dict[str, Any]:
    """A run's settings as the form's fields: a size that no shape and scale make is the user's own."""
    size = sizes.Size(run.width, run.height)
    shape = sizes.shape_of(size)
    scale = next((name for name in sizes.SCALES if sizes.fit(shape, name) == size), "own")
    own = {"width": run.width, "height": run.height} if scale == "own" else {}
    generations = [row for row in rows if row.retry_of_id is None]
    return {
        "mode": run.mode,
        "shape": shape,
        "scale": scale,
        **own,
        "model": generations[0].model_id,
        "quality": run.quality,
        "output_format": run.output_format,
        "compression": 90 if run.compression is None else run.compression,
        "background": run.background,
        "previews": run.previews > 0,
        "count": len(generations),
    }


def _values(form: ComposerForm) -> dict[str, Any]:
    """What each field shows: what was typed, or what it starts with; another model for one that is not on offer."""
    values = {name: form[name].value() for name in form.fields}
    return {**values, "model": form.stand_in.pk} if form.is_bound and form.stand_in else values


def _size(form: ComposerForm, values: Mapping[str, Any], limits: sizes.Limits | None) -> sizes.Size | None:
    if form.is_bound:
        cleaned: sizes.Size | None = form.cleaned_data.get("size") if form.is_valid() or form.cleaned_data else None
        return cleaned
    if values.get("scale") == "own":
        return sizes.Size(values["width"], values["height"])
    return sizes.fit(values["shape"], values["scale"], limits)
