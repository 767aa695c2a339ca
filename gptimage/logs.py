"""What a log keeps of a refused request."""

import logging


def without_insides(record: logging.LogRecord) -> bool:
    """A filter: what Django refuses as suspicious (a foreign Host, an unknown lookup) is the visitor's: one line."""
    if record.name.startswith("django.security."):
        record.exc_info = record.exc_text = None
    return True
