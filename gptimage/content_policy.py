"""The content policy by address: strict for the product, and another for the admin, whose scripts are unfold's."""

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

# unfold's Alpine evaluates expressions, and its colours and widths are style elements and attributes.
FOR_UNFOLD = {"script-src": [NONCE, SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class ContentPolicy(CSPMiddleware):
    """django-csp's middleware, which knows one policy, with a second one below the admin's address."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """What the header is made of."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith(reverse("admin:index")):
            parts.config = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], **FOR_UNFOLD}
        return parts
