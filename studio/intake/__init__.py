"""Uploaded files on their way in: judged by their header, decoded once, encoded anew. Pure: no models, no request."""

from studio.intake.headers import MOST_BYTES, MOST_PIXELS
from studio.intake.taking import LOOK_SIDE, WORK_PIXELS, WORK_SIDE, Taken, take_in
from studio.intake.turned_away import TurnedAway, words

__all__ = [
    "LOOK_SIDE",
    "MOST_BYTES",
    "MOST_PIXELS",
    "WORK_PIXELS",
    "WORK_SIDE",
    "Taken",
    "TurnedAway",
    "take_in",
    "words",
]
