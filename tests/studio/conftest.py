"""Fixtures of the studio's pages."""

import pytest
from django.test import Client

from studio.models import ImageModel


@pytest.fixture
def stage(transactional_db: None, catalogue: list[ImageModel], as_alice: Client) -> Client:
    """alice's browser, with a catalogue and 100 credits."""
    return as_alice
