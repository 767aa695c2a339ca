"""The doors that are open on one's own machine only."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client, RequestFactory

from accounts import doors
from accounts.models import User
from tests.accounts.conftest import LOCALHOST, Visitor, page
from tests.conftest import balance, signed_in

LETTER = b"""Content-Type: multipart/alternative; boundary="--x"
MIME-Version: 1.0
Subject: 481 920 is your code for GPT Image 2
From: studio@localhost
To: kiln@example.com

----x
Content-Type: text/plain; charset="utf-8"

Type this code:

481 920

Not you? Do nothing.
----x
Content-Type: text/html; charset="utf-8"

<h1 style="color:red">Your code</h1>
----x--
-------------------------------------------------------------------------------
"""


@pytest.fixture
def local(settings: Any, tmp_path: Path, db: None) -> Path:
    """Embedded, with mail kept in files; one letter lies there."""
    settings.EMBEDDED = True
    settings.EMAIL_BACKEND = doors.LOCAL_MAIL[0]
    settings.OUTBOX_DIR = tmp_path
    (tmp_path / "20261124-100000-1.log").write_bytes(LETTER)
    return tmp_path


def test_the_outbox_shows_mail_with_its_code(local: Path) -> None:
    client = Client(**LOCALHOST)
    listed = page(client.get("/outbox/"))
    assert "481 920 is your code for GPT Image 2" in listed
    assert "kiln@example.com" in listed
    assert '<span class="code">481 920</span>' in listed
    letter = page(client.get("/outbox/20261124-100000-1/"))
    assert '<p class="code">481 920</p>' in letter
    html = client.get("/outbox/20261124-100000-1/html")
    assert page(html).strip() == '<h1 style="color:red">Your code</h1>'
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]


def test_an_empty_outbox_says_what_will_lie_there(local: Path) -> None:
    for file in local.iterdir():
        file.unlink()
    assert "Nothing sent yet" in page(Client(**LOCALHOST).get("/outbox/"))


@pytest.mark.parametrize("name", ["nothing", "..%2Fsecret", "20261124-100000-1.log"])
def test_only_letters_are_shown(local: Path, name: str) -> None:
    (local.parent / "secret.log").write_bytes(LETTER)
    assert Client(**LOCALHOST).get(f"/outbox/{name}/").status_code == 404


@pytest.mark.parametrize(
    "touched",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_HOST": "testserver"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
    ],
)
def test_strangers_and_proxies_find_no_outbox_and_no_demo(local: Path, touched: dict[str, str]) -> None:
    client = Client(**{**LOCALHOST, **touched})
    for path in ("/outbox/", "/outbox/20261124-100000-1/", "/outbox/20261124-100000-1/html"):
        assert client.get(path).status_code == 404
    assert doors.DEMO_PASSWORD not in page(client.get("/accounts/login/"))


@pytest.mark.parametrize(
    "setting", [{"EMBEDDED": False}, {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}]
)
def test_real_parts_close_them(local: Path, settings: Any, setting: dict[str, Any]) -> None:
    for name, value in setting.items():
        setattr(settings, name, value)
    client = Client(**LOCALHOST)
    assert client.get("/outbox/").status_code == 404
    assert doors.DEMO_PASSWORD not in page(client.get("/accounts/login/"))


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_every_name_of_this_machine_is_local(local: Path, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert doors.is_local(RequestFactory().get("/", HTTP_HOST=host))


def demo() -> dict[str, Any]:
    told = io.StringIO()
    call_command("demo", stdout=told)
    [line] = told.getvalue().splitlines()
    accounts: dict[str, Any] = json.loads(line)
    return accounts


def test_demo_makes_both_accounts_once(local: Path) -> None:
    first, second = demo(), demo()
    assert first["demo"] == second["demo"] == {"email": doors.DEMO_EMAIL, "password": doors.DEMO_PASSWORD}
    assert first["admin"]["password"]
    assert second["admin"]["password"] is None
    user = User.objects.get(email=doors.DEMO_EMAIL)
    assert not user.is_staff
    assert balance(user) == 40
    chief = User.objects.get(email=doors.ADMIN_EMAIL)
    assert chief.is_superuser
    assert chief.check_password(first["admin"]["password"])


def test_demo_is_refused_without_an_embedded_database(local: Path, settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="loopback only"):
        demo()
    assert not User.objects.exists()


def test_the_sign_in_page_offers_the_demo_here(local: Path, new_visitor: type[Visitor]) -> None:
    demo()
    visitor = new_visitor(**LOCALHOST)
    assert doors.DEMO_PASSWORD in page(visitor.get("/accounts/login/"))
    visitor.post("/accounts/login/", {"login": doors.DEMO_EMAIL, "password": doors.DEMO_PASSWORD})
    assert visitor.signed_in()


def test_nobody_enters_the_demo_or_the_printed_superuser_from_elsewhere(
    local: Path, new_visitor: type[Visitor], settings: Any
) -> None:
    accounts = demo()
    settings.EMBEDDED = False  # the same database, moved into the world
    for account in accounts.values():
        visitor = new_visitor(**LOCALHOST)
        answer = visitor.post("/accounts/login/", {"login": account["email"], "password": account["password"]})
        assert answer.headers["Location"] == "/accounts/inactive/"
        assert not visitor.signed_in()


def test_the_settings_page_leads_to_the_outbox_here_only(local: Path, alice: User) -> None:
    client = signed_in(alice)
    assert "/outbox/" in page(client.get("/account/", **LOCALHOST))
    assert "/outbox/" not in page(client.get("/account/"))


def deploy_findings() -> str:
    try:
        call_command("check", deploy=True, tags=["security"], fail_level="WARNING")
    except SystemCheckError as found:
        return str(found)
    return ""


def test_check_deploy_refuses_open_doors_that_can_be_reached(settings: Any) -> None:
    settings.EMBEDDED = True
    settings.ALLOWED_HOSTS = ["localhost", "studio.example"]
    assert "accounts.E001" in deploy_findings()
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    settings.BEHIND_TLS = False
    settings.CSRF_TRUSTED_ORIGINS = []
    assert "accounts." not in deploy_findings()
    settings.BEHIND_TLS = True
    assert "accounts.E002" in deploy_findings()


def test_check_deploy_asks_for_the_staff_s_second_factor(settings: Any) -> None:
    settings.EMBEDDED = False
    settings.ADMIN_REQUIRE_MFA = False
    assert "accounts.W001" in deploy_findings()
    settings.ADMIN_REQUIRE_MFA = True
    assert "accounts." not in deploy_findings()
