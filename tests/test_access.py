"""Every route by method and role: the table in tests/access.py, walked. A route without a row fails."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from credits import ledger
from credits.models import Checkout, Payment, SalePrice
from studio import generations, live
from studio.models import Image, ImageModel
from tests.access import ELSEWHERE, ROLES, TABLE
from tests.conftest import brief, give, person, signed_in, work
from tests.studio.bringing import painted, read, received


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Every route of the resolver, as it is written."""
    for pattern in patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, where)
        elif isinstance(pattern, URLPattern):
            yield where


def test_every_route_has_a_row() -> None:
    known = {route for _method, route in TABLE}
    missing = [
        route for route in routes(get_resolver().url_patterns) if route not in known and not route.startswith(ELSEWHERE)
    ]
    assert missing == []


def test_every_row_has_a_route() -> None:
    written = set(routes(get_resolver().url_patterns))
    assert [route for _method, route in TABLE if route not in written] == []


@pytest.fixture
def clients(alice: User, bob: User) -> dict[str, Client]:
    """A browser for each role."""
    roles = {"anonymous": Client(), "owner": signed_in(alice), "stranger": signed_in(bob)}
    suspended = person("suspended")
    roles["suspended"] = signed_in(suspended)
    User.objects.filter(pk=suspended.pk).update(is_active=False)
    for role in ("support", "finance"):
        user = person(role)
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        roles[role] = signed_in(user)
    chief = person("chief")
    User.objects.filter(pk=chief.pk).update(is_staff=True, is_superuser=True)
    roles["superuser"] = signed_in(chief)
    return roles


def test_who_may_go_where(
    transactional_db: None, catalogue: list[ImageModel], alice: User, clients: dict[str, Client]
) -> None:
    give(alice, 100)
    run = generations.submit(user=alice, brief=brief(), key=uuid.uuid4())
    [frame] = work(run)
    live.keep_preview(generation=frame.uuid, index=0, data=b"\x89PNG")
    things: dict[str, Any] = {
        "<uuid:run>": run.uuid,
        "<uuid:frame>": frame.uuid,
        "<uuid:image>": Image.objects.get().uuid,
    }
    upload = read(received(alice))
    assert upload.image
    things |= {"drawings/<uuid:picture>": f"drawings/{painted(upload.image).uuid}", "<uuid:picture>": upload.uuid}
    price = SalePrice.objects.filter(pack__isnull=False)[0]
    wallet = ledger.wallet_of(user=alice)
    checkout = Checkout.objects.create(wallet=wallet, price=price, key=uuid.uuid4(), credits=300)
    payment = Payment.objects.create(wallet=wallet, currency="usd", net_minor=1, invoice_id="in_1")
    things |= {"<uuid:checkout>": checkout.uuid, "<int:payment>": payment.pk}
    wrong = []
    # What removes a thing comes last, so that the rows before it find it.
    for (method, route), expected in sorted(TABLE.items(), key=lambda row: row[0][1].endswith("delete")):
        address = "/" + route
        for name, value in things.items():
            address = address.replace(name, str(value))
        for role, code in zip(ROLES, expected, strict=True):
            got = clients[role].generic(method, address).status_code
            if got != code:
                wrong.append(f"{method} {route} as {role}: {got}, not {code}")
    assert wrong == []
