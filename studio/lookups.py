"""Finding runs and frames by what people say: 118, 118-3, an e-mail address, a uuid. Never by their words."""

import re
import uuid
from functools import reduce
from operator import and_
from typing import Final

from django.db.models import Q

NUMBER: Final = re.compile(r"(\d{1,9})(?:-(\d{1,4}))?", re.ASCII)
SEVERAL: Final = 6  # words that are looked at; more are no search


def find(words: str, *, run: str, frame: str) -> Q:
    """What each of the words has to match, all at once.

    `run` and `frame` are the paths from the searched model to a run and to a generation, such as "run__" and "".
    """
    return reduce(and_, (_one(word, run, frame) for word in words.split()[:SEVERAL]), Q())


def _one(word: str, run: str, frame: str) -> Q:
    if number := NUMBER.fullmatch(word):
        found = Q(**{f"{run}number": int(number[1])})
        return found & Q(**{f"{frame}position": int(number[2])}) if number[2] else found
    if (name := _uuid(word)) is not None:
        return Q(**{f"{run}uuid": name}) | Q(**{f"{frame}uuid": name}) | Q(**{f"{run}owner__uuid": name})
    if "@" in word:
        return Q(**{f"{run}owner__email": word.lower()})
    return Q(**{f"{frame}request_id": word})


def _uuid(word: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(word)
    except ValueError:
        return None
