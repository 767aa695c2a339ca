"""The staff, and a run of alice's to look at: one frame made, one failed, one still waiting."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from studio import generations
from studio.failures import Failure
from studio.generations.endings import Delivery
from studio.models import Generation, Image, ImageModel, Run, Status
from tests.conftest import brief, give, person, signed_in

WORDS = "A letter that nobody else should read"


def member(name: str, group: str) -> User:
    """A member of staff in a group that `seed` made."""
    user = person(name)
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def sue(catalogue: list[ImageModel]) -> User:
    return member("sue", "support")


@pytest.fixture
def fay(catalogue: list[ImageModel]) -> User:
    return member("fay", "finance")


@pytest.fixture
def support(sue: User) -> Client:
    return signed_in(sue)


@pytest.fixture
def finance(fay: User) -> Client:
    return signed_in(fay)


@pytest.fixture
def boss(charlie: User) -> Client:
    """A superuser."""
    return signed_in(charlie)


def make(frame: Generation) -> Image:
    """What a worker does at a picture's end, without its bytes."""
    Generation.objects.filter(pk=frame.pk, status=Status.QUEUED).update(status=Status.RUNNING)
    key = f"{frame.run.owner.uuid}/{uuid.uuid4()}.png"
    usage = {"input_tokens": 1000, "output_tokens": 2000}
    image = generations.finish(
        generation=frame,
        delivery=Delivery(
            object_key=key,
            output_format="png",
            width=816,
            height=816,
            size_bytes=9,
            got={},
            usage=usage,
            request_id="r",
        ),
    )
    assert image is not None
    frame.refresh_from_db()
    return image


def fail(frame: Generation, code: str = "broken", request_id: str = "") -> None:
    """What a worker does at a failed call."""
    assert generations.fail(generation=frame, failure=Failure(code, request_id=request_id))
    frame.refresh_from_db()


@pytest.fixture
def run(catalogue: list[ImageModel], alice: User) -> Run:
    give(alice, 100)
    run = generations.submit(user=alice, brief=brief(count=3, prompt=WORDS), key=uuid.uuid4())
    make(frame_of(run, 1))
    fail(frame_of(run, 2))
    return run


def frame_of(run: Run, position: int) -> Generation:
    return Generation.objects.select_related("run__owner", "run__wallet", "model").get(run=run, position=position)
