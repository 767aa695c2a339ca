"""Many presses without a page: runs that are submitted while no worker takes them, to be let go all at once."""

import uuid
from typing import Any


def catalogue_model() -> int:
    """The sandbox's model."""
    from studio.models import ImageModel

    return ImageModel.objects.get(api_name="sandbox").pk


def owners(count: int) -> list[Any]:
    """New users with more credits than they need."""
    from accounts.models import User
    from credits import ledger

    found = [User.objects.create_user(email=f"{uuid.uuid4()}@example.com") for _ in range(count)]
    for user in found:
        ledger.grant(wallet=ledger.wallet_of(user=user), credits=1_000_000, cause=f"bench:{uuid.uuid4()}")
    return found


def submit(*, users: list[Any], frames: int, previews: int) -> list[int]:
    """So many frames of 1024 px PNGs, ten or fewer a run, the users in turn; the ids of their generations."""
    from studio import generations
    from studio.briefs import Brief
    from studio.models import Generation

    model, made, turn = catalogue_model(), list[int](), 0
    while len(made) < frames:
        brief = Brief(
            mode="text", prompt="A stoneware cup on a sunlit breakfast table", model_id=model, width=1024, height=1024,
            quality="medium", output_format="png", compression=None, background="auto", previews=previews,
            count=min(10, frames - len(made)),
        )  # fmt: skip
        run = generations.submit(user=users[turn % len(users)], brief=brief, key=uuid.uuid4())
        made += Generation.objects.filter(run=run).values_list("pk", flat=True)
        turn += 1
    return made
