"""Settings, colours, the small print, and the local outbox. Signing in itself is allauth's."""

from http import HTTPStatus

from allauth.account.models import EmailAddress
from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from csp.decorators import csp
from django.conf import settings as product
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_GET, require_POST

from accounts import doors, outbox, rates
from accounts.context import THEMES
from accounts.requests import UserRequest, back, login_required

YEAR_S = 31_536_000
# A mail's own page: what it says and how it looks, and nothing that it could fetch or run.
MAIL_POLICY = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": True}


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """The product's own address: the way in for a visitor, the studio for who is in."""
    if request.user.is_authenticated:
        return redirect(product.LOGIN_REDIRECT_URL)
    answer: HttpResponse = LoginView.as_view(template_name="accounts/front.html")(request)
    return answer


@login_required
@require_GET
def settings(request: UserRequest) -> HttpResponse:
    """What the reader signs in with, and where each is changed."""
    factors = Authenticator.objects.filter(user=request.user)
    codes = factors.filter(type=Authenticator.Type.RECOVERY_CODES).first()
    return render(
        request,
        "accounts/settings.html",
        {
            "addresses": EmailAddress.objects.filter(user=request.user).order_by("-primary", "email"),
            "keys": factors.filter(type=Authenticator.Type.WEBAUTHN),
            "has_app": factors.filter(type=Authenticator.Type.TOTP).exists(),
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        },
    )


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the colours in a cookie: light, dark, or none for the system's."""
    chosen = request.POST.get("theme", "")
    response = back(request, product.LOGIN_REDIRECT_URL)
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response


def too_often(request: HttpRequest) -> HttpResponse:
    """What allauth answers to who asks too often. Another code too soon is no matter for a page of its own.

    Told by the address, as keeping anything in the session would keep the code that was made and never sent.
    """
    if request.POST.get("action") != "resend":
        return rates.refused(request, wait_s=rates.MINUTE_S)
    wanted = {"next": str(request.POST["next"])} if "next" in request.POST else {}
    return redirect(f"{request.path}?{urlencode({'wait': '1', **wanted})}")


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form without its cookie, or of before signing in or out, is answered; a script gets the status alone."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=HTTPStatus.FORBIDDEN, headers={"HX-Reswap": "none"})
    answer: HttpResponse = csrf_failure(request, reason)
    return answer


@require_GET
def small_print(request: HttpRequest, page: str) -> HttpResponse:
    """Terms, privacy, acceptable use."""
    return render(request, f"accounts/{page}.html")


@require_GET
def outbox_list(request: HttpRequest) -> HttpResponse:
    """The mails that this machine would have sent."""
    _refuse_strangers(request)
    return render(request, "accounts/outbox.html", {"letters": outbox.letters()})


@require_GET
def outbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, its words."""
    return render(request, "accounts/outbox_letter.html", {"letter": _letter(request, name)})


@csp(MAIL_POLICY)  # type: ignore[arg-type]
@require_GET
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as a mail program shows it."""
    return HttpResponse(_letter(request, name).html)


def _letter(request: HttpRequest, name: str) -> outbox.Letter:
    _refuse_strangers(request)
    if letter := outbox.letter(name=name):
        return letter
    raise Http404


def _refuse_strangers(request: HttpRequest) -> None:
    if not doors.is_local(request):
        raise Http404
