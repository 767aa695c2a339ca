"""Tables of the app; Django wants them all here."""

from credits.models.billing import Checkout, Customer, Payment, Repayment, StripeEvent, Subscription
from credits.models.ledger import (
    Allocation,
    Audit,
    Entry,
    EntryKind,
    Lot,
    LotKind,
    Shortfall,
    Wallet,
    in_words,
)
from credits.models.notices import LowBalance
from credits.models.shop import Interval, Pack, Plan, SalePrice
from credits.models.welcome import Answer, NetworkDay, Welcome

__all__ = [
    "Allocation",
    "Answer",
    "Audit",
    "Checkout",
    "Customer",
    "Entry",
    "EntryKind",
    "Interval",
    "Lot",
    "LotKind",
    "LowBalance",
    "NetworkDay",
    "Pack",
    "Payment",
    "Plan",
    "Repayment",
    "SalePrice",
    "Shortfall",
    "StripeEvent",
    "Subscription",
    "Wallet",
    "Welcome",
    "in_words",
]
