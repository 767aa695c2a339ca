"""Who may go where: every route by method and role. A route without a row here fails its test.

Roles: anonymous, owner (of the thing in the address), stranger, suspended (signed in when the door closed), support and
finance (staff), superuser. A row names the answers of the roles in that order; `IN` is "sent to sign in".
"""

from typing import Final

ROLES: Final = ("anonymous", "owner", "stranger", "suspended", "support", "finance", "superuser")
IN: Final = 302

PAGE: Final = (IN, 200, 200, IN, 200, 200, 200)  # a page of one's own: whoever is signed in sees theirs
OWN: Final = (IN, 200, 404, IN, 404, 404, 404)  # one thing: nobody else learns that it is there
OWN_POST: Final = (IN, 302, 404, IN, 404, 404, 404)
OPEN: Final = (200,) * 7
SHUT: Final = (404,) * 7

# (method, route) -> answers. Routes are as the resolver writes them.
TABLE: Final[dict[tuple[str, str], tuple[int, ...]]] = {
    ("GET", "healthz"): OPEN,
    ("GET", "readyz"): OPEN,
    ("GET", "metrics"): SHUT,  # open to a monitor's token, and to this machine: tests/test_metrics.py
    ("GET", ""): (200, 302, 302, 200, 302, 302, 302),
    ("GET", "studio/"): PAGE,
    ("GET", "studio/image/"): PAGE,
    ("GET", "studio/guided/"): PAGE,
    ("POST", "studio/compose"): PAGE,
    ("GET", "studio/mask"): (IN, 302, 302, IN, 302, 302, 302),
    ("POST", "studio/mask"): (IN, 422, 422, IN, 422, 422, 422),  # no source
    ("GET", "studio/mask/<uuid:picture>/"): (IN, 302, 302, IN, 302, 302, 302),  # not opened by a form: to the composer
    ("POST", "studio/uploads/"): (IN, 422, 422, IN, 422, 422, 422),  # no file
    ("GET", "studio/pictures/<uuid:picture>/"): OWN,
    ("POST", "studio/pictures/<uuid:picture>/again"): OWN,
    ("GET", "studio/drawings/<uuid:picture>/"): OWN,
    ("GET", "studio/quote"): PAGE,
    ("POST", "studio/quote"): PAGE,
    ("POST", "studio/runs/"): (IN, 422, 422, IN, 422, 422, 422),  # an empty form
    ("GET", "studio/runs/<uuid:run>/"): OWN,
    ("POST", "studio/runs/<uuid:run>/cancel"): OWN_POST,
    ("GET", "studio/frames"): PAGE,
    ("GET", "studio/frames/<uuid:frame>/"): OWN,
    ("GET", "studio/frames/<uuid:frame>/preview"): OWN,
    ("POST", "studio/frames/<uuid:frame>/cancel"): OWN_POST,
    ("POST", "studio/frames/<uuid:frame>/again"): OWN_POST,
    ("GET", "library/"): PAGE,
    ("GET", "library/compare/"): PAGE,
    ("GET", "library/<uuid:image>/"): OWN,
    ("GET", "library/<uuid:image>/download"): (IN, 302, 404, IN, 404, 404, 404),
    ("POST", "library/<uuid:image>/remake"): OWN_POST,
    ("POST", "library/<uuid:image>/on-table"): (IN, 404, 404, IN, 404, 404, 404),  # it is not one of two
    ("POST", "library/<uuid:image>/ring"): OWN_POST,
    ("POST", "library/<uuid:image>/delete"): OWN_POST,
    ("POST", "library/<uuid:image>/restore"): (IN, 404, 404, IN, 404, 404, 404),  # it is not deleted
    ("GET", "account/"): PAGE,
    ("POST", "account/theme"): (302,) * 7,
    ("GET", "terms/"): OPEN,
    ("GET", "privacy/"): OPEN,
    ("GET", "acceptable-use/"): OPEN,
    ("GET", "outbox/"): SHUT,  # open with local mail, from this machine: tests/accounts
    ("GET", "outbox/<str:name>/"): SHUT,
    ("GET", "outbox/<str:name>/html"): SHUT,
    ("GET", "credits/"): PAGE,
    ("GET", "credits/balance"): PAGE,
    ("GET", "credits/balance/lots"): PAGE,
    ("GET", "credits/statement.csv"): PAGE,
    ("POST", "credits/low-balance"): (IN, 422, 422, IN, 422, 422, 422),  # no number
    ("POST", "credits/buy"): (302,) * 7,  # no price: to the prices
    ("GET", "credits/checkout/<uuid:checkout>/"): OWN,
    ("POST", "credits/portal"): (302,) * 7,  # no keys of Stripe: back with words
    ("GET", "credits/invoices/<int:payment>/"): (IN, 302, 404, IN, 404, 404, 404),
    ("POST", "stripe/webhook"): (400,) * 7,  # not signed
    ("GET", "pricing"): OPEN,
}

# Routes that libraries bring and test; our pages over them have tests in tests/accounts and tests/studio/admin.
ELSEWHERE: Final = ("accounts/", "admin/")
