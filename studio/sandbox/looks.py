"""Light and mood: what words such as morning, noir or pastel do to a picture's tones and colours."""

from dataclasses import dataclass, fields, replace
from typing import Any

from studio.sandbox.oklab import Change, Lab, smooth

Pair = tuple[float, float]


@dataclass(frozen=True)
class Look:
    """A grade in OKLab terms. The zero of every field changes nothing, so that looks can be weakened."""

    exposure: float = 0.0
    contrast: float = 0.0
    lift: float = 0.0
    saturation: float = 0.0
    shadows: Pair = (0.0, 0.0)
    highlights: Pair = (0.0, 0.0)
    monochrome: float = 0.0
    vignette: float = 0.0
    grain: float = 0.0
    glow: float = 0.0

    def scaled(self, share: float) -> "Look":
        """The same look, that much of it."""
        values: dict[str, Any] = {field.name: _scaled(getattr(self, field.name), share) for field in fields(self)}
        return replace(self, **values)

    def change(self) -> Change:
        """The grade as a change of colours, to be baked into a table."""

        def apply(light: float, a: float, b: float) -> Lab:
            light = self._tone(light)
            dark, bright = (1 - light) ** 1.5 * smooth(light, 0.0, 0.25), light * light
            colour = (1 + self.saturation) * (1 - self.monochrome)
            return (
                light,
                a * colour + dark * self.shadows[0] + bright * self.highlights[0],
                b * colour + dark * self.shadows[1] + bright * self.highlights[1],
            )

        return apply

    def _tone(self, light: float) -> float:
        """Exposure as a power, which leaves black and white where they are; then an S; then the lifted black."""
        light = max(0.0, light) ** (2.0**-self.exposure)
        light += self.contrast * (smooth(light, 0.0, 1.0) - light)
        return min(1.0, self.lift + light * (1 - self.lift))


def _scaled(value: float | Pair, share: float) -> float | Pair:
    return (value[0] * share, value[1] * share) if isinstance(value, tuple) else value * share


def together(one: Look, other: Look) -> Look:
    """Both looks at once, as for "moody winter morning"."""
    return replace(
        one,
        exposure=one.exposure + other.exposure,
        contrast=one.contrast + other.contrast,
        lift=max(one.lift, other.lift),
        saturation=one.saturation + other.saturation,
        shadows=(one.shadows[0] + other.shadows[0], one.shadows[1] + other.shadows[1]),
        highlights=(one.highlights[0] + other.highlights[0], one.highlights[1] + other.highlights[1]),
        monochrome=max(one.monochrome, other.monochrome),
        vignette=max(one.vignette, other.vignette),
        grain=max(one.grain, other.grain),
        glow=max(one.glow, other.glow),
    )


NEUTRAL = Look()

MOODS = {
    "morning": Look(exposure=0.14, lift=0.03, highlights=(0.004, 0.03), shadows=(-0.004, -0.012), glow=0.25),
    "golden": Look(exposure=0.06, contrast=0.12, saturation=0.08, highlights=(0.016, 0.052), shadows=(0.012, 0.006)),
    "sunset": Look(contrast=0.15, saturation=0.1, highlights=(0.03, 0.05), shadows=(0.022, -0.03), vignette=0.15),
    "dusk": Look(
        exposure=-0.35, contrast=0.1, saturation=-0.05, highlights=(0.012, 0.006), shadows=(0.004, -0.05), vignette=0.25
    ),
    "night": Look(
        exposure=-0.8, contrast=0.25, saturation=-0.1, highlights=(0.004, -0.012), shadows=(0.0, -0.055), vignette=0.4
    ),
    "noir": Look(exposure=-0.5, contrast=0.7, monochrome=1.0, vignette=0.6, grain=0.5),
    "mono": Look(contrast=0.3, monochrome=1.0, vignette=0.15, grain=0.25),
    "film": Look(
        contrast=-0.12, lift=0.055, saturation=-0.08, highlights=(0.006, 0.022), shadows=(-0.012, 0.004), grain=0.7
    ),
    "pastel": Look(exposure=0.42, contrast=-0.22, lift=0.1, saturation=-0.12, highlights=(0.006, 0.004), glow=0.3),
    "moody": Look(exposure=-0.5, contrast=0.25, saturation=-0.16, shadows=(-0.012, -0.014), vignette=0.45),
    "airy": Look(exposure=0.4, contrast=-0.08, lift=0.03, saturation=-0.04, highlights=(-0.002, 0.004), glow=0.2),
    "cinematic": Look(
        exposure=-0.1, contrast=0.25, saturation=-0.04, highlights=(0.016, 0.034), shadows=(-0.024, -0.03), vignette=0.3
    ),
    "vintage": Look(
        contrast=-0.15,
        lift=0.08,
        saturation=-0.3,
        highlights=(0.006, 0.05),
        shadows=(0.012, 0.008),
        vignette=0.25,
        grain=0.5,
    ),
    "neon": Look(
        exposure=-0.4,
        contrast=0.4,
        saturation=0.3,
        highlights=(0.03, -0.035),
        shadows=(0.022, -0.085),
        vignette=0.35,
        glow=0.5,
    ),
    "cold": Look(exposure=0.05, saturation=-0.15, highlights=(-0.012, -0.02), shadows=(-0.01, -0.03)),
    "warm": Look(contrast=0.06, highlights=(0.012, 0.03), shadows=(0.012, 0.016)),
    "vivid": Look(contrast=0.15, saturation=0.25),
    "sunny": Look(exposure=0.18, contrast=0.1, saturation=0.08, highlights=(0.004, 0.026)),
    "dreamy": Look(exposure=0.15, contrast=-0.2, lift=0.06, saturation=-0.08, glow=0.8),
}

# Words and phrases, each of one mood.
WORDS = {
    "morning": "morning, dawn, sunrise",
    "golden": "golden hour, golden light, low sun, late sun, late afternoon",
    "sunset": "sunset",
    "dusk": "dusk, twilight, blue hour, evening",
    "night": "night, nighttime, midnight, nocturnal, moonlight, moonlit",
    "noir": "noir",
    "mono": "black and white, monochrome, greyscale, grayscale",
    "film": "film, analog, analogue, 35mm, kodak, portra, grainy",
    "pastel": "pastel, pastels",
    "moody": "moody, dramatic, low key, dark mood, gloomy, sombre, mysterious, thriller",
    "airy": "airy, bright, high key, fresh, light filled",
    "cinematic": "cinematic, movie, blockbuster",
    "vintage": "vintage, retro, 70s, seventies, nostalgic, polaroid, sepia",
    "neon": "neon, cyberpunk, synthwave, vaporwave",
    "cold": "winter, cold, icy, frosty, arctic, nordic, chilly",
    "warm": "autumn, warm, cosy, cozy, candlelit, hygge",
    "vivid": "vivid, vibrant, bold, colourful, colorful, saturated, playful",
    "sunny": "summer, sunny, sunlit, sunlight, mediterranean",
    "dreamy": "dreamy, ethereal, hazy, misty, foggy, soft focus, fairytale",
}

MOOD_WORDS = frozenset(word for phrases in WORDS.values() for word in phrases.split(", "))

# What a seed adds where the words leave the mood open: four in a row are four different hours of the day.
HOUSE = (
    NEUTRAL,
    Look(exposure=0.12, contrast=0.1, saturation=0.06, highlights=(0.014, 0.048), shadows=(-0.008, -0.016)),
    Look(
        exposure=-0.3,
        contrast=0.16,
        saturation=-0.1,
        highlights=(-0.004, -0.016),
        shadows=(-0.006, -0.034),
        vignette=0.18,
    ),
    Look(exposure=0.32, lift=0.05, contrast=-0.1, saturation=-0.16, highlights=(-0.004, -0.002), glow=0.25),
    Look(
        exposure=-0.12, contrast=0.3, saturation=0.12, highlights=(0.012, 0.016), shadows=(0.01, -0.012), vignette=0.12
    ),
    Look(lift=0.07, contrast=-0.12, saturation=-0.2, highlights=(0.004, 0.026), shadows=(-0.012, 0.0), grain=0.4),
)


def moods(said: tuple[str, ...]) -> list[str]:
    """The moods that a prompt's words name, in the order of the list, three at most."""
    text = f" {' '.join(said)} "
    found = [mood for mood, phrases in WORDS.items() if any(f" {one} " in text for one in phrases.split(", "))]
    if "noir" in found and "mono" in found:
        found.remove("mono")
    return found[:3]
