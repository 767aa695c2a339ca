"""What every page may say about the reader's credits."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest

from credits import ledger


def wallet(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """`balance` of the signed-in reader. A template calls what it is given: one query, none where it is not used."""
    user = request.user
    if not user.is_authenticated:
        return {}
    return {"balance": cache(lambda: ledger.spendable_by(user=user))}
