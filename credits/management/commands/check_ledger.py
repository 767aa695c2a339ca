from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credits import audit


class Command(BaseCommand):
    """Reads the ledger over; exit 1 and the offending wallets where it does not add up."""

    help = "Compare every balance with its lots and entries. Exits with 1 and names the wallets where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line a finding."""
        found = audit.check()
        for finding in found:
            self.stdout.write(f"wallet {finding.wallet_id}: {finding.words}")
        if found:
            raise CommandError(f"The ledger does not add up in {len({f.wallet_id for f in found})} wallets.")
        self.stdout.write("The ledger adds up.")
