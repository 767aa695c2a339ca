"""The doors that are open on one's own machine only: the outbox page, the demo account, the printed superuser.

And what only a monitor may see, which comes with a token or from the machine itself.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "orange-bicycle-seven"  # noqa: S105  # public: it opens nothing but a loopback address
ADMIN_EMAIL = "admin@example.com"
LOCAL_ACCOUNTS = (DEMO_EMAIL, ADMIN_EMAIL)

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LOCAL_MAIL = ("django.core.mail.backends.filebased.EmailBackend", "django.core.mail.backends.console.EmailBackend")
PROXY_HEADERS = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


def is_local(request: HttpRequest) -> bool:
    """Embedded database and mail, and a request of this machine's own."""
    return settings.EMBEDDED and settings.EMAIL_BACKEND in LOCAL_MAIL and is_loopback(request)


def is_loopback(request: HttpRequest) -> bool:
    """A loopback address at both ends, and nothing that a proxy has touched."""
    return (
        request.META.get("REMOTE_ADDR") in LOOPBACK
        and _host(request) in LOOPBACK
        and not any(name in PROXY_HEADERS or name.startswith("HTTP_X_FORWARDED") for name in request.META)
    )


def may_enter(*, user: User, request: HttpRequest) -> bool:
    """Whether the door opens: the accounts whose passwords are known or printed are for loopback only."""
    return user.email not in LOCAL_ACCOUNTS or is_local(request)


def is_monitor(request: HttpRequest) -> bool:
    """It brings METRICS_TOKEN as its bearer token. Nobody does where none is set."""
    token: str = settings.METRICS_TOKEN
    return bool(token) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


def _host(request: HttpRequest) -> str:
    name = request.get_host()
    return name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
