"""Pictures that people bring, and what is drawn on them: as the studio's pages would, without a page."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import User
from studio import drawings, pictures, sizes, storage, uploads
from studio.drawings import Share
from studio.models import Image, Role, Upload
from studio.sizes import Size
from tests.studio.file_makers import made

RECTANGLE = Share(30, 30, 60, 70)


def file(data: bytes = b"", name: str = "cup.png") -> "SimpleUploadedFile":
    """What a browser sends."""
    return SimpleUploadedFile(name, data or made("PNG"))


def received(user: User, data: bytes = b"", name: str = "cup.png") -> Upload:
    """A file that waits for a worker."""
    return uploads.receive(user=user, file=file(data, name))


def read(upload: Upload) -> Upload:
    """What a worker would do with it, and what became of it."""
    uploads.take_in(upload_uuid=upload.uuid)
    return Upload.objects.select_related("image", "owner").get(pk=upload.pk)


def brought(user: User, data: bytes = b"", name: str = "cup.png") -> Image:
    """A picture of that user's."""
    upload = read(received(user, data, name))
    assert upload.image, (upload.error_code, upload.error_params)
    return upload.image


def photo(size: tuple[int, int] = (320, 240)) -> bytes:
    """A file with something to see everywhere, so that no change is hidden."""
    return made("PNG", speckled(size))


def speckled(size: tuple[int, int]) -> Pillow.Image:
    """Every pixel differs from those beside it."""
    return Pillow.merge("RGB", [Pillow.effect_noise(size, spread) for spread in (40, 60, 80)])


def painted(source: Image, rectangle: Share = RECTANGLE) -> Image:
    """A mask of that picture."""
    return drawings.mask(source=source, rectangle=rectangle)


def mask_file(size: tuple[int, int], box: tuple[int, int, int, int]) -> bytes:
    """A mask as programs save it: black, and transparent where the picture is to change."""
    image = Pillow.new("RGBA", size, "black")
    image.paste((0, 0, 0, 0), box)
    return made("PNG", image)


def edit(*pieces: tuple[Image, str], **changes: Any) -> dict[str, Any]:
    """A brief of image to image; the first picture is the source."""
    first = pieces[0][0]
    like = sizes.shaped(Size(first.width, first.height), sizes.LEAST_PIXELS)
    return {
        "mode": "image" if pieces[0][1] == Role.SOURCE else "guided",
        "pictures": tuple((image.pk, str(role)) for image, role in pieces),
        "width": like.width,
        "height": like.height,
        "previews": 0,
        **changes,
    }


def pixels(key: str) -> Pillow.Image:
    """A stored picture."""
    return pictures.decode(storage.get(key=key)).decoded


def opened(data: bytes) -> Pillow.Image:
    """A picture in hand."""
    image = Pillow.open(BytesIO(data))
    image.load()
    return image


def quarantine() -> list[str]:
    """What lies there, of anybody."""
    return [key for listed in storage.listing(at_once=500) for key, _at in listed if "/quarantine/" in key]


def age(upload: Upload, by: timedelta) -> None:
    """As if it had come so long ago."""
    Upload.objects.filter(pk=upload.pk).update(created_at=timezone.now() - by)


def refused_picture() -> bytes:
    """What the sandbox's safety check refuses."""
    image = Pillow.new("RGB", (200, 200), (90, 90, 90))
    for at in ((0, 0), (150, 0), (0, 150), (150, 150)):
        image.paste((255, 0, 255), (*at, at[0] + 50, at[1] + 50))
    return made("PNG", image)


def lapse(upload: Upload) -> None:
    """As if the worker that holds it had died a while ago."""
    Upload.objects.filter(pk=upload.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def marks(size: tuple[int, int]) -> bytes:
    """What the mask's page sends of a picture that was marked up."""
    drawn = Pillow.new("RGBA", size)
    drawn.paste((255, 0, 0, 255), (10, 10, 80, 30))
    return made("PNG", drawn)
