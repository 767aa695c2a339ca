"""A new colour for a subject or its ground, that keeps the light, the texture and all other colours."""

import math
from collections.abc import Callable

from studio.sandbox.oklab import Change, Lab, from_hex, smooth
from studio.sandbox.traits import MANY, WHITE

NEUTRAL_CHROMA = 0.035


def subject(body: str, target: Lab) -> Change:
    """Paint the part of the subject that has the body's colour; labels, metal and straps keep theirs."""
    if body == MANY:
        return _every_colour(target)
    return towards(from_hex(body), target)


def towards(base: Lab, target: Lab) -> Change:
    """The same where the body's colour was measured."""
    if math.hypot(base[1], base[2]) < NEUTRAL_CHROMA:
        return _neutral(base, target, least_light=base[0] - 0.42)
    return _coloured(base, target, near=math.radians(38), far=math.radians(78), pale=True)


def ground(colour: str, target: Lab) -> Change:
    """Paint a plain backdrop with all its shadows."""
    base = from_hex(colour)
    if colour == WHITE:
        return _sheet(target)
    if math.hypot(base[1], base[2]) < NEUTRAL_CHROMA:
        return _neutral(base, target, least_light=None)
    return _coloured(base, target, near=math.radians(50), far=math.radians(95), pale=False)


def _coloured(base: Lab, target: Lab, *, near: float, far: float, pale: bool) -> Change:
    """Colours of about the base's hue turn to the target's; with `pale`, what has hardly any colour stays."""
    base_chroma, base_hue = math.hypot(base[1], base[2]), math.atan2(base[2], base[1])
    chroma, hue = math.hypot(target[1], target[2]), math.atan2(target[2], target[1])
    tone = _tone(base[0], target[0])

    def apply(light: float, a: float, b: float) -> Lab:
        own = math.hypot(a, b)
        turn = _turn(math.atan2(b, a) - base_hue)
        share = 1 - smooth(abs(turn), near, far)
        share = share * smooth(own, 0.012, 0.04) if pale else max(share, 1 - smooth(own, 0.02, 0.05))
        new_chroma = chroma * min(1.35, own / base_chroma)
        return _mix(share, (light, a, b), tone(light), new_chroma, hue + 0.35 * turn)

    return apply


def _neutral(base: Lab, target: Lab, *, least_light: float | None) -> Change:
    """What has little colour of its own takes the target's, least in the brightest lights."""
    chroma, hue = math.hypot(target[1], target[2]), math.atan2(target[2], target[1])
    tone = _tone(base[0], target[0])

    def apply(light: float, a: float, b: float) -> Lab:
        share = 1 - smooth(math.hypot(a, b), 0.06, 0.11)
        if least_light is not None:
            share *= smooth(light, least_light, least_light + 0.2)
        new_light = tone(light)
        return _mix(share, (light, a, b), new_light, chroma * _body_of(new_light), hue)

    return apply


def _every_colour(target: Lab) -> Change:
    """All colours gather round the target's hue, each a little apart, as a family of tints."""
    chroma, hue = math.hypot(target[1], target[2]), math.atan2(target[2], target[1])

    def apply(light: float, a: float, b: float) -> Lab:
        own = math.hypot(a, b)
        share = smooth(own, 0.015, 0.05)
        new_light = light + 0.35 * (target[0] - 0.62)
        new_chroma = min(1.1, 0.45 + own / 0.16) * chroma
        spread = 0.16 * _turn(math.atan2(b, a) - hue)
        return _mix(share, (light, a, b), min(1.0, max(0.0, new_light)), new_chroma * _body_of(light), hue + spread)

    return apply


def _sheet(target: Lab) -> Change:
    """White paper becomes coloured paper; shadows on it stay as deep as they were."""

    def apply(light: float, a: float, b: float) -> Lab:
        return light * target[0], a + target[1] * light, b + target[2] * light

    return apply


def _tone(base: float, target: float) -> Callable[[float], float]:
    """Brings the base's lightness to the target's and leaves black black. A pale thing that turns dark is
    dimmed evenly but for its highlights; all else bends along a power."""
    base = min(0.94, max(0.1, base))
    aim = min(0.93, max(0.1, base + 0.9 * (target - base)))
    if base > 0.72 and aim < base:
        return lambda light: light * aim / base + 0.35 * (1 - aim) * smooth(light, 0.88, 1.02) ** 2
    power = min(3.2, max(0.32, math.log(aim) / math.log(base)))
    return lambda light: float(max(0.0, light) ** power)


def _body_of(light: float) -> float:
    """Colour shows most in the middle tones: little in deep shadow and in a highlight."""
    return smooth(light, 0.0, 0.25) * (1 - 0.85 * smooth(light, 0.88, 1.0))


def _mix(share: float, was: Lab, light: float, chroma: float, hue: float) -> Lab:
    light_was, a, b = was
    return (
        light_was + share * (light - light_was),
        a + share * (chroma * math.cos(hue) - a),
        b + share * (chroma * math.sin(hue) - b),
    )


def _turn(angle: float) -> float:
    """The same angle between -pi and pi."""
    return (angle + math.pi) % (2 * math.pi) - math.pi
