"""How many statements a page takes, however much lies on it: counts are no timing, so they are tests."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.models import Image, ImageModel, Run
from tests.conftest import work
from tests.studio.pages import posted

# As many are promised (`make bench`, pages): a picture's presses have prices, and it has a family.
MOST = {"/studio/": 8, "/library/": 8, "/library/{}/": 10, "/library/compare/?image={}": 8}


def taken(stage: Client, address: str) -> int:
    stage.get(address)  # what a process loads once
    with CaptureQueriesContext(connection) as captured:
        assert stage.get(address).status_code == 200
    return len(captured)


def test_pages_take_few_statements_and_no_more_with_more_pictures(stage: Client, catalogue: list[ImageModel]) -> None:
    counts = []
    for count in (1, 3):
        stage.post("/studio/runs/", posted(catalogue, count=count, previews=None, quoted=4 * count))
        work(Run.objects.latest("id"))
        newest = Image.objects.latest("id").uuid
        counts.append({address: taken(stage, address.format(newest)) for address in MOST})
    assert counts[0] == counts[1]
    assert all(counts[1][address] <= most for address, most in MOST.items()), counts
