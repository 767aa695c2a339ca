"""Work that beat gives to a worker."""

import logging

from celery import shared_task

from credits import audit, ledger, notices, welcome
from credits.billing import events

logger = logging.getLogger(__name__)


@shared_task(name="credits.tasks.check_ledger")
def check_ledger() -> None:
    """Reads the ledger over every night; what does not add up is an error in the log."""
    for finding in audit.check():
        logger.error("ledger: wallet %s: %s", finding.wallet_id, finding.words)


@shared_task(name="credits.tasks.forget_networks")
def forget_networks() -> None:
    """Drops what is known of networks that newcomers came from, after a week."""
    welcome.forget_networks()


@shared_task(name="credits.tasks.work_event")
def work_event(event_id: str) -> None:
    """Does what an event of Stripe's asks for."""
    events.work(event_id=event_id)


@shared_task(name="credits.tasks.sweep_events")
def sweep_events() -> None:
    """Events whose message was lost, whose worker died, or whose pause is over."""
    events.sweep()


@shared_task(name="credits.tasks.expire_lots")
def expire_lots() -> None:
    """Takes what is left of lots that have ended."""
    ledger.expire_due()


@shared_task(name="credits.tasks.tell_low_balances")
def tell_low_balances() -> None:
    """Writes to those whose credits fell below the number that they named."""
    notices.low_balances()
