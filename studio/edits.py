"""The part of the composer's form that is about pictures that go along: what stays, how far to go, what is masked."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from studio import instructions, pictures, sheets, sizes
from studio.models import Image, ImageKind, ImageModel, Keep, Mode, Strength
from studio.sheets import Sheet
from studio.strip import MOST, Piece, Strip

FEATHER_MOST: Final = 200  # px of the source
FEATHER: Final = 12
SAME_SHAPE: Final = 0.01  # as in static/js/mask/extend.js: so near, there is nothing to extend
OTHERS_WORDS: Final = gettext_lazy("What is drawn belongs to another picture. Draw it anew, or go on without it.")
DRAWN: Final = ("mask", "markup", "extend_shape")  # the fields that are of one source; `drawn_on` says of which
EXTENDS: Final = [(shape, shape) for shape in sizes.RATIOS]


class EditFields(forms.Form):
    """Fields that text to image leaves alone: they keep what they hold until another kind of work needs it."""

    keep = forms.MultipleChoiceField(choices=Keep, required=False)
    keep_words = forms.CharField(required=False, max_length=500, strip=True)
    strength = forms.ChoiceField(
        choices=[("", gettext_lazy("As the model sees fit")), *Strength.choices], required=False
    )
    mask = forms.UUIDField(required=False, widget=forms.HiddenInput)
    markup = forms.UUIDField(required=False, widget=forms.HiddenInput)
    drawn_on = forms.UUIDField(required=False, widget=forms.HiddenInput)
    feather = forms.IntegerField(required=False, min_value=0, max_value=FEATHER_MOST, initial=FEATHER)
    lock = forms.BooleanField(required=False, initial=True)
    extend_shape = forms.ChoiceField(choices=EXTENDS, required=False)
    extend_x = forms.IntegerField(required=False, min_value=0, max_value=100, initial=50)
    extend_y = forms.IntegerField(required=False, min_value=0, max_value=100, initial=50)

    strip: Strip
    kind: str

    def check_pictures(self, model: ImageModel | None, cleaned: dict[str, Any]) -> None:
        """A sentence beside the strip for what has to change there, or `edit` in what is cleaned."""
        mode, pieces = self.kind, self.strip.sent(self.kind)
        cleaned["edit"] = {}
        if mode == Mode.TEXT:
            return
        if problem := _problem(mode, self.strip, model):
            self.add_error("mode", problem)
            return
        if unknown := _unknown_name(cleaned.get("prompt") or "", len(pieces)):
            words = ngettext("There is no %(handle)s: %(n)s picture goes along.",
                             "There is no %(handle)s: %(n)s pictures go along.", len(pieces))  # fmt: skip
            self.add_error("prompt", words % {"handle": unknown, "n": len(pieces)})
        cleaned["edit"] = self._edit(model, mode, pieces, cleaned)

    def edit_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The same for a form that nobody has posted yet, with what it starts with."""
        mode = str(values.get("mode") or Mode.TEXT)
        pieces = self.strip.sent(mode)
        return {} if not pieces or _problem(mode, self.strip, None) else self._edit(None, mode, pieces, dict(values))

    def _edit(
        self, model: ImageModel | None, mode: str, pieces: list[Piece], cleaned: dict[str, Any]
    ) -> dict[str, Any]:
        source = self.strip.source.image if self.strip.source and mode == Mode.IMAGE else None
        mask = markup = sheet = None
        if source is not None:
            mask = self._drawn(ImageKind.MASK, cleaned.get("mask"), source)
            sheet = self._sheet(cleaned, source)
            if mask is None and sheet is None and (model is None or model.takes_markup):
                markup = self._drawn(ImageKind.MARKUP, cleaned.get("markup"), source)
        way = "mask" if mask else "extend" if sheet else "markup" if markup else ""
        keep, keep_words = tuple(cleaned.get("keep") or ()), cleaned.get("keep_words") or ""
        strength = cleaned.get("strength") or "" if source is not None else ""
        told = instructions.words(
            roles=[piece.role for piece in pieces], keep=keep, keep_words=keep_words, strength=strength, way=way
        )
        feather = cleaned.get("feather")
        return {
            "pictures": tuple((piece.image.pk, piece.role) for piece in pieces if piece.image),
            "instructions": told,
            "keep": keep,
            "keep_words": keep_words,
            "strength": strength,
            "mask_id": mask.pk if mask else None,
            "markup_id": markup.pk if markup else None,
            "feather_px": (FEATHER if feather is None else feather) if mask or sheet else 0,
            "lock": bool(cleaned.get("lock")) if mask or sheet else False,
            "sheet": (sheet.width, sheet.height, sheet.x, sheet.y) if sheet else None,
        }

    def _sheet(self, cleaned: dict[str, Any], source: Image) -> Sheet | None:
        """Where the source is extended to; no farther than a picture may be large, and not as another one was."""
        sheet = sheet_of(cleaned, sizes.Size(source.width, source.height))
        if sheet is None:
            return None
        if cleaned.get("drawn_on") not in (None, "", source.uuid):
            problem = str(OTHERS_WORDS)
        elif sheet.size.pixels > pictures.MOST_PIXELS:
            problem = _("Extended to that shape it would have more than 50 megapixels. Choose another.")
        else:
            return sheet
        if self.is_bound:
            self.add_error("mask", problem)
        return None

    def _drawn(self, kind: str, name: Any, source: Image) -> Image | None:
        """What was drawn on this very picture; of another one's, a sentence: nobody pays for an edit without it."""
        if not name:
            return None
        found = Image.objects.filter(kind=kind, uuid=name, owner_id=source.owner_id).first()
        if found is not None and (found.parent_id == source.pk or _made_through(found, source)):
            return found
        if self.is_bound:
            self.add_error("mask", OTHERS_WORDS)
        return None


def sheet_of(cleaned: dict[str, Any], source: sizes.Size) -> Sheet | None:
    """The larger sheet that the source is to be extended to; None where it is not, or is as large already."""
    shape = cleaned.get("extend_shape")
    if not shape or abs(source.ratio / Fraction(*sizes.RATIOS[shape]) - 1) < SAME_SHAPE:
        return None
    across, down = (50 if cleaned.get(name) is None else cleaned[name] for name in ("extend_x", "extend_y"))
    found = sheets.extended(source, ratio=Fraction(*sizes.RATIOS[shape]), across=across, down=down)
    return None if found.size == source else found


def extension_of(sheet: list[int], source: sizes.Size) -> dict[str, Any]:
    """The fields that make that sheet."""
    width, height, x, y = sheet
    across, down = width - source.width, height - source.height
    return {
        "extend_shape": sizes.shape_of(sizes.Size(width, height)),
        "extend_x": round(100 * x / across) if across else 50,
        "extend_y": round(100 * y / down) if down else 50,
    }


def _made_through(mask: Image, source: Image) -> bool:
    """Whether that picture was locked outside this very mask: it has the size and the places that were painted."""
    run = source.generation.run if source.generation and source.kind == ImageKind.LOCKED else None
    return run is not None and run.mask_id == mask.pk and run.sheet is None


def _unknown_name(prompt: str, count: int) -> str:
    """The first name of a picture in these words that none has."""
    names = re.findall(r"(?<![\w.])@(\d{1,2})(?![\w.@])", prompt)
    return next((f"@{name}" for name in names if count < int(name) <= MOST), "")


def _problem(mode: str, strip: Strip, model: ImageModel | None) -> str:
    """What is wrong with the pictures of the strip, in a sentence; empty where nothing is."""
    unready = [piece for piece in strip.pieces if piece.state != "ready"]
    if mode == Mode.IMAGE and strip.source is None:
        return _("Add the picture that is to be changed, or make one of these the source.")
    if mode == Mode.GUIDED and not strip.pieces:
        return _("Add a picture to follow.")
    if unready and unready[0].state == "waiting":
        return _("%(handle)s is still being read. Press again in a moment.") % {"handle": unready[0].handle}
    if unready:
        away = [piece.handle for piece in unready if piece.state != "waiting"]
        words = ngettext("%(handles)s can’t be used: take it away, or bring another one.",
                         "%(handles)s can’t be used: take them away, or bring others.", len(away))  # fmt: skip
        return words % {"handles": ", ".join(away)}
    if model is not None and len(strip.pieces) > model.most_references:
        most = model.most_references
        words = ngettext("%(model)s takes %(n)s picture.", "%(model)s takes %(n)s pictures.", most)
        return words % {"model": model.label, "n": most}
    if mode == Mode.GUIDED and strip.source is not None:
        return _("%(handle)s is the source: say what it is for instead, or choose image to image.") % {
            "handle": strip.source.handle
        }
    return ""
