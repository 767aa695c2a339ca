"""Money and time as operators read them."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def dollars(microusd: int, *, places: int = 2) -> str:
    """Millionths of a US dollar as dollars."""
    exact = Decimal(abs(microusd)).scaleb(-6).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{'−' if microusd < 0 else ''}${number_format(exact, decimal_pos=places, force_grouping=True)}"


def call_cost(microusd: int | None) -> str:
    """What one call cost, to a tenth of a cent."""
    return "–" if microusd is None else dollars(microusd, places=3)


def seconds(value: float | None) -> str:
    """A time span in seconds."""
    return "–" if value is None else _("%(s)s\u00a0s") % {"s": number_format(round(value, 1), decimal_pos=1)}
