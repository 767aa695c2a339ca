"""Gives credits from the command line, once for each cause: `manage.py grant person@example.com 100 --cause launch`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from credits import ledger


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("credits", type=int)
        parser.add_argument("--cause", required=True, help="what the credits are for; the same cause gives once")

    def handle(self, *args: Any, email: str, credits: int, cause: str, **options: Any) -> None:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        if credits < 1:
            raise CommandError("Give one credit at least.")
        entry = ledger.grant(
            wallet=ledger.wallet_of(user=user), credits=credits, cause=f"{cause}:{user.uuid}", note=cause
        )
        if options["verbosity"]:
            self.stdout.write(f"{email} has {entry.balance_after} credits after entry {entry.pk}.")
