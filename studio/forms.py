"""The composer's form: what was posted becomes a Brief, or a sentence beside the field that has to change."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import whole
from studio import absences, breaker, catalogue, sizes
from studio.briefs import COUNT_MOST, PROMPT_MOST, Brief
from studio.edits import EditFields
from studio.models import Background, ImageModel, Mode, OutputFormat, Quality
from studio.strip import Strip

Choices = list[tuple[str, str | Promise]]
SHAPES: Final[Choices] = [
    ("source", gettext_lazy("As it is")),  # of the source, where there is one
    ("square", gettext_lazy("Square")),
    ("portrait", gettext_lazy("Portrait")),
    ("story", gettext_lazy("Story")),
    ("card", gettext_lazy("Card")),
    ("wide", gettext_lazy("Wide")),
    ("banner", gettext_lazy("Banner")),
]
SCALES: Final[Choices] = [
    ("standard", gettext_lazy("Standard")),
    ("large", gettext_lazy("Large")),
    ("largest", gettext_lazy("Largest")),
    ("own", gettext_lazy("My own")),
]
COUNT_WORDS = gettext_lazy("Write a whole number from 1 to 10.")
COMPRESSION_WORDS = gettext_lazy("Write a whole number from 0 to 100.")
GONE_WORDS = gettext_lazy("This model is not offered any more. Choose another one.")
SETTINGS: Final[dict[str, Callable[[ImageModel], list[str]]]] = {  # that not every model has
    "quality": lambda model: model.qualities,
    "output_format": lambda model: model.formats,
    "background": lambda model: model.backgrounds,
}
PREVIEWS: Final = 2
SIDE_MOST: Final = 100_000  # what anyone may type: no arithmetic with numbers of five thousand digits


class ComposerForm(EditFields):
    """What is asked, for all kinds of work. `brief()` is what was asked, once the form is valid.

    The pictures that go along are no field of its own: the `strip` has read them.
    """

    mode = forms.ChoiceField(choices=Mode, initial=Mode.TEXT, required=False)
    prompt = forms.CharField(
        error_messages={"required": gettext_lazy("Say what you want to see.")}, strip=True, widget=forms.Textarea
    )
    shape = forms.ChoiceField(choices=SHAPES, initial="square")
    scale = forms.ChoiceField(choices=SCALES, initial="standard", required=False)
    width = forms.IntegerField(required=False)
    height = forms.IntegerField(required=False)
    model = forms.TypedChoiceField(
        error_messages={"invalid_choice": GONE_WORDS, "required": gettext_lazy("Choose a model.")},
    )
    quality = forms.ChoiceField(choices=Quality, initial=Quality.MEDIUM)
    output_format = forms.ChoiceField(choices=OutputFormat, initial=OutputFormat.PNG)
    compression = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        initial=90,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), COMPRESSION_WORDS),
    )
    background = forms.ChoiceField(choices=Background, initial=Background.AUTO)
    previews = forms.BooleanField(required=False, initial=True)
    count = forms.IntegerField(
        min_value=1,
        max_value=COUNT_MOST,
        initial=4,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), COUNT_WORDS),
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    quoted = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, offered: list[ImageModel] | None = None, strip: Strip | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.strip, self.kind = strip or Strip(), str(Mode.TEXT)
        self.paints = False  # True: a mask is being painted, which the press will bring
        self.offered = list(catalogue.offered()) if offered is None else offered
        by_id = {str(one.pk): one for one in self.offered}
        model: forms.TypedChoiceField = self.fields["model"]  # type: ignore[assignment]
        model.choices, model.coerce = [(pk, one.label) for pk, one in by_id.items()], by_id.__getitem__
        self.refusing = breaker.refusing(self.offered)
        self.instead_of: ImageModel | None = None  # a model that does not answer, for which another is chosen
        self.withdrawn = self._withdrawn(by_id)
        self.stand_in: ImageModel | None = None  # chosen in the place of one that is not on offer
        if self.withdrawn:
            other = self.other_than(self.withdrawn)
            model.error_messages["invalid_choice"] = absences.withdrawn_words(model=self.withdrawn, other=other)
            self.stand_in = other or next(iter(self.offered), None)
        if self.offered and not self.is_bound:
            self._choose_model()

    def _withdrawn(self, by_id: dict[str, ImageModel]) -> ImageModel | None:
        """The model that was posted or that it starts with, where that is not on offer."""
        wanted = str(self._given("model"))
        pk = None if wanted in by_id else whole(wanted)
        return None if pk is None else ImageModel.objects.filter(pk=pk).first()

    def _choose_model(self) -> None:
        """What it starts with, or the first on offer; where that is not to be had, another that is."""
        wanted = self.stand_in.pk if self.stand_in else self.initial.get("model", self.offered[0].pk)
        if wanted in self.refusing:
            silent = next(model for model in self.offered if model.pk == wanted)
            if other := self.other_than(silent):
                self.instead_of, wanted = silent, other.pk
        self.initial["model"] = wanted

    def other_than(self, absent: ImageModel) -> ImageModel | None:
        """Which one is offered for a model that is not to be had: one that has the other settings, if there is any."""
        answering = [one for one in self.offered if one.pk not in self.refusing]
        given = {name: self._given(name) for name in SETTINGS}
        fitting = [one for one in answering if all(given[name] in (None, *SETTINGS[name](one)) for name in SETTINGS)]
        return catalogue.instead(model=absent, among=fitting or answering)

    def _given(self, name: str) -> Any:
        """What was posted, or what it starts with."""
        return (self.data if self.is_bound else self.initial).get(name)

    def clean_prompt(self) -> str:
        """Not blank, and no longer than the API takes."""
        prompt: str = self.cleaned_data["prompt"]
        if len(prompt) > PROMPT_MOST:
            over = len(prompt) - PROMPT_MOST
            raise forms.ValidationError(
                _("A prompt can have 32,000 characters; this one has %(over)s too many."),
                params={"over": f"{over:,}"},
            )
        return prompt

    def clean(self) -> dict[str, Any]:
        """The settings have to fit the model, and the size has to be legal."""
        cleaned = super().clean() or self.cleaned_data
        self.kind = cleaned.get("mode") or Mode.TEXT  # a sentence beside a field takes it out of what is cleaned
        model: ImageModel | None = cleaned.get("model") or self.stand_in  # whose price the answer shows
        self.check_pictures(model, cleaned)
        if (over := self._too_long(cleaned)) > 0:
            words = _("With what the model is told besides, this prompt has %(over)s characters too many.")
            self.add_error("prompt", words % {"over": f"{over:,}"})
        if model is not None:
            self._check_settings(model, cleaned)
            cleaned["size"] = self._size(model, cleaned)
        if cleaned.get("background") == Background.TRANSPARENT and cleaned.get("output_format") == OutputFormat.JPEG:
            self.add_error("background", _("JPEG has no transparency. Choose PNG or WebP, or another background."))
        return cleaned

    def _too_long(self, cleaned: dict[str, Any]) -> int:
        """By how many characters all that is sent is longer than the API takes."""
        told = cleaned["edit"].get("instructions", "")
        return len(cleaned.get("prompt", "")) + len(told) + 2 - PROMPT_MOST if told else 0

    def _check_settings(self, model: ImageModel, cleaned: dict[str, Any]) -> None:
        for name, has in SETTINGS.items():
            if name in cleaned and cleaned[name] not in has(model):
                words = _("%(model)s does not have this setting. Choose another one.") % {"model": model.label}
                self.add_error(name, words)

    def _size(self, model: ImageModel, cleaned: dict[str, Any]) -> sizes.Size | None:
        limits = catalogue.limits_of(model)
        source = self.strip.source_size if self.kind == Mode.IMAGE else None
        sheet, painted = cleaned["edit"].get("sheet"), self.paints or bool(cleaned["edit"].get("mask_id"))
        size = size_of(cleaned, source, limits, sheet=sizes.Size(*sheet[:2]) if sheet else None, painted=painted)
        if size is None:
            return None
        if problems := sizes.problems(size, limits):
            near = _("The nearest size is %(width)s × %(height)s.") % sizes.nearest(size, limits)._asdict()
            for problem in problems:
                self.add_error("width", f"{size_words(problem)} {near}")
        return size

    def brief(self) -> Brief:
        """What was asked, for a form that is valid."""
        cleaned = self.cleaned_data
        model: ImageModel = cleaned["model"]
        size: sizes.Size = cleaned["size"]
        compressed = cleaned["output_format"] != OutputFormat.PNG
        compression = cleaned["compression"]
        return Brief(
            mode=self.kind,
            prompt=cleaned["prompt"],
            model_id=model.pk,
            width=size.width,
            height=size.height,
            quality=cleaned["quality"],
            output_format=cleaned["output_format"],
            compression=(90 if compression is None else compression) if compressed else None,
            background=cleaned["background"],
            previews=min(PREVIEWS, model.most_previews) if cleaned["previews"] else 0,
            count=cleaned["count"],
            **cleaned["edit"],
        )


def scale_of(values: Mapping[str, Any]) -> str:
    """The scale that is chosen; the standard one for the user's own size."""
    return str(values["scale"]) if values.get("scale") in sizes.SCALES else "standard"


def size_of(
    values: Mapping[str, Any],
    source: sizes.Size | None,
    limits: sizes.Limits | None,
    *,
    sheet: sizes.Size | None,
    painted: bool,
) -> sizes.Size | None:
    """What is asked for, legal or not. Of a masked edit the source's shape: what goes back in lies where it lay."""
    if source and (sheet or painted):
        return sizes.like(sheet or source, scale_of(values), limits)
    if values.get("scale") == "own":
        return sizes.Size(*(min(values.get(side) or 0, SIDE_MOST) for side in ("width", "height")))
    return shaped(values["shape"], scale_of(values), source, limits) if values.get("shape") else None


def shaped(shape: str, scale: str, source: sizes.Size | None, limits: sizes.Limits | None) -> sizes.Size:
    """A shape's size; "source" is the source's own, and square where there is none."""
    if shape == "source":
        return sizes.like(source, scale, limits) if source else sizes.fit("square", scale, limits)
    return sizes.fit(shape, scale, limits)


def size_words(problem: sizes.Problem) -> str:
    """Why a size cannot be asked for, in a sentence."""
    words = {
        "step": _("Width and height have to be multiples of %(limit)s."),
        "ratio": _("The longer side can be %(limit)s times the shorter one at most."),
        "side": _("A side can have %(limit)s pixels at most."),
        "most": _("A picture can have %(limit)s pixels in all at most."),
        "least": _("A picture needs %(limit)s pixels in all at least."),
    }
    return words[problem.code] % {"limit": f"{problem.limit:,}"}
