"""Messages to workers. They are hints: a broker that is down, or full, is no error, for the sweep looks at the rows."""

import logging

from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# What the broker's client raises when the broker is down, slow, full or refuses; the last from a channel that another
# thread's failure has closed, as seen in the chaos: it is logged with its place, for it may be a mistake of ours.
ERRORS = (KombuError, RedisError, OSError, AttributeError)


def sent(task: str, *, of: object, queue: str) -> bool:
    """Whether the message about that row went out."""
    try:
        current_app.send_task(task, args=[str(of)], queue=queue)
    except ERRORS as error:
        log.warning("%s waits for the broker: %s", of, type(error).__name__, exc_info=isinstance(error, AttributeError))
        return False
    return True
