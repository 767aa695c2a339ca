"""Files that are taken in."""

from collections.abc import Iterator

from PIL import Image

from tests.studio import profiles
from tests.studio.file_makers import (
    BLUE,
    HEIF,
    LIES_RIGHT,
    RED,
    SIZE,
    TURNED,
    XMP,
    Pixel,
    corner,
    exif,
    grain,
    made,
    moving,
    see_through,
    sixteen_bits,
    standing,
    with_segment,
)
from tests.studio.odd_rows import Odd, same_pixels, taken, tells_nothing


def good() -> Iterator[Odd]:
    jpeg = {"quality": 95, "subsampling": 0}
    red = {"pixels": LIES_RIGHT, "within": 8, "check": tells_nothing}
    yield taken("plain.png", "RGB", lambda: made("PNG"), "PNG", "png", check=same_pixels(corner()))
    noise = grain()
    yield taken(
        "grain.png", "RGB, every pixel its own", lambda: made("PNG", noise), "PNG", "png", check=same_pixels(noise)
    )
    yield taken(
        "grain.webp", "lossless", lambda: made("WEBP", noise, lossless=True), "WebP", "png", check=same_pixels(noise)
    )
    yield taken(
        "clear.png",
        "half of it transparent",
        lambda: see_through("PNG"),
        "PNG",
        "png",
        pixels={(4, 4): (255, 0, 0, 255), (50, 20): (0, 0, 0, 0)},
    )
    yield taken("clear.webp", "lossy and transparent", lambda: see_through("WEBP"), "WebP", "png")
    yield taken("clear.avif", "transparent", lambda: see_through("AVIF"), "AVIF", "png")
    yield taken(
        "opaque.png",
        "RGBA, and nothing transparent",
        lambda: made("PNG", corner("RGBA")),
        "PNG",
        "png",
        pixels={(4, 4): (255, 0, 0)},
    )
    yield taken("plain.jpg", "RGB", lambda: made("JPEG", **jpeg), "JPEG", "jpeg", **red)
    yield taken("wrong.gif", "a JPEG by another name", lambda: made("JPEG", **jpeg), "JPEG", "jpeg", **red)
    yield taken("slow.jpg", "progressive", lambda: made("JPEG", progressive=True, **jpeg), "JPEG", "jpeg", **red)
    yield taken("plain.webp", "lossy", lambda: made("WEBP", quality=100), "WebP", "jpeg", check=tells_nothing)
    yield taken("plain.heic", "from a phone", lambda: made("HEIF", exif=exif()), "HEIC", "jpeg", check=tells_nothing)
    yield taken(
        "turned.heic",
        "orientation 6, by its own box",
        lambda: made("HEIF", exif=exif(6).tobytes(), **HEIF),
        "HEIC",
        "jpeg",
        size=(48, 64),
        pixels={(43, 4): RED, (4, 60): BLUE},
        within=10,
        check=tells_nothing,
    )
    yield taken("plain.avif", "8 bits", lambda: made("AVIF", exif=exif()), "AVIF", "jpeg", check=tells_nothing)
    for name, what, size, options in (
        ("small.avif", "smaller than a coding block", (33, 17), {}),
        ("odd.avif", "sides of no round number", (333, 77), {}),
        ("wide.avif", "many coding blocks", (1030, 770), {"speed": 10}),
        ("whole.avif", "4:4:4", SIZE, {"subsampling": "4:4:4"}),
    ):
        yield taken(
            name,
            what,
            lambda size=size, options=options: made("AVIF", corner().resize(size), **options),
            "AVIF",
            "jpeg",
            size=size,
        )
    yield taken("grey.avif", "no colours", lambda: made("AVIF", corner("L")), "AVIF", "jpeg")
    yield taken("standing.avif", "a film's first frame alone", standing, "AVIF", "jpeg")
    yield taken("plain.gif", "palette", lambda: made("GIF"), "GIF", "png", pixels={(4, 4): (255, 0, 0)})
    yield taken("moving.gif", "two frames: the first", lambda: moving("GIF"), "GIF", "png", check=same_pixels(corner()))
    for turn, place in TURNED.items():
        yield taken(
            f"turned-{turn}.jpg",
            f"orientation {turn}, GPS",
            lambda turn=turn: made("JPEG", exif=exif(turn), **jpeg),
            "JPEG",
            "jpeg",
            size=SIZE if turn < 5 else SIZE[::-1],
            pixels={place: RED, (24, 24): BLUE},
            within=8,
            check=tells_nothing,
        )
    yield taken(
        "turned.png",
        "orientation 8, GPS",
        lambda: made("PNG", exif=exif(8)),
        "PNG",
        "png",
        size=(48, 64),
        pixels={(4, 59): (255, 0, 0)},
        check=tells_nothing,
    )
    yield taken(
        "turned.webp",
        "orientation 3, GPS",
        lambda: made("WEBP", exif=exif(3), lossless=True),
        "WebP",
        "png",
        pixels={(59, 43): (255, 0, 0)},
        check=tells_nothing,
    )
    yield taken(
        "comment.jpg",
        "XMP and a comment",
        lambda: with_segment(0xE1, XMP, with_segment(0xFE, b"secret")),
        "JPEG",
        "jpeg",
        **red,
    )
    yield taken(
        "broken-exif.jpg",
        "EXIF that is none",
        lambda: with_segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        "JPEG",
        "jpeg",
        **red,
    )


def colours() -> Iterator[Odd]:
    p3, adobe = profiles.rgb("P3", profiles.P3), profiles.rgb("Adobe RGB", profiles.ADOBE_RGB, 2.2)
    inks = profiles.cmyk((50, 70, 50))
    cyan = Image.new("CMYK", SIZE, (255, 0, 0, 0))

    def flat(colour: Pixel, mode: str = "RGB") -> Image.Image:
        return Image.new(mode, SIZE, colour)

    middle = (30, 30)
    for name, what, image, options, pixel, within in (
        ("p3.png", "Display P3: sRGB's own red", flat((234, 51, 35)), {"icc_profile": p3}, (255, 0, 0), 5),
        ("p3-red.png", "Display P3: its own red", flat((255, 0, 0)), {"icc_profile": p3}, (255, 0, 0), 2),
        (
            "p3-clear.png",
            "Display P3, half transparent",
            flat((234, 51, 35, 128), "RGBA"),
            {"icc_profile": p3},
            (255, 0, 0, 128),
            5,
        ),
        ("adobe.png", "Adobe RGB: sRGB's own green", flat((144, 255, 60)), {"icc_profile": adobe}, (0, 255, 0), 6),
        (
            "linear.png",
            "grey with a profile of gamma 1",
            flat(128, "L"),
            {"icc_profile": profiles.grey(1)},
            (188, 188, 188),
            2,
        ),
        (
            "no-profile.png",
            "a profile that is none",
            flat((200, 100, 50)),
            {"icc_profile": b"none at all"},
            (200, 100, 50),
            0,
        ),
        (
            "wrong-profile.png",
            "a profile of inks on RGB",
            flat((200, 100, 50)),
            {"icc_profile": inks},
            (200, 100, 50),
            0,
        ),
        ("grey.png", "8 bits of grey", flat(77, "L"), {}, (77, 77, 77), 0),
        ("grey-clear.png", "grey with transparency", flat((77, 99), "LA"), {}, (77, 77, 77, 99), 0),
        ("one-bit.png", "black and white", flat(1, "1"), {}, (255, 255, 255), 0),
        ("palette.png", "palette, one colour transparent", corner("P"), {"transparency": 0}, None, 0),
    ):
        yield taken(
            name,
            what,
            lambda i=image, o=options: made("PNG", i, **o),
            "PNG",
            "png",
            pixels={middle: pixel} if pixel else {},
            within=within,
            check=tells_nothing,
        )
    yield taken(
        "p3.jpg",
        "Display P3: sRGB's own red",
        lambda: made("JPEG", flat((234, 51, 35)), icc_profile=p3, quality=95),
        "JPEG",
        "jpeg",
        pixels={middle: (255, 0, 0)},
        within=8,
        check=tells_nothing,
    )
    yield taken(
        "p3.heic",
        "Display P3: sRGB's own red",
        lambda: made("HEIF", flat((234, 51, 35)), icc_profile=p3, **HEIF),
        "HEIC",
        "jpeg",
        pixels={middle: (255, 0, 0)},
        within=10,
        check=tells_nothing,
    )
    yield taken(
        "p3.avif",
        "Display P3: sRGB's own red",
        lambda: made("AVIF", flat((234, 51, 35)), icc_profile=p3, quality=95),
        "AVIF",
        "jpeg",
        pixels={middle: (255, 0, 0)},
        within=10,
        check=tells_nothing,
    )
    yield taken(
        "grey-16.png",
        "16 bits of grey keep their tone",
        lambda: sixteen_bits(0, 0x8040),
        "PNG",
        "png",
        pixels={middle: (128, 128, 128)},
    )
    yield taken(
        "rgb-16.png",
        "16 bits of RGB",
        lambda: sixteen_bits(2, 0xC8FF, 0x6400, 0x3280),
        "PNG",
        "png",
        pixels={middle: (200, 100, 50)},
        within=1,
    )
    yield taken(
        "cmyk.jpg",
        "inks without a profile",
        lambda: made("JPEG", cyan),
        "JPEG",
        "jpeg",
        pixels={middle: (0, 255, 255)},
        within=4,
    )
    yield taken(
        "inks.jpg",
        "inks whose profile says that cyan is red",
        lambda: made("JPEG", cyan, icc_profile=inks),
        "JPEG",
        "jpeg",
        pixels={middle: (229, 34, 36)},
        within=12,
        check=tells_nothing,
    )
    yield taken(
        "grey.jpg",
        "8 bits of grey",
        lambda: made("JPEG", flat(77, "L")),
        "JPEG",
        "jpeg",
        pixels={middle: (77, 77, 77)},
        within=2,
    )
