"""What was asked for a picture, what was got, and the receipt of its run."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from credits.models import Entry
from studio import catalogue, picture_urls
from studio.models import Background, Generation, Image, ImageKind, Keep, Mode, OutputFormat, Quality, Status


class Fact(NamedTuple):
    """One line of asked and got. What is `measured` cannot differ from what was asked."""

    name: str
    asked: str
    got: str
    measured: bool = False

    @property
    def differs(self) -> bool:
        """Whether something else came than was asked for."""
        return bool(self.got) and self.got != self.asked and not self.measured


class Along(NamedTuple):
    """A picture that went along: its number, what for, and where to see it, unless it was removed since."""

    position: int
    role: str
    image: Image | None
    src: str
    label: str


class Line(NamedTuple):
    """One line of a receipt; credits signed. `frame`: whose credits came back."""

    at: datetime
    words: str
    credits: int
    frame: str = ""

    @property
    def signed(self) -> str:
        """The credits with their sign, a true minus."""
        return f"{self.credits:+,}".replace("-", "−")


def of(*, image: Image, receipt: list[Line]) -> list[Fact]:
    """Model, size, quality, format, background, time, tokens and credits."""
    generation = image.generation
    if generation is None:
        return []
    run, got = generation.run, generation.got
    back = sum(line.credits for line in receipt if line.frame == generation.frame)
    made = _("not timed") if (seconds := generation.seconds) is None else _("%(s).1f s") % {"s": seconds}
    usual = round(catalogue.expected_s(model=generation.model, quality=run.quality))
    used = generation.usage
    tokens = _("%(out)s out, %(in)s in") % {
        "out": f"{used.get('output_tokens', 0):,}",
        "in": f"{used.get('input_tokens', 0):,}",
    }
    return [
        Fact(_("Model"), generation.model.label, ""),
        Fact(_("Size"), f"{run.width} × {run.height}", _size(image)),
        Fact(_("Quality"), str(Quality(run.quality).label), _label(Quality, got.get("quality"))),
        Fact(_("Format"), str(OutputFormat(run.output_format).label), _format(image)),
        Fact(_("Background"), str(Background(run.background).label), _background(run.background, got)),
        Fact(_("Time"), _("usually %(s)d s") % {"s": usual}, made, measured=True),
        Fact(_("Tokens"), "", tokens if used else _("not told"), measured=True),
        Fact(_("Credits"), f"{generation.credits:,}", f"{generation.credits - back:,}"),
        *([Fact(_("Locked"), "", f"{image.width} × {image.height}", measured=True)] if _is_locked(image) else []),
    ]


def along(*, image: Image) -> list[Along]:
    """The pictures that went along with its run."""
    if image.generation is None or image.generation.run.mode == Mode.TEXT:
        return []
    rows = list(image.generation.run.references.select_related("image__generation__run").order_by("position"))
    there = {row.pk: row.image for row in rows if row.image and not row.image.deleted_at}
    signed = picture_urls.of(there.values())
    return [
        Along(
            row.position,
            row.get_role_display(),
            one := there.get(row.pk),
            signed[one.pk].src if one else "",
            (one.generation.frame if one.generation else one.name) if one else "",
        )
        for row in rows
    ]


def kept(*, image: Image) -> str:
    """What had to stay as it was, in the reader's words."""
    if image.generation is None:
        return ""
    run = image.generation.run
    named = [str(Keep(value).label).lower() for value in run.keep]
    return ", ".join([*named, *([run.keep_words] if run.keep_words else [])])


def receipt(*, image: Image) -> list[Line]:
    """What was taken for the picture's run and what came back, in order."""
    if image.generation is None:
        return []
    run = image.generation.run
    frames = {f"generation:{row.uuid}": row for row in run.generations.all()}
    lines = []
    for entry in Entry.objects.filter(wallet_id=run.wallet_id, cause__in=[f"run:{run.uuid}", *frames]).order_by("id"):
        frame = frames.get(entry.cause)
        lines.append(Line(entry.created_at, _moved(frame), entry.credits, frame.frame if frame else ""))
    return lines


def _is_locked(image: Image) -> bool:
    return image.kind == ImageKind.LOCKED


def _size(image: Image) -> str:
    """What the model made; of a locked picture, that lies in the raw one beside it."""
    made = image
    if image.kind == ImageKind.LOCKED and image.generation is not None:
        made = image.generation.images.filter(kind=ImageKind.RAW).first() or image
    return f"{made.width} × {made.height}"


def _format(image: Image) -> str:
    got = image.generation.got.get("output_format", "") if image.generation else ""
    locked = image.kind == ImageKind.LOCKED and got in OutputFormat.values
    return str(OutputFormat(got if locked else image.output_format).label)


def _moved(frame: Generation | None) -> str:
    """What a line of a receipt is about: the run, a frame that was not made, or a picture that was given back."""
    if frame is None:
        return _("Taken")
    words = _("Back for %(frame)s") if frame.status == Status.SUCCEEDED else _("Back, %(frame)s not made")
    return words % {"frame": frame.frame}


def _label(choices: type[Quality], value: str | None) -> str:
    return str(choices(value).label) if value in choices.values else ""


def _background(asked: str, got: dict[str, str]) -> str:
    value = got.get("background", "")
    return "" if asked == Background.AUTO or value not in Background.values else str(Background(value).label)
