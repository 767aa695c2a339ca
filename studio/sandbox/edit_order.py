"""What a request for an edit may say and send, checked as the real API checks it; the outcome is an `Order`."""

import asyncio
import re
from concurrent.futures import Executor
from dataclasses import replace
from hashlib import sha256

from PIL import Image
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from studio.sandbox import areas, errors, material, validation
from studio.sandbox.material import Material
from studio.sandbox.validation import Body, Order

IMAGES_MOST = 16
IMAGE_BYTES_MOST, MASK_BYTES_MOST = 50_000_000, 4_000_000
KINDS = ("image/jpeg", "image/png", "image/webp")
FILES = ("image", "image[]", "mask", "markup")
NUMBERS = ("n", "output_compression", "partial_images", "frame_count", "frame_duration_ms")
RATIO_MOST = 2.95  # short of the API's 3, so that rounding to whole steps stays within it


async def receive(request: Request, *, pool: Executor) -> Order:
    """The order in a multipart body; raises ApiError in the API's words. Files lie on the disk until they are read."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise errors.ApiError(400, "Invalid Content-Type header. Expected 'multipart/form-data'.")
    try:
        form = await request.form(max_files=64, max_fields=64)
    except HTTPException:
        raise errors.ApiError(400, "We could not parse the multipart body of your request.") from None
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, read, form)
    finally:
        await form.close()


def read(form: FormData) -> Order:
    """The order in a parsed form."""
    order = validation.read(_body(form), rules=validation.EDIT_RULES)
    images = _files(form, "image", "image[]")
    if not images:
        raise errors.missing("image")
    if len(images) > IMAGES_MOST:
        message = (
            f"Invalid 'image': array too long. Expected an array with maximum length {IMAGES_MOST}, "
            f"but got an array with length {len(images)} instead."
        )
        raise errors.ApiError(400, message, code="array_above_max_length", param="image")
    masks, markups = _files(form, "mask"), _files(form, "markup")
    if markups and not order.engine.takes_markup:
        message = f"The 'markup' parameter is not supported by the model '{order.engine.name}'."
        raise errors.invalid_value("markup", message)
    if markups and masks:
        raise errors.invalid_value("markup", "'markup' cannot be used together with 'mask'.")
    found = _material(images, masks[:1], markups[:1])
    return replace(order, size=order.size or fitted(found.size), material=found)


def _body(form: FormData) -> Body:
    """The fields that are no files, as JSON would have said them."""
    return {name: _typed(name, value) for name, value in form.multi_items() if name not in FILES}


def _typed(name: str, value: object) -> object:
    if name == "stream" and value in ("true", "false"):
        return value == "true"
    if name in NUMBERS and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
        return int(value)
    return value


def _files(form: FormData, *names: str) -> list[UploadFile]:
    found = [value for name, value in form.multi_items() if name in names]
    for value in found:
        if not isinstance(value, UploadFile):
            raise errors.invalid_type(names[0], expected="a file", got=value)
    return [value for value in found if isinstance(value, UploadFile)]


def _material(images: list[UploadFile], masks: list[UploadFile], markups: list[UploadFile]) -> Material:
    """One picture after another is decoded, and only the first one stays."""
    for image in images:
        _check(image, "image", kinds=KINDS, most=IMAGE_BYTES_MOST)
    for name, overlays in (("mask", masks), ("markup", markups)):
        for overlay in overlays:
            _check(overlay, name, kinds=("image/png",), most=MASK_BYTES_MOST if name == "mask" else IMAGE_BYTES_MOST)
    first = images[0].file.read()
    source = _decoded(first, 1)
    digest, tones = sha256(first).digest(), [material.tone(source)]
    for number, image in enumerate(images[1:], 2):
        data = image.file.read()
        digest += sha256(data).digest()
        tones.append(material.tone(_decoded(data, number)))
    area = None
    for name, overlay in (*(("mask", one) for one in masks), *(("markup", one) for one in markups)):
        data = overlay.file.read()
        digest += sha256(name.encode() + data).digest()
        area = _area(name, data, source.size)
    return material.gathered(data=first, source=source, area=area, tones=tuple(tones), digest=digest)


def _check(file: UploadFile, name: str, *, kinds: tuple[str, ...], most: int) -> None:
    """What can be told from outside."""
    kind = (file.content_type or "").partition(";")[0].strip().lower()
    if not kind:
        raise errors.ApiError(
            400, f"Invalid file '{name}': missing mimetype.", code="missing_file_mimetype", param=name
        )
    if kind not in kinds:
        listed = ", ".join(f"'{one}'" for one in kinds)
        message = f"Invalid file '{name}': unsupported mimetype ('{kind}'). Supported file formats are {listed}."
        raise errors.ApiError(400, message, code="unsupported_file_mimetype", param=name)
    if (file.size or 0) >= most:
        message = f"Invalid file '{name}': too large. Expected less than {most} bytes, but got {file.size} instead."
        raise errors.ApiError(400, message, code="image_file_too_large", param=name)


def _decoded(data: bytes, number: int) -> Image.Image:
    try:
        return material.decoded(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise errors.invalid_image(number) from None


def _area(name: str, data: bytes, size: tuple[int, int]) -> Image.Image:
    """Where the picture is to change, white on black."""
    try:
        overlay = material.decoded(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise errors.invalid_overlay(name, "could not be read as a PNG file") from None
    if overlay.size != size:
        raise errors.invalid_overlay(name, "must have the same size as the first image")
    if not overlay.has_transparency_data:
        raise errors.invalid_overlay(name, "must have an alpha channel")
    alpha = overlay.convert("RGBA").getchannel("A")
    if name == "mask":
        return alpha.point(lambda value: 255 - value)
    if alpha.getextrema()[0] == 255:
        raise errors.invalid_overlay(name, "must have transparent pixels")
    return areas.around_marks(alpha)


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """The legal size nearest to a picture's own."""
    width, height = (float(side) for side in size)
    width, height = min(width, RATIO_MOST * height), min(height, RATIO_MOST * width)
    pixels = min(max(width * height, validation.PIXELS_LEAST * 1.03), validation.PIXELS_MOST * 0.98)
    scale = min((pixels / (width * height)) ** 0.5, validation.EDGE_LIMIT / max(width, height))
    step = validation.EDGE_STEP
    return round(width * scale / step) * step, round(height * scale / step) * step
