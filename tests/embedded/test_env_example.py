"""`.env.example` and the settings name the same variables."""

import re
import runpy

import pytest

from tests.embedded.machine import BASE

READERS = (
    r"(?:env\.\w+|flag|at_least|address|needed|hosts|origins|mailbox|domains|networks|rate|one_of|teller|environ\.get)"
)
READ = re.compile(READERS + r"""\(\s*"([A-Z][A-Z0-9_]+)\"""")
STANDS = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
SHOWN = re.compile(r"^([A-Z][A-Z0-9_]+)=(.*)$", re.MULTILINE)
COMPOSED = re.compile(r"\$\{([A-Z][A-Z0-9_]+)")
NEEDED = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "S3_BUCKET", "OPENAI_API_KEY"}  # have no default
OF_GRANIAN = {"GRANIAN_HOST", "GRANIAN_PORT"}  # how `make run` hands them on


def read_in(*files: str) -> set[str]:
    return {name for file in files for name in READ.findall((BASE / file).read_text())}


def listed() -> list[str]:
    return STANDS.findall((BASE / ".env.example").read_text())


def test_each_setting_that_is_read_is_listed_once() -> None:
    read = read_in("gptimage/settings.py", "gptimage/run.py", "gptimage/probe.py") - OF_GRANIAN
    assert len(read) > 20
    composed = set(COMPOSED.findall((BASE / "docker-compose.yml").read_text())) | {"COMPOSE_PROFILES"}
    assert sorted(read | composed) == sorted(listed())


def test_each_has_words_before_it() -> None:
    for block in (BASE / ".env.example").read_text().split("\n\n"):
        for name in STANDS.findall(block):
            assert "# " in re.split(f"\n#?{name}=", block)[0], name


def test_secrets_are_left_out() -> None:
    text = (BASE / ".env.example").read_text()
    for name in (
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "OPENAI_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "EMAIL_URL",
        "POSTGRES_PASSWORD",
        "METRICS_TOKEN",
        "SENTRY_DSN",
    ):
        assert f"\n#{name}=\n" in text


def test_the_values_shown_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in listed():
        if name not in NEEDED:
            monkeypatch.delenv(name, raising=False)
    plain = values()
    for name, value in SHOWN.findall((BASE / ".env.example").read_text()):
        monkeypatch.setenv(name, value.strip('"'))
    assert values() == plain


def values() -> dict[str, object]:
    """The settings as the environment makes them."""
    settings = runpy.run_path(str(BASE / "gptimage/settings.py"))
    return {name: value for name, value in settings.items() if isinstance(value, str | int | list) and name.isupper()}
