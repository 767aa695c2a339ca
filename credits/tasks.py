"""Work that beat gives to a worker."""

import logging

from celery import shared_task

from credits import audit, welcome

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
